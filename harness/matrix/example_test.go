package matrix_test

import (
	"context"
	"fmt"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/matrix"
)

// A program of one's own on several hosts.
func Example() {
	own := matrix.Own(".", "sh", "-c", `test -n "$AWS_SESSION_TOKEN"`)
	hosts := matrix.Selection{Hosts: []string{"lambda", "local"}}
	plan, err := matrix.NewPlan(fixtures.Builtin(), []matrix.Subject{own}, hosts)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := matrix.Run(context.Background(), plan, matrix.Options{Expected: matrix.AllAccepted()})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cell := range report.Cells {
		fmt.Println(cell.Host, cell.Outcome)
	}
	// Output:
	// lambda no-call
	// local no-call
}
