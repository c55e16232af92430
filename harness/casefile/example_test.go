package casefile_test

import (
	"context"
	"fmt"

	"github.com/hostproof/hostproof/harness/casefile"
)

// A case is one file: what was reported, the program, what must come out of it
// when it is broken and when it is mended.
func Example() {
	c, err := casefile.Parse("variables-alone.txtar", []byte(`Issue: https://github.com/OWNER/REPO/issues/1
Symptom: the program says that it has no key.
Cause: it looks at AWS_ACCESS_KEY_ID alone, and a pod gets credentials from an agent.
Forced: the host sets AWS_CONTAINER_CREDENTIALS_FULL_URI and no key.

-- case.yaml --
class: A
isolation: any
host: eks-pod-identity
broken:
  program: [sh, program.sh, AWS_ACCESS_KEY_ID]
  expect: {exit: 1, stderr: [no credentials], noCalls: true}
fixed:
  program: [sh, program.sh, AWS_CONTAINER_CREDENTIALS_FULL_URI]
  expect: {exit: 0, noCalls: true}
-- program.sh --
test -n "$(printenv "$1")" || { echo "no credentials" >&2; exit 1; }
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := casefile.Replay(context.Background(), c)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, run := range out.Runs {
		fmt.Println(run.Host, run.Result.ExitCode, run.OK())
	}
	// Output:
	// eks-pod-identity 1 true
	// eks-pod-identity 0 true
}
