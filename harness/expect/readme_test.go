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

// TestReadme holds the example of the README and of its pages to the code below.
func TestReadme(t *testing.T) {
	this, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{"../../README.md", "../docs/testing.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		_, code, _ := strings.Cut(string(text), "```go\n")
		code, _, found := strings.Cut(code, "```")
		if !found || !strings.Contains(string(this), code) {
			t.Errorf("the first example of %s is not the test below:\n%s", page, code)
		}
	}
}

// curl must be of 7.75 (2021) or newer to sign.
func TestMain(m *testing.M) {
	if out, err := exec.Command("curl", "--help", "all").Output(); err != nil || !strings.Contains(string(out),
		"--aws-sigv4") {
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
	d := harness.StartTest(t, "vercel", harness.User("app", harness.Allow("bedrock:InvokeModel"),
		harness.KeyAs("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY")))
	r, err := d.Run(t.Context(), harness.Command("sh", "testdata/subject.sh").In("."))
	if err != nil {
		t.Fatal(err) // hostproof itself failed; a program that fails is a result
	}
	NewWithT(t).Expect(r).To(expect.Accepted("bedrock:Converse", "arn:aws:iam::111122223333:user/app"))
}
