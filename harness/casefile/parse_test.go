package casefile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const head = `Issue: https://github.com/vercel/ai/issues/3018
Symptom: it fails
Cause: a token
Forced: the host sets it

-- case.yaml --
`

const minimal = head + `class: A
host: vercel
program: [sh, program.sh]
broken:
  expect: {exit: 1, noCalls: true}
fixed:
  expect: {exit: 0, noCalls: true}
-- program.sh --
exit 1
`

func TestParse(t *testing.T) {
	c, err := Parse("some/dir/a-bug.txtar", []byte(strings.ReplaceAll(minimal, "it fails", "it\nfails here")))
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "a-bug" || c.Symptom != "it fails here" || len(c.Issues) != 1 || len(c.Runs()) != 2 ||
		c.Runs()[0].Name != "broken" || len(c.files) != 1 {
		t.Errorf("got %+v", c)
	}
}

// Each error is one line that names the file, the line and what to do.
func TestProblems(t *testing.T) {
	with := func(from, to string) string { return strings.Replace(minimal, from, to, 1) }
	for _, row := range []struct{ name, data, says string }{
		{"empty", "", `says nothing under "Issue:"`},
		{"no settings", strings.Split(minimal, "-- case.yaml")[0], "has no file case.yaml"},
		{"empty settings", head, "bug.txtar:6: case.yaml is empty"},
		{"other comment", "Dear all,\n" + minimal, `bug.txtar:1: the comment begins with "Dear all,"`},
		{"no cause", with("Cause: a token\n", ""), `says nothing under "Cause:"`},
		{"two causes", with("Cause: a token\n", "Cause: a token\nCause: another\n"), `bug.txtar:4: a second "Cause:"`},
		{"no public issue", with("https://github.com/vercel/ai/issues/3018", "vercel/ai#3018"), "is no public address"},
		{"unknown key", with("host: vercel", "hots: vercel"), `bug.txtar:8: there is no key "hots" here`},
		{"unknown key of a run", with("  expect: {exit: 1, noCalls", "  expect: {exit: 1, noCall"),
			`bug.txtar:11: there is no key "noCall" here`},
		{"wrong type", with("[sh, program.sh]", "{a: b}"), "bug.txtar:9: "},
		{"no YAML", with("host: vercel", "host: [vercel"), "bug.txtar:"},
		{"two documents", with("-- program.sh", "---\na: b\n-- program.sh"), "second document"},
		{"unknown class", with("class: A", "class: Z"), `class is "Z": want one of A, B, C, D, E, F`},
		{"no broken run", with("broken:", "workaround:"), `has no run "broken"`},
		{"nothing that works", strings.Replace(with("fixed:\n", ""), "  expect: {exit: 0, noCalls: true}\n", "", 1),
			`has neither "fixed" nor "workaround"`},
		{"no host", with("host: vercel\n", ""), "broken: no host"},
		{"no program", with("program: [sh, program.sh]\n", ""), "broken: no program"},
		{"no exit", with("exit: 1, ", ""), "broken: expects no exit code"},
		{"no calls", with("exit: 1, noCalls: true", "exit: 1"), "broken: expects neither calls nor noCalls"},
		{"both", with("exit: 1, noCalls: true", "exit: 1, noCalls: true, calls: [{call: x, refused: y}]"),
			"expects calls and noCalls"},
		{"accepted and refused", with("exit: 1, noCalls: true", "exit: 1, calls: [{call: x, refused: y, accepted: z}]"),
			`call "x": want its name, and either`},
		{"a principal that is no pattern", with("exit: 1, noCalls: true",
			"exit: 1, calls: [{call: x, accepted: '[z'}]"), `"[z", which is no pattern`},
		{"half a key", with("program:", "users: [{name: app, key: [ONE]}]\nprogram:"), "want two variables"},
		{"isolation", with("program:", "isolation: none\nprogram:"), "want sandbox or any"},
		{"no time", with("program:", "timeout: -1s\nprogram:"), "timeout: a time of -1s is none"},
		{"no time for a run", with("broken:\n", "broken:\n  timeout: -1s\n"), "broken: timeout: a time of -1s is none"},
		{"no bucket", with("program:", "buckets: [BAD BUCKET]\nprogram:"), `no S3 bucket can be named "BAD BUCKET"`},
		{"libraries", with("program:", "libraries: {a: 1}\nprogram:"), "libraries without a subject"},
		{"a package without version", with("program:", "npm: [left-pad]\nprogram:"), `npm: "left-pad" has no version`},
		{"a range of versions", with("program:", "npm: ['left-pad@^1']\nprogram:"), "is no version of one release"},
		{"a flag as package", with("program:", "pip: ['--pre==1']\nprogram:"), `"--pre" is no name of a package`},
		{"a path as package", with("program:", "npm: ['../x@1']\nprogram:"), `"../x" is no name of a package`},
		{"not locked", with("program:", "npm: [left-pad@1.3.0]\nprogram:"),
			"broken: npm: there is no lock file package-lock.json; hostproof case lock bug.txtar writes"},
		{"locked in another version", with("program:", "cargo: [aws-config@1.2.3]\nprogram:") +
			"-- locks/Cargo.lock --\nname = \"aws-config\"\nversion = \"1.2.4\"\nchecksum = \"0\"\n",
			"Cargo.lock does not have aws-config in version 1.2.3"},
		{"locked without hashes", with("program:", "pip: [boto3==1.2.3]\nprogram:") +
			"-- locks/requirements.txt --\nboto3==1.2.3\n", "requirements.txt has no hashes"},
		{"an unknown lock file", minimal + "-- locks/yarn.lock --\n", "locks/yarn.lock is no lock file"},
		{"a lock for no run", minimal + "-- locks/mended/Cargo.lock --\n", "locks/mended/Cargo.lock is for no run"},
		{"two node_modules", with("program:", "subject: node-s3\nlibraries: {a: 1}\nnpm: [a@1.0.0]\nprogram:"),
			"both would be node_modules"},
		{"a call before the first", with("exit: 1, noCalls: true",
			"exit: 1, calls: [{call: x, refused: y, nth: -1}]"), "nth is -1"},
		{"a file outside", with("-- program.sh --", "-- ../program.sh --"),
			`bug.txtar:14: "../program.sh" is no path below`},
		{"a file twice", minimal + "-- program.sh --\n", "a second file program.sh"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Parse("bug.txtar", []byte(row.data))
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Fatalf("got %v\nwant %s", err, row.says)
			}
			for _, line := range strings.Split(err.Error(), "\n") {
				if !strings.HasPrefix(line, "bug.txtar") {
					t.Errorf("a line without its place: %s", line)
				}
			}
		})
	}
}

