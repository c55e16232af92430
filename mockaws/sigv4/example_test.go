package sigv4_test

import (
	"io"
	"log"
	"net/http"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
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
			e := mistakes.Explain(r, auth, rules, secrets[auth.KeyID])
			log.Printf("%v: %s\n%s", refusal, e.Mistake, mistakes.Redact(e.CanonicalRequest))
			http.Error(w, string(refusal.Reason), http.StatusForbidden)
		}
	})
}
