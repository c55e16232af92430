package sigv4_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// A server judges a request in three steps, and asks for the mistake where the
// signature does not match.
func Example() {
	secrets := map[string]string{"AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	rules := sigv4.Rules{Service: "bedrock", Region: "us-east-1", SkewWindow: 5 * time.Minute}
	var verifier sigv4.Verifier

	http.HandleFunc("/", func(w http.ResponseWriter, h *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, h.Body, 25<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r := sigv4.FromHTTP(h, body)
		auth, refusal := sigv4.Parse(r, rules, time.Now())
		if refusal == nil {
			refusal = verifier.Verify(r, auth, rules, secrets[auth.KeyID])
		}
		if refusal != nil {
			e := sigv4.Explain(r, auth, rules, secrets[auth.KeyID])
			log.Printf("%v: %s\n%s", refusal, e.Mistake, sigv4.Redact(e.CanonicalRequest))
			http.Error(w, string(refusal.Reason), http.StatusForbidden)
		}
	})
}

// The most common mistake of signers written by hand: a Bedrock model id has a
// colon, the path has it encoded, and the signature needs it encoded again.
func ExampleExplain() {
	s := newSloppy()
	s.edit("%253A", "%3A")
	s.sign()

	rules := sigv4.Rules{Service: "bedrock", Region: "us-east-1"}
	auth, _ := sigv4.Parse(s.request, rules, signingTime)
	e := sigv4.Explain(s.request, auth, rules, testSecret)
	fmt.Println(e.Mistake)
	fmt.Printf("line %d, %s\nours   %s\ntheirs %s\n", e.FirstDifference.Line, e.FirstDifference.Name,
		e.FirstDifference.Ours, e.FirstDifference.Theirs)
	// Output:
	// the client signed the path encoded once, where bedrock wants it encoded twice
	// line 2, path
	// ours   /model/anthropic.claude-3-haiku-20240307-v1%253A0/converse
	// theirs /model/anthropic.claude-3-haiku-20240307-v1%3A0/converse
}