func TestLoadWithoutFile(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{filepath.Join(dir, "none.txtar"), dir} {
		if _, err := Load(file); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(),
			file) {
			t.Errorf("%s: got %v", file, err)
		}
	}
}

// TestLoad reads a case from a file: at most a mebibyte.
func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a-bug.txtar")
	for _, row := range []struct {
		size int
		says string
	}{
		{len(minimal), ""},
		{1 << 20, ""},
		{1<<20 + 1, "has 1048577 bytes, and a case at most 1048576"},
	} {
		text := minimal + strings.Repeat("#", row.size-len(minimal))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(file)
		switch {
		case row.says == "" && (err != nil || c.Name != "a-bug" || c.Class != "A"):
			t.Errorf("%d bytes: %+v, %v", row.size, c, err)
		case row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)):
			t.Errorf("%d bytes: %v, want %q", row.size, err, row.says)
		}
	}
}

// TestClasses: each class that the handbook has is one of a case, and no other.
func TestClasses(t *testing.T) {
	for class := 'A'; class <= 'H'; class++ {
		_, err := Parse("a-bug.txtar", []byte(strings.Replace(minimal, "class: A", "class: "+string(class), 1)))
		if (err == nil) != (class <= 'G') {
			t.Errorf("class %c: %v", class, err)
		}
	}
	if len(Classes) != 7 {
		t.Errorf("%d classes", len(Classes))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	cases, err := filepath.Glob("../../scenarios/cases/testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		f.Fatalf("no cases: %v", err)
	}
	for _, file := range cases {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("bug.txtar", data)
		if (c == nil) == (err == nil) {
			t.Fatalf("case %v with error %v", c, err)
		}
	})
}
