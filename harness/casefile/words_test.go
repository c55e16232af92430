package casefile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/casefile/packages"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// TestExpectationsInWords: how each expectation reads, what is said of the result that
// it was held against, and whether it is met.
func TestExpectationsInWords(t *testing.T) {
	three := 3
	user := verdict.Verdict{Accepted: true, Principal: "arn:aws:iam::1:user/app"}
	no := verdict.Verdict{Refusal: verdict.Because(verdict.StageAuthorize, verdict.Denial{}, "")}
	calls := []mockaws.Exchange{
		{Call: "s3:ListBuckets", Region: "us-east-1", Status: 200, Verdict: user},
		{Call: "s3:GetObject", Status: 404, Code: "NoSuchKey", Message: "gone", Verdict: user},
		{Call: "sqs:SendMessage", Region: "eu-west-1", Status: 403, Code: "AccessDenied", Message: "not you",
			Verdict: no},
		{Call: "s3:ListBuckets", Region: "us-east-1", Status: 200, Verdict: user},
	}
	findings := []harness.Finding{{Kind: "a", Variables: []string{"V", "W"}, What: "One Two.", Change: "Three"},
		{Kind: "b", Hazard: true}}
	const all = "s3:ListBuckets in us-east-1 was accepted as arn:aws:iam::1:user/app; s3:GetObject was " +
		"accepted as arn:aws:iam::1:user/app, and then failed: 404 NoSuchKey: gone; sqs:SendMessage in eu-west-1 " +
		"was refused with AccessDenied: not you"
	for _, row := range []struct {
		e         Expectation
		r         harness.Result
		says, got string
		ok        bool
	}{
		{Expectation{Exit: &three}, harness.Result{ExitCode: 3}, "the program exits with 3", "it exited with 3", true},
		{Expectation{Exit: &three}, harness.Result{}, "the program exits with 3", "it exited with 0", false},
		{Expectation{Exit: &three}, harness.Result{ExitCode: 3, TimedOut: true}, "the program exits with 3",
			"its time was up", false},
		{Expectation{Exit: &three}, harness.Result{ExitCode: 3, Signal: "killed"}, "the program exits with 3",
			"it was ended by signal: killed", false},
		{Expectation{Stdout: []string{"b"}}, harness.Result{Stdout: []byte("abc")}, `standard output has "b"`, "it has",
			true},
		{Expectation{Stdout: []string{"x"}}, harness.Result{Stdout: []byte(" abc\n"), Stderr: []byte("x")},
			`standard output has "x"`, `standard output is "abc"`, false},
		{Expectation{Stderr: []string{"x"}}, harness.Result{Stderr: []byte("x")}, `standard error has "x"`, "it has",
			true},
		{Expectation{Stderr: []string{"x"}}, harness.Result{Stdout: []byte("x")}, `standard error has "x"`,
			"standard error is empty", false},
		{Expectation{Stderr: []string{"x"}}, harness.Result{Stderr: []byte(strings.Repeat("a", 600))},
			`standard error has "x"`,
			`standard error is "` + strings.Repeat("a", 600) + `"`, false},
		{Expectation{Stderr: []string{"x"}}, harness.Result{Stderr: []byte("b" + strings.Repeat("a", 600))},
			`standard error has "x"`,
			`standard error is "...` + strings.Repeat("a", 600) + `"`, false},
		{Expectation{NoCalls: true}, harness.Result{}, "no AWS call is made", "no AWS call was made", true},
		{Expectation{NoCalls: true}, harness.Result{Exchanges: calls}, "no AWS call is made", all, false},
		{Expectation{Calls: []Call{{Call: "s3:ListBuckets", Accepted: "*user/*"}}}, harness.Result{Exchanges: calls},
			"s3:ListBuckets is accepted as *user/*",
			"s3:ListBuckets in us-east-1 was accepted as arn:aws:iam::1:user/app", true},
		{Expectation{Calls: []Call{{Call: "s3:ListBuckets", Accepted: "arn:aws:iam::1:user/*", Region: "us-east-1"}}},
			harness.Result{Exchanges: calls}, "s3:ListBuckets is accepted as arn:aws:iam::1:user/* in us-east-1",
			"s3:ListBuckets in us-east-1 was accepted as arn:aws:iam::1:user/app", true},
		{Expectation{Calls: []Call{{Call: "s3:ListBuckets", Accepted: "arn:aws:iam::1:user/*", Region: "eu-west-1"}}},
			harness.Result{Exchanges: calls}, "s3:ListBuckets is accepted as arn:aws:iam::1:user/* in eu-west-1",
			"s3:ListBuckets in us-east-1 was accepted as arn:aws:iam::1:user/app", false},
		{Expectation{Calls: []Call{{Call: "s3:ListBuckets", Accepted: "arn:aws:iam::1:user/*", Nth: 2}}},
			harness.Result{Exchanges: calls},
			"call 2 of s3:ListBuckets is accepted as arn:aws:iam::1:user/*",
			"s3:ListBuckets in us-east-1 was accepted as arn:aws:iam::1:user/app", true},
		{Expectation{Calls: []Call{{Call: "s3:ListBuckets", Accepted: "arn:aws:iam::1:user/*", Nth: 3}}},
			harness.Result{Exchanges: calls},
			"call 3 of s3:ListBuckets is accepted as arn:aws:iam::1:user/*", "there were 2", false},
		{Expectation{Calls: []Call{{Call: "s3:PutObject", Accepted: "x"}}}, harness.Result{},
			"s3:PutObject is accepted as x",
			"no AWS call was made", false},
		{Expectation{Calls: []Call{{Call: "s3:GetObject", Accepted: "arn:aws:iam::1:user/app"}}},
			harness.Result{Exchanges: calls},
			"s3:GetObject is accepted as arn:aws:iam::1:user/app",
			"s3:GetObject was accepted as arn:aws:iam::1:user/app, and then failed: 404 NoSuchKey: gone", false},
		{Expectation{Calls: []Call{{Call: "sqs:SendMessage", Refused: "AccessDenied", Message: "you"}}},
			harness.Result{Exchanges: calls},
			`sqs:SendMessage is refused with AccessDenied ("you")`,
			"sqs:SendMessage in eu-west-1 was refused with AccessDenied: not you", true},
		{Expectation{Calls: []Call{{Call: "sqs:SendMessage", Refused: "AccessDenied", Message: "me"}}},
			harness.Result{Exchanges: calls},
			`sqs:SendMessage is refused with AccessDenied ("me")`,
			"sqs:SendMessage in eu-west-1 was refused with AccessDenied: not you", false},
		{Expectation{Calls: []Call{{Call: "s3:GetObject", Refused: "NoSuchKey"}}}, harness.Result{Exchanges: calls},
			"s3:GetObject is refused with NoSuchKey",
			"s3:GetObject was accepted as arn:aws:iam::1:user/app, and then failed: 404 NoSuchKey: gone", false},
		{Expectation{NoProblems: true}, harness.Result{}, "the diagnosis finds nothing wrong",
			"the diagnosis found nothing wrong", true},
		{Expectation{NoProblems: true}, harness.Result{Diagnosis: ledger.Diagnosis{Findings: findings[1:]}},
			"the diagnosis finds nothing wrong", "the diagnosis found nothing wrong", true},
		{Expectation{NoProblems: true}, harness.Result{Diagnosis: ledger.Diagnosis{Findings: findings}},
			"the diagnosis finds nothing wrong", "the diagnosis is a V, W", false},
		{Expectation{Findings: []Finding{{Kind: "a", Variables: []string{"W"}, Says: []string{"ONE", "four|three"}}}},
			harness.Result{Diagnosis: ledger.Diagnosis{Findings: findings}},
			`the diagnosis is a about W, and says ["ONE" "four|three"]`, "One Two. Three", true},
		{Expectation{Findings: []Finding{{Kind: "a", Says: []string{"four"}}}},
			harness.Result{Diagnosis: ledger.Diagnosis{Findings: findings}},
			`the diagnosis is a, and says ["four"]`, `nothing in it says "four": One Two. Three`, false},
		{Expectation{Findings: []Finding{{Kind: "a", Variables: []string{"X", "Y"}}}},
			harness.Result{Diagnosis: ledger.Diagnosis{Findings: findings}},
			"the diagnosis is a about X, Y", "the diagnosis is a V, W; b", false},
		{Expectation{Findings: []Finding{{Kind: "c"}}}, harness.Result{}, "the diagnosis is c",
			"the diagnosis found nothing wrong", false},
	} {
		checks := row.e.Check(&row.r)
		if len(checks) != 1 || checks[0] != (Check{row.says, row.got, row.ok}) {
			t.Errorf("got %+v, want %+v", checks, Check{row.says, row.got, row.ok})
		}
	}
}

