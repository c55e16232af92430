package mistakes_test

import (
	"fmt"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
)

// The most common mistake of signers written by hand: a Bedrock model id has a
// colon, the path has it encoded, and the signature needs it encoded again.
func Example() {
	s := newSloppy()
	s.edit("%253A", "%3A")
	s.sign()

	rules := sigv4.Rules{Service: "bedrock", Region: "us-east-1"}
	auth, _ := sigv4.Parse(s.request, rules, signingTime)
	e := mistakes.Explain(s.request, auth, rules, testSecret)
	fmt.Println(e.Mistake)
	fmt.Printf("line %d, %s\nours   %s\ntheirs %s\n", e.FirstDifference.Line, e.FirstDifference.Name,
		e.FirstDifference.Ours, e.FirstDifference.Theirs)
	// Output:
	// the client signed the path encoded once, where bedrock wants it encoded twice
	// line 2, path
	// ours   /model/anthropic.claude-3-haiku-20240307-v1%253A0/converse
	// theirs /model/anthropic.claude-3-haiku-20240307-v1%3A0/converse
}
