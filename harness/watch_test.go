package harness_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/leak"
)

// recorder stands for the test that watches a deployment.
type recorder struct {
	testing.TB
	failed   bool
	errors   []string
	logs     []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool     { return r.failed }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Logf(format string, args ...any) {
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
}

func (r *recorder) end() {
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
}

func TestFailedTestsShowTheirResults(t *testing.T) {
	for _, failed := range []bool{true, false} {
		tb := &recorder{TB: t, failed: failed}
		d := harness.StartTest(tb, "vercel", harness.User("app", harness.KeyAs("MY_ID", "MY_SECRET")),
			harness.Set("AWS_REGION", "us-east-1"))
		if _, err := d.Run(t.Context(), whoAmI(given("MY_ID", "MY_SECRET", "AWS_SESSION_TOKEN"))); err != nil {
			t.Fatal(err)
		}
		tb.end()
		shown := strings.Join(tb.logs, "\n")
		if strings.Contains(shown, "mixed-credentials") != failed || len(tb.errors) > 0 {
			t.Errorf("failed %t: errors %q, logs:\n%s", failed, tb.errors, shown)
		}
	}
}

func TestResultsThatShowASecretFailTheTest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secrets")
	t.Setenv(leak.Variable, file)
	tb := &recorder{TB: t}
	d := harness.StartTest(tb, "local", harness.User("app", harness.KeyAs("MY_ID", "MY_SECRET")))
	env, err := d.Environment()
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := env.Lookup("MY_SECRET")
	r, err := d.Run(t.Context(), harness.Func("login "+secret, func(context.Context) error { return errors.New("no") }))
	if err != nil {
		t.Fatal(err)
	}
	tb.end()
	if len(tb.errors) != 1 || !strings.Contains(tb.errors[0], "shows a secret") {
		t.Errorf("errors %q", len(tb.errors))
	}
	if !r.Secrets([]byte("x"+secret[:30])) || r.Secrets([]byte("nothing")) {
		t.Error("Secrets does not tell")
	}
	if known, err := leak.Load(file); err != nil || !strings.Contains(strings.Join(known, " "), secret) {
		t.Errorf("not registered: %v", err)
	}
}

// TestGinkgoReports runs a suite that fails, TestSuiteThatFails, and reads its
// report.
func TestGinkgoReports(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.Command(os.Args[0], "-test.run", "^TestSuiteThatFails$", "-ginkgo.json-report", report)
	cmd.Env = append(os.Environ(), suiteThatFails+"=1")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("the suite did not fail: %v\n%s", err, out)
	}
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var suites []types.Report
	if err := json.Unmarshal(data, &suites); err != nil || len(suites) != 1 {
		t.Fatalf("%v\n%s", err, data)
	}
	entries := map[string]types.ReportEntries{}
	for _, s := range suites[0].SpecReports {
		entries[s.LeafNodeText] = s.ReportEntries
	}
	if len(entries["passes"]) != 0 {
		t.Errorf("the spec that passes has entries: %+v", entries["passes"])
	}
	failed := entries["fails"]
	if len(failed) != 1 || !strings.Contains(failed[0].StringRepresentation(), "mixed-credentials") {
		t.Fatalf("entries %+v\n%s", failed, out)
	}
	var r struct {
		Exchanges []struct{ Call string }
		Diagnosis struct {
			Findings []struct{ Kind, What, Change string }
		}
	}
	if err := json.Unmarshal([]byte(failed[0].Value.AsJSON), &r); err != nil || len(r.Exchanges) != 1 ||
		len(r.Diagnosis.Findings) != 1 || r.Diagnosis.Findings[0].Change == "" {
		t.Errorf("%v: %+v", err, r)
	}
	if !strings.Contains(string(out), "mixed-credentials") {
		t.Errorf("the terminal does not show it:\n%s", out)
	}
}

const suiteThatFails = "HOSTPROOF_TEST_SUITE_THAT_FAILS"

func TestSuiteThatFails(t *testing.T) {
	if os.Getenv(suiteThatFails) == "" {
		return // TestGinkgoReports runs it
	}
	gomega.RegisterFailHandler(ginkgo.Fail)
	run := func(ctx ginkgo.SpecContext) {
		d := harness.StartTest(ginkgo.GinkgoT(), "vercel", harness.User("app", harness.KeyAs("MY_ID", "MY_SECRET")),
			harness.Set("AWS_REGION", "us-east-1"))
		_, err := d.Run(ctx, whoAmI(given("MY_ID", "MY_SECRET", "AWS_SESSION_TOKEN")))
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
	}
	ginkgo.Describe("a suite", func() {
		ginkgo.It("passes", run)
		ginkgo.It("fails", func(ctx ginkgo.SpecContext) {
			run(ctx)
			gomega.Expect(1).To(gomega.Equal(2)) // an expectation that knows nothing of results
		})
	})
	ginkgo.RunSpecs(t, "a suite that fails")
}
