package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const smallCase = `Issue: https://github.com/vercel/ai/issues/3018
Symptom: it fails
Cause: none
Forced: by its exit code

-- case.yaml --
class: F
isolation: any
host: local
program: [sh, program.sh]
broken:
  set: {CODE: "7"}
  expect: {exit: 7, noCalls: true, findings: [{kind: program-failed}]}
fixed:
  set: {CODE: "0"}
  expect: {exit: 0, noCalls: true, noProblems: true}
-- program.sh --
exit $CODE
`

func TestReplay(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.txtar", smallCase)
	other := file("other.txtar", strings.Replace(smallCase, "exit: 7", "exit: 8", 1))
	broken := file("broken.txtar", strings.Replace(smallCase, "host: local", "hots: local", 1))
	nowhere := file("nowhere.txtar", strings.Replace(smallCase, "host: local", "host: lokal", 1))
	for _, row := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"as expected", []string{good}, 0, []string{"good  [F: ", "broken: sh program.sh on local",
			"ok   the program exits with 7", "1 case: 1 as expected, 0 not, 0 could not be replayed"}},
		{"turned round", []string{"--invert", good}, 0,
			[]string{"broken: 3 of 3 expectations turned round fail, as they must"}},
		{"all of it", []string{"-v", good}, 0, []string{"all of it:"}},
		{"otherwise", []string{good, other}, exitRefused, []string{"NOT  the program exits with 8",
			"but it exited with 7", "2 cases: 1 as expected, 1 not"}},
		{"no case", []string{good, broken}, exitUsage, []string{`broken.txtar:9: there is no key "hots" here`}},
		{"no file", []string{filepath.Join(dir, "none.txtar")}, exitUsage,
			[]string{"none.txtar: cannot be read: no such file or directory"}},
		{"no host", []string{nowhere, other}, exitHarness, []string{"nowhere could not be replayed",
			"did you mean local?", "2 cases: 0 as expected, 1 not, 1 could not be replayed"}},
		{"nothing", nil, exitUsage, []string{"file"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, out, errOut := try(t, append([]string{"replay"}, row.args...)...)
			if code != row.code {
				t.Errorf("exit %d, want %d", code, row.code)
			}
			for _, want := range row.says {
				if !strings.Contains(out+errOut, want) {
					t.Errorf("does not say %q:\n%s%s", want, out, errOut)
				}
			}
		})
	}
}

func TestReplayPrintsJSON(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.txtar": smallCase,
		"b.txtar": strings.Replace(smallCase, "exit: 7", "exit: 8", 1),
		"c.txtar": strings.Replace(smallCase, "host: local", "host: lokal", 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errOut := try(t, "replay", "--json", dir)
	var got struct {
		OK    bool
		Cases []struct {
			Name, Error string
			OK          bool
			Runs        []struct {
				Name, Host string
				OK         bool
				Checks     []struct{ Expected, Got string }
				Result     struct{ ExitCode, Version int }
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitHarness || len(got.Cases) != 3 || got.OK {
		t.Fatalf("exit %d, %v:\n%s%s", code, err, out, errOut)
	}
	if a := got.Cases[0]; !a.OK || len(a.Runs) != 2 || a.Runs[0].Name != "broken" || a.Runs[0].Host != "local" ||
		a.Runs[0].Result.ExitCode != 7 || a.Runs[0].Result.Version != 1 || len(a.Runs[0].Checks) == 0 {
		t.Errorf("the first case: %+v", a)
	}
	if b := got.Cases[1]; b.OK || b.Error != "" || b.Runs[0].OK || !b.Runs[1].OK {
		t.Errorf("the second case: %+v", b)
	}
	if c := got.Cases[2]; c.OK || !strings.Contains(c.Error, "did you mean local?") || c.Runs == nil {
		t.Errorf("the third case: %+v", c)
	}
	if !strings.Contains(errOut, "3 cases: 1 as expected, 1 not") {
		t.Errorf("the text: %s", errOut)
	}
}
