package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/report"
)

// TestRunAndMatrixAgree: the same program, host and settings have the same outcome
// exit code in both, and a programs file may say the settings, too.
func TestRunAndMatrixAgree(t *testing.T) {
	const (
		needsKey  = `[ -n "$MY_AWS_ACCESS_KEY_ID" ] && [ -n "$MY_AWS_SECRET_ACCESS_KEY" ]`
		needsOwn  = `[ -n "$APP_ID" ] && [ -n "$APP_SECRET" ]`
		needsPlan = `[ "$PLAN" = "gold and more" ]`
	)
	env := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(env, []byte("PLAN=\"gold and more\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, host, script string
		flags              []string
		project            string // the same as flags, in a programs file
		code               int
	}{
		{"a key", "vercel", needsKey, nil, "{}", 0},
		{"a key that the host hides", "amplify-no-role", needsKey, nil, "{}", exitRefused},
		{"a key that the build bakes", "amplify-no-role", needsKey, []string{"--baked"}, "{baked: true}", 0},
		{"other names", "vercel", needsKey, []string{"--key-as", "APP_ID,APP_SECRET"}, "{keyAs: [APP_ID, APP_SECRET]}",
			exitRefused},
		{"own names", "vercel", needsOwn, []string{"--key-as", "APP_ID,APP_SECRET"}, "{keyAs: [APP_ID, APP_SECRET]}",
			0},
		{"no names", "local", needsKey, []string{"--key-as", ""}, "{keyAs: []}", exitRefused},
		{"a variable", "vercel", needsPlan, []string{"--set", "PLAN=gold and more"}, "{set: {PLAN: gold and more}}", 0},
		{"a file of variables", "vercel", needsPlan, []string{"--env-file", env}, "{set: {PLAN: gold and more}}", 0},
		{"no such variable", "vercel", needsPlan, nil, "{}", exitRefused},
		{"a variable less", "vercel", `[ -z "$VERCEL_ENV" ]`, []string{"--unset", "VERCEL_ENV"},
			"{unset: [VERCEL_ENV]}", 0},
		{"no region is made up", "local", `[ -z "$AWS_REGION" ]`, nil, "{}", 0},
		{"before the first request", "amplify-init-race", `[ -n "$AWS_ACCESS_KEY_ID" ]`, []string{"--at-init"},
			"{atInit: true}", exitRefused},
		{"at a request", "amplify-init-race", `[ -n "$AWS_ACCESS_KEY_ID" ]`, nil, "{}", 0},
		{"no time", "vercel", "sleep 600", []string{"--timeout", "100ms"}, "", exitRefused},
	} {
		t.Run(row.name, func(t *testing.T) {
			program := []string{"--", "sh", "-c", row.script}
			code, out, errOut := try(t, append(append([]string{"run", "--host", row.host}, row.flags...),
				program...)...)
			if code != row.code {
				t.Errorf("run: exit %d, want %d:\n%s%s", code, row.code, out, errOut)
			}
			code, out, errOut = try(t, append(append([]string{"matrix", "--hosts", row.host}, row.flags...),
				program...)...)
			if code != row.code {
				t.Errorf("matrix: exit %d, want %d:\n%s%s", code, row.code, out, errOut)
			}
			if row.project == "" {
				return
			}
			file := filepath.Join(t.TempDir(), "programs.yaml")
			text := fmt.Sprintf("- name: app\n  run: [sh, -c, %q]\n  project: %s\n", row.script, row.project)
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if code, out, errOut = try(t, "matrix", "--hosts", row.host, "--programs", file); code != row.code {
				t.Errorf("programs file: exit %d, want %d:\n%s%s", code, row.code, out, errOut)
			}
		})
	}
}

// timeUp has the seconds that a run took: more than its time, on a busy machine.
var timeUp = regexp.MustCompile(`its time was up after \d+s: give it more with --timeout`)

// TestMatrixShowsItsSettings: what a cell was deployed with, as flags of run, and
// that its time was up.
func TestMatrixShowsItsSettings(t *testing.T) {
	out := t.TempDir()
	code, said, _ := try(t, "matrix", "--hosts", "vercel,ecs-fargate", "--role-allow", "app-task=s3:*", "--bucket",
		"uploads", "--timeout", "100ms",
		"--out", out, "--", "sh", "-c", "sleep 600")
	if code != exitRefused || !strings.Contains(said, "settings: --role-allow 'app-task=s3:*' --bucket uploads\n") ||
		!strings.Contains(said, "settings: --bucket uploads\n") ||
		len(timeUp.FindAllString(said, -1)) < 2 {
		t.Errorf("exit %d:\n%s", code, said)
	}
	data, err := os.ReadFile(filepath.Join(out, report.JSONFile))
	if err != nil || !strings.Contains(string(data), `"--role-allow 'app-task=s3:*'"`) {
		t.Errorf("%v: the settings are not in the JSON", err)
	}
}

// TestMatrixOnOneOwnHost: --host-file names the host, too.
func TestMatrixOnOneOwnHost(t *testing.T) {
	file := filepath.Join(t.TempDir(), "host.yaml")
	const text = "name: mine\ntitle: t\nsummary: s\nbasis: b\nregion: us-east-1\nnotSimulated: [much]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, said, errOut := try(t, "matrix", "--host-file", file, "--", "true")
	if code != 0 || !strings.Contains(said, "mine") || !strings.Contains(said, "1 cell: ∅ 1 no AWS call") ||
		strings.Contains(said, "vercel") {
		t.Errorf("exit %d:\n%s%s", code, said, errOut)
	}
}
