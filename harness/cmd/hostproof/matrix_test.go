package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/harness/report"
)

func TestMatrixBadInputIsOneClearLine(t *testing.T) {
	out := t.TempDir()
	expect := filepath.Join(out, "expect.yaml")
	if err := os.WriteFile(expect, []byte("- is: maybe\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, env string
		args      []string
		says      string
	}{
		{"a file as folder", "", []string{"matrix", "--hosts", "local", "--out", expect, "--", "true"},
			"is a file: name a folder"},
		{"a folder that cannot be", "", []string{"matrix", "--hosts", "local", "--out", "/proc/x", "--", "true"},
			"--out: the folder cannot be made"},
		{"a folder as record", "", []string{"matrix", "--hosts", "local", "--record", out, "--", "true"},
			"is a directory"},
		{"a misspelt flag", "", []string{"matrix", "--host", "vercel", "--", "true"}, "\"--hosts\""},
		{"unknown tool", "", []string{"matrix", "--require", "carg", "--hosts", "local", "--", "true"},
			"did you mean cargo? There are: cargo, cc"},
		{"unknown tool of the tests", "HOSTPROOF_REQUIRE=node,dokcer", []string{"matrix", "--hosts", "local", "--",
			"true"}, "did you mean docker?"},
		{"a tool of tests alone", "", []string{"matrix", "--require", "docker", "--hosts", "local", "--", "true"},
			"no tool of a subject"},
		{"a role of no host", "", []string{"matrix", "--hosts", "vercel*", "--role-allow", "task=s3:*", "--", "true"},
			"hosts has a role \"task\""},
		{"no time", "", []string{"matrix", "--hosts", "local", "--timeout", "0s", "--", "true"}, "--timeout"},
		{"runs at a time", "", []string{"matrix", "--hosts", "local", "--parallel=-2", "--", "true"}, "1 or more"},
		{"no such program", "", []string{"matrix", "--hosts", "local", "--", "./missing.sh"}, "there is no such file"},
		{"no host", "", []string{"matrix", "--hosts", "", "--", "true"}, "has an empty name"},
		{"a comma too many", "", []string{"matrix", "--hosts", "local,", "--", "true"}, "has an empty name"},
		{"no program", "", []string{"matrix", "--hosts", "local", "--"}, "there is no program after --"},
		{"unknown host", "", []string{"matrix", "--out", out, "--hosts", "versel"}, "did you mean vercel?"},
		{"unknown subject", "", []string{"matrix", "--out", out, "--subjects", "node-ai-sdk@9"},
			"did you mean node-ai-sdk"},
		{"unknown strategy", "", []string{"matrix", "--out", out, "--strategies", "bearers"}, "did you mean bearer?"},
		{"bad shard", "", []string{"matrix", "--out", out, "--shard", "5/4"}, "part 5 of 4"},
		{"shard without total", "JOB_COMPLETION_INDEX=2", []string{"matrix", "--out", out},
			"set it to the number of parts"},
		{"bad expectations", "", []string{"matrix", "--out", out, "--expect", expect}, "write accepted, refused"},
		{"no expectations", "", []string{"matrix", "--out", out, "--expect", expect + "x"}, "no such file"},
		{"no such file of programs", "", []string{"matrix", "--out", out, "--programs", expect + "y"}, "no such file"},
		{"bad programs", "", []string{"matrix", "--out", out, "--programs", expect},
			"there is no key \"is\" here; the keys are name, title"},
		{"programs twice", "", []string{"matrix", "--out", out, "--programs", expect, "--", "node", "app.mjs"},
			"exclude each other"},
		{"unknown example", "", []string{"matrix", "--example", "jenkins"}, "github"},
		{"nothing to merge", "", []string{"merge", out, "--out", out}, "there is no matrix.json"},
		{"no folder to merge", "", []string{"merge", out + "/none", "--out", out}, "none"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if name, value, ok := strings.Cut(row.env, "="); ok {
				t.Setenv(name, value)
			}
			code, _, errOut := try(t, row.args...)
			if code != exitUsage || !strings.Contains(errOut, row.says) || strings.Count(strings.TrimSpace(errOut),
				"\n") != 0 {
				t.Errorf("exit %d, said %q; want one line with %q in it", code, errOut, row.says)
			}
		})
	}
}

