package expect_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/need"
)

// TestReadme holds the README's example to the code below it.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	this, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(readme), "## A scenario for a library author\n\n```go\n")
	code, _, found := strings.Cut(code, "```")
	if !found || !strings.Contains(string(this), code) {
		t.Errorf("the README's example is not the test below:\n%s", code)
	}
}

// curl must be of 7.75 (2021) or newer to sign.
func TestMain(m *testing.M) {
	if out, err := exec.Command("curl", "--help", "all").Output(); err != nil || !strings.Contains(string(out), "--aws-sigv4") {
		const said = "there is no curl that can sign: install curl 7.75 or newer\n"
		if need.Required("curl") {
			fmt.Fprint(os.Stderr, said)
			os.Exit(1)
		}
		need.Tell("skipped the README's example: " + said)
		os.Args = append(os.Args, "-test.skip=TestExplicitKeysOnVercel")
	}
	os.Exit(m.Run())
}

func TestExplicitKeysOnVercel(t *testing.T) {
	g := NewWithT(t)
	d := harness.StartTest(t, "vercel",
		harness.User("app", harness.Allow("bedrock:InvokeModel"),
			harness.KeyAs("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY")))

	r, err := d.Run(t.Context(), harness.Command("sh", "testdata/subject.sh").In("."))
	g.Expect(err).NotTo(HaveOccurred()) // the harness itself failed

	g.Expect(r).To(expect.Accepted("bedrock:Converse", "arn:aws:iam::111122223333:user/app"))
	// With a library that takes the token from the environment, it would be
	// expect.Refused("bedrock:Converse", "UnrecognizedClientException")
	// expect.MixedCredentials("MY_AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN")
}