// write makes files in a folder, which it makes as well.
func write(t *testing.T, dir string, files map[string]string) string {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestWorkspace lays out a case with what was installed for it: a subject's environment,
// packages of Node and Python, a program that was built, and jars.
func TestWorkspace(t *testing.T) {
	subject := write(t, t.TempDir(), map[string]string{"venv/bin/python": "", "venv/bin/tool": "", "pom.xml": "",
		"requirements.txt": "boto3==1.2.3 \\\n  --hash=x\nboto3-stubs==9\n"})
	modules := write(t, t.TempDir(), map[string]string{".bin/npx-tool": ""})
	venv := write(t, t.TempDir(), map[string]string{"bin/tool": ""})
	whole := &workspace{dir: t.TempDir(), installed: &subjects.Installed{Dir: subject, Argv: []string{"node",
		"subject.mjs"}},
		packages: &packages.Installed{NodeModules: modules, Venv: venv, Program: "/built/subject", Jars: "/jars"}}
	plain := &workspace{dir: t.TempDir(), packages: &packages.Installed{}}
	bins := []string{filepath.Join(venv, "bin"), filepath.Join(subject, "venv", "bin"), filepath.Join(modules, ".bin")}
	if got := whole.bins(); !slices.Equal(got, bins) {
		t.Errorf("got %q, want %q", got, bins)
	}
	if got := plain.bins(); len(got) != 0 || len(plain.options()) != 0 {
		t.Errorf("got %q", got)
	}
	if got := len(whole.options()); got != 3 {
		t.Errorf("%d options, want PATH, and CLASSPATH twice", got)
	}
	onlySubject := &workspace{installed: whole.installed, packages: &packages.Installed{}}
	for _, row := range []struct {
		w    *workspace
		argv []string
		want string
	}{
		{whole, []string{"subject", "--x", "y"}, "/built/subject --x y"},
		{onlySubject, []string{"subject", "--x"}, "node subject.mjs --x"},
		{plain, []string{"subject", "--x"}, "subject --x"},
		{whole, []string{"tool", "x"}, filepath.Join(venv, "bin", "tool") + " x"},
		{whole, []string{"python"}, filepath.Join(subject, "venv", "bin", "python")},
		{whole, []string{"npx-tool"}, filepath.Join(modules, ".bin", "npx-tool")},
		{whole, []string{"./tool"}, "./tool"}, {whole, []string{"other"}, "other"},
	} {
		before := slices.Clone(row.argv)
		if got := strings.Join(row.w.argv(row.argv), " "); got != row.want || !slices.Equal(row.argv, before) {
			t.Errorf("%q: got %q, want %q", before, got, row.want)
		}
	}
	if err := whole.fill(Settings{}, []txtar.File{{Name: "lib/a.sh", Data: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(whole.dir, "lib/a.sh")); err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("%v, %v: want a file that can be run", info, err)
	}
	if to, err := os.Readlink(filepath.Join(whole.dir, "node_modules")); err != nil || to != modules {
		t.Errorf("node_modules leads to %q, %v", to, err)
	}
	if err := plain.fill(Settings{}, nil); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Join(plain.dir, "node_modules")); err == nil {
		t.Error("there is a node_modules, and nothing that it leads to")
	}
	if !isFile(filepath.Join(subject, "pom.xml")) || isFile(subject) || isFile("/none") {
		t.Error("a folder is no file")
	}
	if err := whole.remove(); err != nil || isFile(filepath.Join(whole.dir, "lib/a.sh")) {
		t.Error("the workspace is still there")
	}
}

// TestLibrariesOfASubject are found under their own name, in the version that a case
// wants, or the case says what there is instead.
func TestLibrariesOfASubject(t *testing.T) {
	node := write(t, t.TempDir(),
		map[string]string{"package.json": `{"dependencies": {"sdk": "1.0.0", "sdk-2": "npm:sdk@2.0.0"}}`})
	python := write(t, t.TempDir(),
		map[string]string{"requirements.txt": "boto3==1.2.3 \\\n  --hash=x\nboto3-stubs==9\n"})
	bad := write(t, t.TempDir(), map[string]string{"package.json": `{`})
	for _, row := range []struct{ in, name, version, want string }{
		{node, "sdk", "2.0.0", ""}, {node, "sdk", "1.0.0", ""},
		{node, "sdk", "3.0.0", "subject s has no sdk 3.0.0: it has 1.0.0, 2.0.0"},
		{node, "other", "1", "subject s has no other 1: no version of it is in its package.json"},
		{python, "boto3", "1.2.3", ""}, {python, "boto3-stubs", "9", ""},
		{python, "boto3", "1.2", "subject s has no boto3 1.2: it has 1.2.3"},
		{python, "botocore", "1", "subject s has no botocore 1: it is not in its requirements.txt"},
		{bad, "sdk", "1", "subject s: package.json: "}, {t.TempDir(), "sdk", "1", "subject s: open "},
	} {
		w := &workspace{dir: t.TempDir(), installed: &subjects.Installed{Dir: row.in}, packages: &packages.Installed{}}
		err := w.fill(Settings{Subject: "s", Libraries: map[string]string{row.name: row.version}}, nil)
		if (err == nil) != (row.want == "") || err != nil && !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s %s: got %v, want %q", row.name, row.version, err, row.want)
		}
		if row.in == node && err == nil {
			to, err := os.Readlink(filepath.Join(w.dir, "node_modules", row.name))
			want := filepath.Join(node, "node_modules", map[string]string{"2.0.0": "sdk-2",
				"1.0.0": "sdk"}[row.version])
			if err != nil || to != want {
				t.Errorf("%s leads to %q, %v", row.version, to, err)
			}
		}
	}
}