// TestMatrixInShards runs real programs in two parts and merges them.
func TestMatrixInShards(t *testing.T) {
	need.InFull(t)
	if _, err := subjects.Install(t.Context(), "node-ai-sdk"); err != nil {
		need.Missing(t, "node", err)
	}
	dir := t.TempDir()
	args := []string{"matrix", "--hosts", "vercel,vercel-fluid", "--subjects", "node-ai-sdk@3.0.70,node-ai-sdk@4.0.186",
		"--strategies", "explicit,env"}
	for _, part := range []string{"1/2", "2/2"} {
		out := filepath.Join(dir, "shards", part[:1])
		code, said, told := try(t, append(args, "--shard", part, "--out", out)...)
		if code != 0 || !strings.Contains(said, "all as expected") || !strings.Contains(told, "4 cells to run") {
			t.Fatalf("shard %s: exit %d:\n%s%s", part, code, said, told)
		}
	}
	code, said, told := try(t, "merge", filepath.Join(dir, "shards"), "--out", filepath.Join(dir, "all"))
	if code != 0 || !strings.Contains(said, "8 cells: ✓ 3 accepted, ✗ 1 refused by AWS, ∅ 4 no AWS call\n") ||
		!strings.Contains(said, "all as expected") {
		t.Fatalf("merge: exit %d:\n%s%s", code, said, told)
	}
	for _, name := range []string{report.HTMLFile, report.JSONFile, report.JUnitFile} {
		if info, err := os.Stat(filepath.Join(dir, "all", name)); err != nil || info.Size() < 1000 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "all", report.JSONFile))
	if err != nil || !strings.Contains(string(data), `\nx-amz-security-token:<996 characters, IQoJ`) {
		t.Errorf("%v: the refused call's canonical request is not there", err)
	}
	// Turned round, the same cells are not as expected.
	expect := filepath.Join(dir, "expect.yaml")
	if err := os.WriteFile(expect,
		[]byte("- {strategies: [explicit], is: accepted}\n- {strategies: [env], is: no-call, because: no chain}\n"),
		0o600); err != nil {
		t.Fatal(err)
	}
	code, said, told = try(t, append(args, "--expect", expect, "--out", filepath.Join(dir, "turned"))...)
	if code != exitRefused || !strings.Contains(said,
		"1 not as expected (*):\n\nvercel / node-ai-sdk@3.0.70 / explicit") ||
		!strings.Contains(said, "mixed-credentials: ") || !strings.Contains(told, "outcome refused, not accepted") {
		t.Errorf("exit %d:\n%s%s", code, said, told)
	}
}

func TestMatrixLists(t *testing.T) {
	code, out, _ := try(t, "matrix", "--list")
	for _, p := range subjects.Programs() {
		if code != 0 || !strings.Contains(out, p.Name+": "+p.Title) || !strings.Contains(out, p.Strategies[0].Name+
			" ") {
			t.Errorf("exit %d, lacks %s:\n%s", code, p.Name, out)
		}
	}
}

func example(t *testing.T, name string) (text string, doc map[string]any) {
	t.Helper()
	code, text, errOut := try(t, "matrix", "--example", name)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errOut)
	}
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return text, doc
}

// at follows keys into a document.
func at(t *testing.T, doc any, keys ...any) any {
	t.Helper()
	for _, key := range keys {
		var ok bool
		switch k := key.(type) {
		case string:
			var m map[string]any
			if m, ok = doc.(map[string]any); ok {
				doc, ok = m[k]
			}
		case int:
			var list []any
			if list, ok = doc.([]any); ok {
				ok = k < len(list)
			}
			if ok {
				doc = list[k]
			}
		}
		if !ok {
			t.Fatalf("the example has nothing at %v of %v", key, keys)
		}
	}
	return doc
}

