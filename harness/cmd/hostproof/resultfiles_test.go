package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/need"
)

// sarifFile is what the tests read of a file in SARIF.
type sarifFile struct {
	Runs []struct {
		Tool    struct{ Driver struct{ Version string } }
		Results []struct {
			RuleID, Level string
			Message       struct{ Text string }
			Locations     []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine int }
				}
			}
		}
	}
}

// junitFile is what the tests read of a file in JUnit XML.
type junitFile struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Cases []struct {
			Name    string    `xml:"name,attr"`
			Failure *struct { // with what went wrong in a line
				Message string `xml:"message,attr"`
			} `xml:"failure"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func readFiles(t *testing.T, dir string) (s sarifFile, j junitFile) {
	t.Helper()
	for name, into := range map[string]func([]byte) error{
		"out.sarif": func(b []byte) error { return json.Unmarshal(b, &s) },
		"out.xml":   func(b []byte) error { return xml.Unmarshal(b, &j) },
	} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = into(data)
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, data)
		}
	}
	if len(s.Runs) != 1 || s.Runs[0].Tool.Driver.Version == "" {
		t.Fatalf("got %+v", s)
	}
	return s, j
}

// command runs hostproof, and gives what it prints with its exit code.
func command(args ...string) (out, errOut string, code int) {
	var o, e bytes.Buffer
	code = run(args, strings.NewReader(""), &o, &e)
	return o.String(), e.String(), code
}

// TestRunWritesFilesForCI: a program that fails has its problem at its own line, in
// each form; one that is fine has a test that passes and no problem, and what was in
// the files before is gone.
func TestRunWritesFilesForCI(t *testing.T) {
	need.Program(t, "node", "install Node.js")
	dir := t.TempDir()
	t.Chdir(dir)
	program := "const fail = () => {\n  throw new Error('it broke')\n}\nif (process.env.BREAK) fail()\n"
	if err := os.WriteFile("app.mjs", []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"run", "--host", "local", "--junit", "out.xml", "--sarif", "out.sarif", "--annotate", "github",
		"--set", "BREAK=1", "--", "node", "app.mjs"}
	out, errOut, code := command(args...)
	if code != exitRefused {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	s, j := readFiles(t, dir)
	r := s.Runs[0].Results
	if len(r) != 1 || r[0].RuleID != "program-failed" || r[0].Level != "error" ||
		r[0].Locations[0].PhysicalLocation.ArtifactLocation.URI != "app.mjs" ||
		r[0].Locations[0].PhysicalLocation.Region.StartLine != 2 {
		t.Errorf("got %+v", r)
	}
	if j.Tests != 1 || j.Failures != 1 || j.Suites[0].Name != "local" ||
		j.Suites[0].Cases[0].Name != "node app.mjs" ||
		j.Suites[0].Cases[0].Failure.Message == "" {
		t.Errorf("got %+v", j)
	}
	if want := "\n::error file=app.mjs,line=2,title=program-failed on local::"; !strings.Contains(out, want) {
		t.Errorf("it prints no %q:\n%s", want, out)
	}
	args = []string{"run", "--host", "local", "--junit", "out.xml", "--sarif", "out.sarif", "--annotate", "github",
		"--json", "--", "node", "app.mjs"}
	out, errOut, code = command(args...)
	s, j = readFiles(t, dir)
	if code != 0 || !json.Valid([]byte(out)) || strings.Contains(errOut, "::error") {
		t.Errorf("a program that is fine: exit %d, %s\n%s", code, out, errOut)
	}
	if j.Tests != 1 || j.Failures != 0 || len(s.Runs[0].Results) != 0 {
		t.Errorf("the files of a program that is fine say %+v, %+v", j, s)
	}
}

// TestFilesThatCannotBe are refused before anything runs.
func TestFilesThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.txtar")
	if err := os.WriteFile(good, []byte(smallCase), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, flag := range []string{"--junit", "--sarif", "--summary"} {
		_, errOut, code := command("run", "--host", "local", flag, dir, "--", "sh", "-c", "touch "+dir+"/ran")
		if code != exitUsage || !strings.Contains(errOut, flag+": open") {
			t.Errorf("run %s: exit %d, %s", flag, code, errOut)
		}
	}
	for _, flag := range []string{"--junit", "--sarif"} {
		_, errOut, code := command("replay", flag, dir, good)
		if code != exitUsage || !strings.Contains(errOut, flag) {
			t.Errorf("replay %s: exit %d, %s", flag, code, errOut)
		}
	}
	_, errOut, code := command("explain", "--sarif", dir, good)
	if code != exitUsage || !strings.Contains(errOut, "--sarif") {
		t.Errorf("explain: exit %d, %s", code, errOut)
	}
	if _, err := os.Stat(filepath.Join(dir, "ran")); err == nil {
		t.Error("the program ran all the same")
	}
}

// TestReplayWritesFilesForCI: what a case is there to show is a note, and what does not
// hold of it an error, in its file.
func TestReplayWritesFilesForCI(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"good.txtar":    smallCase,
		"other.txtar":   strings.Replace(smallCase, "exit: 7", "exit: 8", 1),
		"nowhere.txtar": strings.Replace(smallCase, "host: local", "host: lokal", 1),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, errOut, code := command("replay", "--junit", "out.xml", "--sarif", "out.sarif", dir)
	if code != exitHarness {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	s, j := readFiles(t, dir)
	if j.Tests != 5 || j.Failures != 1 || j.Errors != 1 || len(j.Suites) != 3 ||
		j.Suites[2].Cases[0].Failure.Message != "expected the program exits with 8, got it exited with 7" {
		t.Errorf("got %+v", j)
	}
	levels := map[string]int{}
	for _, r := range s.Runs[0].Results {
		levels[r.Level+" "+r.RuleID+" in "+r.Locations[0].PhysicalLocation.ArtifactLocation.URI]++
	}
	if levels["note program-failed in good.txtar"] != 1 || levels["note program-failed in other.txtar"] != 1 ||
		levels["error not-as-expected in other.txtar"] != 1 || len(levels) != 3 {
		t.Errorf("got %v", levels)
	}
}

func TestExplainWritesSARIF(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	text := []byte("Error: Could not load credentials from any providers\n")
	if err := os.WriteFile("error.log", text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errOut, code := command("explain", "--sarif", "out.sarif", "error.log"); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	data, err := os.ReadFile("out.sarif")
	if err != nil {
		t.Fatal(err)
	}
	var s sarifFile
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	if r := s.Runs[0].Results; len(r) != 1 || r[0].RuleID != "no-role-at-host" ||
		r[0].Locations[0].PhysicalLocation.ArtifactLocation.URI != "error.log" {
		t.Errorf("got %s", data)
	}
}
