package matrix_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/matrix"
	"github.com/hostproof/hostproof/harness/report"
)

// subject is a program of the matrix made of a function from strategy to what is
// run.
func subject(name string, run func(strategy string) harness.Subject, strategies ...string) matrix.Subject {
	s := matrix.Subject{Subject: report.Subject{Name: name, Title: name, Library: "none", Call: "none"}}
	for _, way := range strategies {
		s.Strategies = append(s.Strategies, report.Strategy{Name: way, Title: way})
	}
	s.New = func(_ context.Context, strategy string) (harness.Subject, error) { return run(strategy), nil }
	return s
}

func shell(script string) func(string) harness.Subject {
	return func(way string) harness.Subject { return harness.Command("sh", "-c", script, way) }
}

func plan(t *testing.T, s matrix.Selection, subjects ...matrix.Subject) *matrix.Plan {
	t.Helper()
	p, err := matrix.NewPlan(fixtures.Builtin(), subjects, s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func expectations(t *testing.T, yaml string) *matrix.Expected {
	t.Helper()
	e, err := matrix.ReadExpected(strings.NewReader(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func runMatrix(t *testing.T, p *matrix.Plan, o matrix.Options) *report.Report {
	t.Helper()
	if o.Isolation == "" {
		o.Isolation = isolation.Endpoint
	}
	r, err := matrix.Run(t.Context(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSelection(t *testing.T) {
	all := matrix.Builtin()
	vercels := 0
	for _, h := range fixtures.Builtin().Hosts() {
		if strings.HasPrefix(h.Name, "vercel") {
			vercels++
		}
	}
	aiSDK := 0 // all its versions
	for _, s := range all {
		if strings.HasPrefix(s.Name, "node-ai-sdk@") {
			aiSDK += len(s.Strategies)
		}
	}
	for _, row := range []struct {
		s    matrix.Selection
		size int
	}{
		{matrix.Selection{Hosts: []string{"vercel"}, Subjects: []string{"node-ai-sdk", "aws-cli"}}, aiSDK + 1},
		{matrix.Selection{Hosts: []string{"vercel", "local"}, Subjects: []string{"node-ai-sdk@4.0.186"},
			Strategies: []string{"explicit", "provider"}}, 4},
		{matrix.Selection{Hosts: []string{"vercel*", "vercel"}, Subjects: []string{"node-ai-sdk@3.0.70"}}, 6 * vercels},
		{matrix.Selection{Hosts: []string{"*"}, Strategies: []string{"session"}}, len(fixtures.Builtin().Hosts())},
	} {
		p, err := matrix.NewPlan(fixtures.Builtin(), all, row.s)
		if err != nil || p.Size() != row.size {
			t.Errorf("%+v: %v, %d cells, want %d", row.s, err, p.Size(), row.size)
		}
	}
}

func TestUnknownNamesSayWhatWasMeant(t *testing.T) {
	for says, s := range map[string]matrix.Selection{
		`no host "versel": did you mean vercel? There are: `:                       {Hosts: []string{"versel"}},
		`no host "zzzzzzzzzzz". There are: amplify`:                                {Hosts: []string{"zzzzzzzzzzz"}},
		`no host "vercl*": did you mean vercel?`:                                   {Hosts: []string{"vercl*"}},
		`no subject "node-ai-sdk@3.0.7": did you mean node-ai-sdk@3.0.70?`:         {Subjects: []string{"node-ai-sdk@3.0.7"}},
		`no subject "python-boto": did you mean python-boto3? There are: `:         {Subjects: []string{"python-boto"}},
		`no strategy "explicitt": did you mean explicit? There are: bearer, chain`: {Strategies: []string{"explicitt"}},
		`no strategy "session". There are: chain`: {Subjects: []string{"aws-cli"},
			Strategies: []string{"session"}},
	} {
		_, err := matrix.NewPlan(fixtures.Builtin(), matrix.Builtin(), s)
		if err == nil || !strings.HasPrefix(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got  %v\nwant %s…", err, says)
		}
	}
}

func TestShards(t *testing.T) {
	for text, says := range map[string]string{
		"": "", "1/1": "", "4/4": "", "0/4": "part 0 of 4", "5/4": "part 5 of 4", "1": "want I/N", "a/b": "want I/N",
		"1/0": "part 1 of 0", "-1/-1": "part -1 of -1",
	} {
		if _, err := matrix.ParseShard(text); (err == nil) != (says == "") || err != nil &&
			!strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want %q in it", text, err, says)
		}
	}
}

func TestShardFromTheEnvironment(t *testing.T) {
	for _, row := range []struct {
		env  []string
		want string
	}{
		{nil, "<nil>  <nil>"},
		{[]string{"JOB_COMPLETION_INDEX=0", "JOB_COMPLETIONS=4"}, "&{1 4} Kubernetes Indexed Job <nil>"},
		{[]string{"JOB_COMPLETION_INDEX=3", "JOB_COMPLETIONS=4"}, "&{4 4} Kubernetes Indexed Job <nil>"},
		{[]string{"CI_NODE_INDEX=2", "CI_NODE_TOTAL=5"}, "&{2 5} GitLab <nil>"},
		{[]string{"CI_NODE_TOTAL=1"}, "<nil>  <nil>"}, // GitLab, a job that is not parallel
		{[]string{"CIRCLE_NODE_INDEX=0", "CIRCLE_NODE_TOTAL=2"}, "&{1 2} CircleCI <nil>"},
		{[]string{"BUILDKITE_PARALLEL_JOB=1", "BUILDKITE_PARALLEL_JOB_COUNT=2"}, "&{2 2} Buildkite <nil>"},
		{[]string{"JOB_COMPLETION_INDEX=1"}, "JOB_COMPLETIONS is not set"},
		{[]string{"JOB_COMPLETION_INDEX=4", "JOB_COMPLETIONS=4"}, "part 5 of 4"},
		{[]string{"CI_NODE_INDEX=two", "CI_NODE_TOTAL=5"}, "want two numbers"},
	} {
		shard, who, err := matrix.ShardFrom(func(name string) (string, bool) {
			for _, kv := range row.env {
				if value, ok := strings.CutPrefix(kv, name+"="); ok {
					return value, true
				}
			}
			return "", false
		})
		if got := fmt.Sprint(shard, " ", who, " ", err); !strings.Contains(got, row.want) {
			t.Errorf("%v: got %s, want %s", row.env, got, row.want)
		}
	}
}

func TestExpectationsAreStrict(t *testing.T) {
	for yaml, says := range map[string]string{
		"- {is: fine}":                      `rule 1: is: "fine": write accepted`,
		"- {is: broken}":                    "write accepted",
		"- {is: accepted}\n- {is: refused}": "rule 2: has no because",
		"- {is: accepted, own: {}}":         "rule 1: own is empty",
		"- {is: accepted, own: {is: skip}}": `rule 1: own: is: "skip": write accepted`,
		"- {is: accepted, own: {if: skip}}": `there is no key "if" here; the keys are is, as`,
		"- {is: accepted, host: [vercel]}":  `there is no key "host" here`,
		"":                                  "the file is empty",
		"-":                                 "rule 1: is empty",
		"accepted":                          "where a list",
	} {
		if _, err := matrix.ReadExpected(strings.NewReader(yaml)); err == nil || !strings.Contains(err.Error(), says) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %q in it", yaml, err, says)
		}
	}
}

func FuzzReadExpected(f *testing.F) {
	f.Add([]byte("- {hosts: [vercel, \"a*b*\"], is: refused, because: it is}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := matrix.ReadExpected(bytes.NewReader(data))
		if (e == nil) == (err == nil) {
			t.Fatalf("got %v and %v", e, err)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatalf("not one line: %q", err)
		}
	})
}

func TestOutcomesAgainstExpectations(t *testing.T) {
	p := plan(t, matrix.Selection{Hosts: []string{"vercel", "local"}},
		subject("quiet@1", shell("exit 0"), "a"), subject("failing", shell("echo oops >&2; exit 3"), "a"),
		matrix.Subject{Subject: report.Subject{Name: "absent", Strategies: []report.Strategy{{Name: "a"}}},
			New: func(context.Context, string) (harness.Subject, error) {
				return harness.Command("no-such-program-at-all"), nil
			}})
	r := runMatrix(t, p, matrix.Options{Expected: expectations(t, `
- {hosts: [vercel], subjects: [quiet], is: no-call, because: it does nothing, source: "a/b#1"}
- {subjects: [failing], is: no-call, finding: program-failed, because: it fails}
- {hosts: [local], subjects: [quiet@1], is: accepted, as: user app}
`)})
	var got []string
	for i := range r.Cells {
		got = append(got, fmt.Sprint(r.Cells[i].Name(), " ", r.Cells[i].Outcome, " ", r.Cells[i].Unexpected))
	}
	const unknown = "nothing is known of this cell: add a rule to the expectations"
	want := []string{
		"local / quiet@1 / a no-call outcome no-call, not accepted; caller none, not user app",
		"local / failing / a no-call ",
		"local / absent / a broken " + unknown,
		"vercel / quiet@1 / a no-call ",
		"vercel / failing / a no-call ",
		"vercel / absent / a broken " + unknown,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r.Unexpected() != 3 || !strings.Contains(r.Cells[2].Problem, "no such program on PATH") ||
		r.Cells[1].Run.Said != "oops" {
		t.Errorf("%d unexpected; %q; %+v", r.Unexpected(), r.Cells[2].Problem, r.Cells[1].Run)
	}
}

// TestFunctionsRunAlone checks that while a Go function has the process's
// environment nothing else runs.
func TestFunctionsRunAlone(t *testing.T) {
	var running, most atomic.Int32
	function := subject("function", func(way string) harness.Subject {
		return harness.Func(way, func(context.Context) error {
			if now := running.Add(1); now > most.Load() {
				most.Store(now)
			}
			defer running.Add(-1)
			if os.Getenv("VERCEL") != "1" {
				return errors.New("this is not the host's environment")
			}
			return nil
		})
	}, "a", "b", "c", "d")
	p := plan(t, matrix.Selection{Hosts: []string{"vercel", "vercel-fluid"}}, function,
		subject("program", shell("exit 0"), "a", "b"))
	var seen recorder
	r := runMatrix(t, p, matrix.Options{Parallel: 8, Progress: &seen})
	for i := range r.Cells {
		if c := &r.Cells[i]; c.Outcome != report.NoCall || c.Run.ExitCode != 0 {
			t.Errorf("%s: %+v", c.Name(), c)
		}
	}
	if most.Load() != 1 {
		t.Errorf("%d functions ran at a time", most.Load())
	}
	if len(seen.finished) != 12 || seen.begun != 12 || !strings.Contains(seen.finished[11], "function") ||
		seen.installed != "function program " {
		t.Errorf("progress was told %+v", seen)
	}
}

type recorder struct {
	begun     int
	installed string
	finished  []string
}

func (r *recorder) Installing(subject string) { r.installed += subject + " " }
func (r *recorder) Begin(cells int)           { r.begun = cells }
func (r *recorder) Started(string)            {}
func (r *recorder) Finished(c *report.Cell)   { r.finished = append(r.finished, c.Name()) }
func (r *recorder) End()                      {}

// volatile is what differs between two runs of the same plan: times, and the
// keys that each deployment makes anew.
var volatile = regexp.MustCompile(
	`"(started|time)": "[^"]*"|"durationNs": \d+|A[KS]IA[A-Z2-7]{16}|IQoJ\w*|127\.0\.0\.1:\d+|/[^" ]*/hostproof-\d+|ABSK\w*`)

func TestShardedRunsMergeIntoTheSameReport(t *testing.T) {
	p := plan(t, matrix.Selection{Hosts: []string{"vercel", "local", "lambda", "ecs-fargate"}},
		subject("quiet", shell("exit 0"), "a", "b"), subject("failing", shell("echo oops >&2; exit 3"), "a"))
	o := matrix.Options{Expected: expectations(t, "- {is: no-call, because: nothing is called}"), Parallel: 3}
	whole := runMatrix(t, p, o)
	var shards []*report.Report
	for i := 1; i <= 5; i++ {
		o.Shard = &report.Shard{Index: i, Total: 5}
		shards = append(shards, runMatrix(t, p, o))
	}
	merged, err := report.Merge(shards...)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := masked(t, whole), masked(t, merged); a != b {
		t.Errorf("the merged report is another:\n%s", firstDifference(a, b))
	}
}

func masked(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return volatile.ReplaceAllString(b.String(), "…")
}

func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return fmt.Sprintf("line %d: %s\n    not: %s", i+1, bs[i], as[i])
		}
	}
	return "one is longer"
}

// TestNoSecretIsWritten runs programs that print their whole environment and
// looks for every value in it, but for the public ones, in all reports.
func TestNoSecretIsWritten(t *testing.T) {
	leaks := t.TempDir()
	script := `env | tee "` + leaks + `/$(basename "$HOME")" >&2; env; exit 1`
	p := plan(t, matrix.Selection{Hosts: []string{"vercel", "vercel-lambda", "lambda", "lambda-snapstart",
		"ecs-fargate", "local-profile"}}, subject("leaky", shell(script), "a"))
	r := runMatrix(t, p, matrix.Options{})
	out := t.TempDir()
	if err := r.WriteFiles(out); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, name := range []string{report.JSONFile, report.JUnitFile, report.HTMLFile} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		text.Write(data)
	}
	if err := r.WriteTable(&text, report.TableStyle{Colour: true}); err != nil {
		t.Fatal(err)
	}
	secrets := secretsIn(t, leaks)
	if len(secrets) < 10 {
		t.Fatalf("only %d secrets were there to be leaked", len(secrets))
	}
	for value, name := range secrets {
		if strings.Contains(text.String(), value) {
			t.Errorf("a report holds the value of %s", name)
		}
	}
}

func secretsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no environment was printed: %v", err)
	}
	out := map[string]string{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			if regexp.MustCompile(`SECRET|TOKEN$|API_KEY`).MatchString(name) && len(value) >= 16 {
				out[value] = name
			}
		}
	}
	return out
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := plan(t, matrix.Selection{Hosts: []string{"local"}}, subject("cancelling", func(way string) harness.Subject {
		return harness.Func(way, func(context.Context) error { cancel(); return nil })
	}, "a", "b", "c"))
	var seen recorder
	if _, err := matrix.Run(ctx, p, matrix.Options{Isolation: isolation.Endpoint, Progress: &seen}); !errors.Is(err,
		context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(seen.finished) > 0 {
		t.Errorf("runs that were cut off were told as finished: %v", seen.finished)
	}
}

func TestSubjectThatCannotBeInstalled(t *testing.T) {
	s := subject("gone", nil, "a")
	s.New = func(context.Context, string) (harness.Subject, error) { return nil, errors.New("there is no node") }
	_, err := matrix.Run(t.Context(), plan(t, matrix.Selection{Hosts: []string{"local"}}, s), matrix.Options{})
	if err == nil || err.Error() != "subject gone: there is no node; leave it out with --subjects" {
		t.Errorf("got %v", err)
	}
}

// TestBuiltinExpectationsCoverThePlan checks that something is known of every
// built-in cell, and that no rule is there for nothing.
func TestBuiltinExpectationsCoverThePlan(t *testing.T) {
	p := plan(t, matrix.Selection{}, matrix.Builtin()...)
	expected, err := matrix.BuiltinExpected(fixtures.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	unknown, unused := expected.Coverage(p)
	if len(unknown) > 0 {
		t.Errorf("nothing is known of %d cells, the first: %s", len(unknown), unknown[0])
	}
	if len(unused) > 0 {
		t.Errorf("rules that fit no cell: %v", unused)
	}
}

// TestMissingTool checks that a subject without its language is skipped with the
// reason where the language is not required, and an error where it is.
func TestMissingTool(t *testing.T) {
	lacking := subject("rust", nil, "a", "b")
	lacking.New = func(context.Context, string) (harness.Subject, error) {
		return nil, &subjects.MissingToolError{Tool: "cargo", Hint: "install Rust"}
	}
	p := plan(t, matrix.Selection{Hosts: []string{"local"}}, lacking, subject("sh", shell("exit 0"), "a"))
	r := runMatrix(t, p, matrix.Options{Required: func(string) bool { return false }, Expected: expectations(t,
		"- {is: no-call, because: it is idle}")})
	if c := r.Count(); c[report.Skipped] != 2 || c[report.NoCall] != 1 || r.Unexpected() != 0 {
		t.Errorf("got %v, %d not as expected", c, r.Unexpected())
	}
	if skips := r.Skips(); len(skips) != 1 ||
		skips[0] != (report.Skip{Subject: "rust", Reason: "there is no cargo: install Rust"}) {
		t.Errorf("got %v", skips)
	}
	for name, required := range map[string]func(string) bool{"named": func(tool string) bool { return tool == "cargo" },
		"all": nil} {
		if _, err := matrix.Run(t.Context(), p, matrix.Options{Isolation: isolation.Endpoint,
			Required: required}); err == nil || !strings.Contains(err.Error(), "subject rust: there is no cargo") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