func TestExampleForGitHub(t *testing.T) {
	text, doc := example(t, "github")
	shards := at(t, doc, "jobs", "shard", "strategy", "matrix", "shard").([]any)
	for i, n := range shards {
		if n != i+1 {
			t.Errorf("shards are %v: want 1 to %d", shards, len(shards))
		}
	}
	if at(t, doc, "jobs", "report", "needs") != "shard" || at(t, doc, "permissions", "contents") != "read" {
		t.Error("the report does not wait for the shards, or the job may do too much")
	}
	for _, job := range []string{"shard", "report"} {
		for i, step := range at(t, doc, "jobs", job, "steps").([]any) {
			_, uses := step.(map[string]any)["uses"]
			_, runs := step.(map[string]any)["run"]
			if uses == runs {
				t.Errorf("step %d of %s: want either uses or run", i, job)
			}
		}
	}
	for _, want := range []string{
		`hostproof matrix --isolation sandbox --shard "${{ matrix.shard }}/${{ strategy.job-total }}" --out report`,
		"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0", "hostproof merge shards --out report",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func TestExampleForKubernetes(t *testing.T) {
	_, doc := example(t, "kubernetes")
	spec := at(t, doc, "spec").(map[string]any)
	if doc["apiVersion"] != "batch/v1" || doc["kind"] != "Job" || spec["completionMode"] != "Indexed" {
		t.Errorf("this is no Indexed Job: %v", doc)
	}
	pod := at(t, spec, "template", "spec")
	if at(t, pod, "restartPolicy") != "Never" { // podFailurePolicy wants it
		t.Error("pods are restarted")
	}
	container := at(t, pod, "containers", 0)
	if at(t, spec, "podFailurePolicy", "rules", 0, "onExitCodes", "containerName") != at(t, container, "name") {
		t.Error("the policy is of another container")
	}
	command := at(t, container, "command").([]any)
	if last := command[len(command)-1].(string); !strings.Contains(last, "hostproof matrix") || !strings.Contains(last,
		"JOB_COMPLETION_INDEX") {
		t.Errorf("the command is %q", last)
	}
	env := at(t, container, "env").([]any)
	i := slices.IndexFunc(env, func(e any) bool { return e.(map[string]any)["name"] == "JOB_COMPLETIONS" })
	if i < 0 || at(t, env[i], "value") != "4" || spec["completions"] != 4 {
		t.Errorf("JOB_COMPLETIONS is not spec.completions: %v", env)
	}
	for _, m := range at(t, container, "volumeMounts").([]any) {
		name := m.(map[string]any)["name"]
		if !slices.ContainsFunc(at(t, pod, "volumes").([]any),
			func(v any) bool { return v.(map[string]any)["name"] == name }) {
			t.Errorf("there is no volume %v", name)
		}
	}
}

// TestMatrixOfOwnProgram runs a program of the user's own on hosts: what AWS does
// not accept makes the run fail until it was recorded as expected.
func TestMatrixOfOwnProgram(t *testing.T) {
	dir := t.TempDir()
	recorded := filepath.Join(dir, "expect.yaml")
	args := []string{"matrix", "--hosts", "vercel,local", "--out", filepath.Join(dir, "report")}
	program := []string{"--", "sh", "-c", "exit 1"}
	code, said, _ := try(t, slices.Concat(args, program)...)
	if code != exitRefused || !strings.Contains(said, "no AWS call, and the subject failed: exit 1") {
		t.Errorf("exit %d:\n%s", code, said)
	}
	code, said, _ = try(t, slices.Concat(args, []string{"--record", recorded}, program)...)
	if code != 0 || !strings.Contains(said, "all as expected") {
		t.Errorf("recording: exit %d:\n%s", code, said)
	}
	code, said, _ = try(t, slices.Concat(args, []string{"--expect", recorded}, program)...)
	if code != 0 || !strings.Contains(said, "all as expected") {
		t.Errorf("as recorded: exit %d:\n%s", code, said)
	}
	if code, said, _ = try(t, slices.Concat(args, []string{"--expect", recorded, "--",
		"true"})...); code != exitRefused {
		t.Errorf("another program: exit %d:\n%s", code, said)
	}
}
