package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/casefile"
	"github.com/hostproof/hostproof/harness/isolation"
)

// sameRun is a setting whose effect a script can see: it ends with 0 with the
// setting, and with another code without.
type sameRun struct {
	setting
	host, script string
}

var sameRuns = []sameRun{
	{setting{"set", []string{"--set", "STAGE=prod"}, "set: {STAGE: prod}", options(harness.Set("STAGE", "prod"))},
		"vercel", `[ "$STAGE" = prod ]`},
	{setting{"region", []string{"--region", "eu-west-1"}, "region: eu-west-1",
		options(harness.With(harness.Project{Region: "eu-west-1"}))},
		"vercel", `[ "$AWS_REGION" = eu-west-1 ]`},
	{setting{"unset", []string{"--unset", "VERCEL_ENV"}, "unset: [VERCEL_ENV]", options(harness.Unset("VERCEL_ENV"))},
		"vercel", `[ -z "$VERCEL_ENV" ]`},
	{setting{"users", []string{"--user", "{name: ci, key: [CI_ID, CI_SECRET]}"},
		"users: [{name: ci, key: [CI_ID, CI_SECRET]}]",
		options(harness.User("ci", harness.KeyAs("CI_ID", "CI_SECRET")))},
		"vercel", `[ -n "$CI_ID" ] && [ -n "$CI_SECRET" ]`},
	{setting{"account", []string{"--account", "222233334444"}, `account: "222233334444"`,
		options(harness.With(harness.Project{Account: "222233334444"}))},
		"eks-irsa", `case "$AWS_ROLE_ARN" in *:222233334444:*) ;; *) exit 1;; esac`},
	{setting{"issuers", []string{"--issuer", "vercel={claims: {environment: staging}}"},
		"issuers: {vercel: {claims: {environment: staging}}}",
		options(harness.TokenClaims("vercel", map[string]any{"environment": "staging"}))},
		"vercel-dev-oidc",
		`echo "$VERCEL_OIDC_TOKEN" | cut -d. -f2 | tr _- /+ | base64 -d 2>/dev/null | grep -q staging`},
}

// TestSameRunFromEveryFrontEnd: the same script on the same host sees the same
// setting, and only with it.
func TestSameRunFromEveryFrontEnd(t *testing.T) {
	for _, row := range sameRuns {
		t.Run(row.name, func(t *testing.T) {
			row.commandLine(t)
			row.caseFile(t)
			row.programsFile(t)
			row.inGo(t)
		})
	}
}

func (r sameRun) commandLine(t *testing.T) {
	t.Helper()
	args := []string{"run", "--host", r.host, "--isolation", "endpoint"}
	program := []string{"--", "sh", "-c", r.script}
	if code, out, said := try(t, slices.Concat(args, r.flags, program)...); code != 0 {
		t.Errorf("command line: exit %d:\n%s%s", code, out, said)
	}
	if code, _, _ := try(t, slices.Concat(args, program)...); code != exitRefused {
		t.Errorf("command line, without the setting: exit %d", code)
	}
}

func (r sameRun) caseFile(t *testing.T) {
	t.Helper()
	text := strings.Replace(caseHead, "host: vercel\nprogram: [x]\n", fmt.Sprintf(
		"host: %s\nisolation: endpoint\nprogram: [sh, -c, %q]\n", r.host, r.script), 1)
	text += "broken:\n  expect: {exit: 1, noCalls: true}\nfixed:\n  " + r.yaml +
		"\n  expect: {exit: 0, noCalls: true}\n"
	c, err := casefile.Parse("a.txtar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	o, err := casefile.Replay(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if !o.OK() {
		var b strings.Builder
		o.WriteText(&b, false)
		t.Errorf("case file:\n%s", b.String())
	}
}

func (r sameRun) programsFile(t *testing.T) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "programs.yaml")
	for project, want := range map[string]int{r.yaml: 0, "baked: false": exitRefused} {
		text := fmt.Sprintf("- name: app\n  run: [sh, -c, %q]\n  project:\n    %s\n", r.script, project)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, said := try(t, "matrix", "--hosts", r.host, "--isolation", "endpoint", "--programs", file)
		if code != want {
			t.Errorf("programs file with %s: exit %d, want %d:\n%s%s", project, code, want, out, said)
		}
	}
}

func (r sameRun) inGo(t *testing.T) {
	t.Helper()
	for _, opts := range [][]harness.Option{r.option, nil} {
		d := harness.StartTest(t, r.host, append(opts, harness.WithIsolation(isolation.Endpoint))...)
		result, err := d.Run(t.Context(), harness.Command("sh", "-c", r.script))
		if err != nil {
			t.Fatal(err)
		}
		if (result.ExitCode == 0) != (opts != nil) {
			t.Errorf("Go, %d options of the setting: exit %d", len(opts), result.ExitCode)
		}
	}
}
