package explain_test

import (
	"fmt"

	"github.com/hostproof/hostproof/harness/explain"
)

// The text of an error alone is enough to begin with.
func Example() {
	text := "UnrecognizedClientException: The security token included in the request is invalid."
	report, err := explain.Explain([]byte(text), explain.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings {
		fmt.Println(f.Kind)
	}
	// Output: token-invalid
}
