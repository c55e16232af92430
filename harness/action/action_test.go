package action

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/harness/need"
)

// manifest is what the tests read of action.yml.
type manifest struct {
	Inputs map[string]struct {
		Description string
		Required    bool
		Default     *string
	}
	Runs struct {
		Using string
		Steps []struct {
			Uses, Run, Shell string
			Env              map[string]string
		}
	}
}

func read(t *testing.T) (m manifest) {
	t.Helper()
	data, err := os.ReadFile("action.yml")
	if err == nil {
		err = yaml.Unmarshal(data, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestActionNamesWhatThereIs: each input is used, and each script is a file here.
func TestActionNamesWhatThereIs(t *testing.T) {
	data, err := os.ReadFile("action.yml")
	if err != nil {
		t.Fatal(err)
	}
	m, scripts := read(t), 0
	for name, input := range m.Inputs {
		if !strings.Contains(string(data), "${{ inputs."+name+" }}") || input.Description == "" ||
			input.Required == (input.Default != nil) {
			t.Errorf("input %s: used, described, and required or with a default", name)
		}
	}
	for _, step := range m.Runs.Steps {
		if step.Run == "" {
			continue
		}
		scripts++
		file := strings.TrimSuffix(strings.TrimPrefix(step.Run, `bash "$GITHUB_ACTION_PATH/`), `"`)
		if _, err := os.Stat(file); err != nil || step.Shell != "bash" {
			t.Errorf("%s, in shell %s: %v", step.Run, step.Shell, err)
		}
	}
	if m.Runs.Using != "composite" || scripts != 2 {
		t.Errorf("using %s, %d scripts", m.Runs.Using, scripts)
	}
}

// TestActionRuns runs the steps of the action as its runner does.
func TestActionRuns(t *testing.T) {
	need.InFull(t) // it builds the command
	need.Program(t, "bash", "install it")
	temp, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(temp, name) }
	paths, report, outputs := in("paths"), in("summary.md"), in("out")
	step := func(script string, env ...string) (string, int) {
		cmd := exec.CommandContext(t.Context(), "bash", filepath.Join(here, script))
		cmd.Dir = t.TempDir()
		cmd.Env = append(os.Environ(), append([]string{"RUNNER_TEMP=" + temp, "GITHUB_PATH=" + paths,
			"GITHUB_STEP_SUMMARY=" + report, "GITHUB_OUTPUT=" + outputs, "GITHUB_ACTION_PATH=" + here}, env...)...)
		out, err := cmd.CombinedOutput()
		if err != nil && cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	if out, code := step("install.sh"); code != 0 {
		t.Fatalf("install.sh: exit %d: %s", code, out)
	}
	added, err := os.ReadFile(paths)
	if err != nil {
		t.Fatal(err)
	}
	path := "PATH=" + strings.TrimSpace(string(added)) + string(os.PathListSeparator) + os.Getenv("PATH")
	out, code := step("run.sh", path, "HOSTPROOF_HOSTS=vercel local", "HOSTPROOF_FLAGS=--set 'MINE=a b'",
		`HOSTPROOF_COMMAND=sh -c 'test "$MINE" = "a b"'`)
	if code != 0 || strings.Contains(out, "::error") {
		t.Errorf("a program that is right: exit %d: %s", code, out)
	}
	out, code = step("run.sh", path, "HOSTPROOF_HOSTS=local vercel", "HOSTPROOF_COMMAND=sh -c 'exit ${VERCEL:-0}'")
	if code != 1 || !strings.Contains(out, "::error title=hostproof::there is a problem on vercel: see") {
		t.Errorf("a program that fails on one host: exit %d: %s", code, out)
	}
	results := filepath.Join(temp, "hostproof-results")
	for name, want := range map[string]string{"vercel.xml": "<failure ", "vercel.sarif": `"program-failed"`,
		"local.xml": `failures="0"`, "local.sarif": `"results": []`} {
		text, err := os.ReadFile(filepath.Join(results, name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %s: %v\n%s", name, want, err, text)
		}
	}
	if !strings.Contains(out, "\n::error title=program-failed on vercel::") {
		t.Errorf("it annotates nothing: %s", out)
	}
	if text, err := os.ReadFile(outputs); err != nil || !strings.Contains(string(text), "results="+results+"\n") {
		t.Errorf("its outputs: %v: %s", err, text)
	}
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	for text, times := range map[string]int{"## All is well on host": 3, "## A problem was found on host vercel": 1} {
		if n := strings.Count(string(data), text); n != times {
			t.Errorf("the summary has %q %d times, want %d:\n%s", text, n, times, data)
		}
	}
}
