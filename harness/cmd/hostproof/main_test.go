package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/need"
)

// try runs the command as main does.
func try(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

func TestBadInputIsOneClearLine(t *testing.T) {
	for _, row := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown host", []string{"run", "--host", "versel", "--", "true"}, exitUsage, "vercel"},
		{"unknown host to show", []string{"show", "nowhere"}, exitUsage, "nowhere"},
		{"no program", []string{"run", "--host", "vercel"}, exitUsage, "no program to run"},
		{"no program after --", []string{"run", "--host", "vercel", "--"}, exitUsage,
			"hostproof run --host vercel -- CMD"},
		{"unknown flag", []string{"hosts", "--hots"}, exitUsage, "--hots"},
		{"unknown command", []string{"rum"}, exitUsage, "rum"},
		{"no such program", []string{"run", "--host", "vercel", "--", "no-such-program-at-all"}, exitUsage,
			"no such program on PATH"},
		{"no such file", []string{"run", "--host", "vercel", "--", "./missing.sh"}, exitUsage, "there is no such file"},
		{"a file here", []string{"run", "--host", "vercel", "--", "main.go"}, exitUsage,
			"a file of that name is here: write ./main.go"},
		{"not executable", []string{"run", "--host", "vercel", "--", "./main.go"}, exitUsage,
			"not executable: chmod +x ./main.go"},
		{"a directory", []string{"run", "--host", "vercel", "--", "./examples"}, exitUsage, "it is a directory"},
		{"a misspelt flag", []string{"run", "--host", "vercel", "--tiemout", "5s", "--", "true"}, exitUsage,
			`did you mean "--timeout"?`},
		{"another one", []string{"run", "--host", "vercel", "--isolaton", "endpoint", "--", "true"}, exitUsage,
			`did you mean "--isolation"?`},
		{"a flag of another command", []string{"run", "--hosts", "vercel", "--", "true"}, exitUsage, `"--host"`},
		{"no such role", []string{"run", "--host", "ecs-fargate", "--role-allow", "tsk=s3:*", "--", "true"}, exitUsage,
			"did you mean task? There are: app-task, task"},
		{"no actions", []string{"run", "--host", "ecs-fargate", "--role-allow", "task=", "--", "true"}, exitUsage,
			"name the IAM actions"},
		{"one name twice", []string{"run", "--host", "vercel", "--key-as", "X,X", "--", "true"}, exitUsage,
			"give two names"},
		{"a comma alone", []string{"run", "--host", "vercel", "--key-as", ",", "--", "true"}, exitUsage, "two names"},
		{"three names", []string{"run", "--host", "vercel", "--key-as", "A,B,C", "--", "true"}, exitUsage, "two names"},
		{"no name of a variable", []string{"run", "--host", "vercel", "--key-as", "A B,C", "--", "true"}, exitUsage,
			`"A B" is no name of a variable`},
		{"no bucket", []string{"run", "--host", "vercel", "--bucket", "BAD BUCKET", "--", "true"}, exitUsage,
			"bucketnamingrules"},
		{"nothing to unset", []string{"run", "--host", "vercel", "--unset", "VERCEL_ENVV", "--", "true"}, exitUsage,
			"did you mean VERCEL_ENV?"},
		{"no name of a bucket", []string{"run", "--host", "vercel", "--bucket=", "--", "true"}, exitUsage,
			"--bucket: \"\" has an empty name"},
		{"an empty name to unset", []string{"run", "--host", "vercel", "--unset", "VERCEL,", "--", "true"}, exitUsage,
			"has an empty name"},
		{"no time", []string{"run", "--host", "vercel", "--timeout", "0s", "--", "true"}, exitUsage,
			"--timeout: a time of 0s is none"},
		{"less than no time", []string{"run", "--host", "vercel", "--timeout=-1s", "--", "true"}, exitUsage,
			"--timeout: a time of -1s is none"},
		{"no name to set", []string{"run", "--host", "vercel", "--set", "=x", "--", "true"}, exitUsage,
			`--set: "" is no name of a variable`},
		{"no env file", []string{"run", "--host", "vercel", "--env-file", "no-such-file", "--", "true"}, exitUsage,
			"no-such-file"},
		{"no env file at all", []string{"run", "--host", "vercel", "--env-file", "main.go", "--", "true"}, exitUsage,
			"line 1 is no NAME=VALUE"},
		{"no host has it", []string{"hosts", "versel"}, exitUsage, "did you mean vercel?"},
		{"a folder without cases", []string{"replay", "examples"}, exitUsage,
			"there is no case (*.txtar) in this folder"},
		{"reserved variable", []string{"run", "--host", "vercel", "--set", "AWS_EXECUTION_ENV=x", "--", "true"},
			exitUsage, "AWS_EXECUTION_ENV"},
		{"unknown placeholder", []string{"run", "--host", "vercel", "--set", "A=${user.nope}", "--", "true"}, exitUsage,
			"${user.nope}"},
		{"half of --key-as", []string{"run", "--host", "vercel", "--key-as", "ONE", "--", "true"}, exitUsage,
			"two names"},
		{"no host", []string{"run", "--", "true"}, exitUsage, "--host-file"},
		{"no file of a host", []string{"run", "--host-file", "no-such-file", "--", "true"}, exitUsage, "no-such-file"},
		{"a file of no host", []string{"run", "--host-file", "main.go", "--", "true"}, exitUsage, "no host.yaml"},
		{"no directory of hosts", []string{"run", "--fixtures", "no-such-dir", "--host", "x", "--", "true"}, exitUsage,
			"no such folder"},
		{"no such script", []string{"capture", "--script", "cobol"}, exitUsage, "node and python"},
		{"no capture", []string{"capture", "--from", "main.go"}, exitUsage, "no capture"},
		{"nothing to explain", []string{"explain"}, exitUsage, "nothing to explain"},
		{"no file to explain", []string{"explain", "no-such-file"}, exitUsage, "no-such-file"},
		{"no secret to explain with", []string{"explain", "--secret-from-env", "HOSTPROOF_NO_SUCH", "-"}, exitUsage,
			"HOSTPROOF_NO_SUCH"},
		{"no fault", []string{"run", "--host", "ec2", "--fault", "imds:melt:3", "--", "true"}, exitUsage,
			`"melt" is no kind of fault; want TARGET:KIND[=ARGUMENT][:TIMES], such as imds:throttle:3`},
		{"a fault of nothing there", []string{"run", "--host", "ec2", "--fault", "task:hang", "--", "true"}, exitUsage,
			`host ec2 has no endpoint "task". There are: imds, metadata`},
		{"a lifetime of nothing there", []string{"run", "--host", "ec2", "--lifetime", "task=5m", "--", "true"},
			exitUsage, `host ec2 has no source of credentials "task". There are: metadata`},
		{"no length of time", []string{"run", "--host", "ec2", "--subject-clock", "soon", "--", "true"}, exitUsage,
			"soon"},
		{"unknown mock", []string{"run", "--host", "vercel", "--mock", "cloud", "--", "true"}, exitUsage, "embedded"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, _, errOut := try(t, row.args...)
			if code != row.code || !strings.Contains(errOut, row.says) {
				t.Errorf("exit %d, want %d; said %q, want %q in it", code, row.code, errOut, row.says)
			}
			said := strings.TrimSpace(withoutNotice(errOut))
			if lines := strings.Count(said, "\n") + 1; lines != 1 || strings.Contains(errOut, "goroutine") {
				t.Errorf("want one line, got %d:\n%s", lines, errOut)
			}
		})
	}
}

// TestCaptureAndRun: what a host was captured as is a host to run on.
func TestCaptureAndRun(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("APP_ACCESS_KEY_ID", "AKIARZPUZDIKAAAAUSER")
	t.Setenv("APP_SECRET_ACCESS_KEY", strings.Repeat("s", 40))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true") // this machine's is not looked at
	file := filepath.Join(dir, "host.yaml")
	if code, _, errOut := try(t, "capture", "--name", "mine", "--out", file); code != 0 {
		t.Fatalf("exit %d: %s", code, errOut)
	}
	code, out, errOut := try(t, "run", "--host-file", file, "--", "env")
	if code != 0 || !strings.Contains(out, "host mine") || !strings.Contains(out, "APP_ACCESS_KEY_ID=AKIA") ||
		strings.Contains(out, "AKIARZPUZDIKAAAAUSER") {
		t.Errorf("exit %d: %s\n%s", code, errOut, out)
	}
	hosts := filepath.Join(dir, "hosts", "mine")
	if err := os.MkdirAll(hosts, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file, filepath.Join(hosts, "host.yaml")); err != nil {
		t.Fatal(err)
	}
	if code, out, errOut := try(t, "run", "--fixtures", dir, "--host", "mine", "--", "true"); code != 0 ||
		!strings.Contains(out, "host mine") {
		t.Errorf("exit %d: %s\n%s", code, errOut, out)
	}
}

func TestExplain(t *testing.T) {
	code, out, _ := try(t, "explain", "../../explain/testdata/boto3.log")
	if code != 0 || !strings.Contains(out, "mixed-credentials") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	var o, e bytes.Buffer
	code = run([]string{"explain", "--json"}, strings.NewReader("Could not load credentials from any providers"), &o,
		&e)
	var r struct {
		Findings []struct{ Kind, What, Source string }
	}
	if err := json.Unmarshal(o.Bytes(), &r); err != nil || code != 0 || len(r.Findings) != 1 ||
		r.Findings[0].Source == "" {
		t.Errorf("exit %d, %v: %s", code, err, o.String())
	}
}

func TestExitCodes(t *testing.T) {
	for _, row := range []struct {
		name, script string
		code         int
		says         string
	}{
		{"ended well", "exit 0", 0, "the subject ended with exit code 0"},
		{"failed", "echo oops >&2; exit 4", exitRefused, "the subject failed: exit 4: oops"},
		{"ended by a signal", "kill -TERM $$", exitRefused, "ended by signal: terminated"},
	} {
		t.Run(row.name, func(t *testing.T) {
			code, out, _ := try(t, "run", "--host", "vercel", "--", "sh", "-c", row.script)
			if code != row.code || !strings.Contains(out, row.says) {
				t.Errorf("exit %d, want %d; printed:\n%s", code, row.code, out)
			}
		})
	}
}

// TestFaultsAreTold: those that strike, and those that do not.
func TestFaultsAreTold(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		need.Missing(t, "curl", err)
	}
	code, out, _ := try(t, "run", "--host", "ec2", "--isolation", "endpoint", "--fault",
		"imds/latest/api/token:status=503:2", "--fault", "bedrock:*:throttle:3", "--",
		"sh", "-c", "curl -sf -X PUT $AWS_EC2_METADATA_SERVICE_ENDPOINT/latest/api/token")
	if code != exitRefused || !strings.Contains(out, "PUT /latest/api/token: 503 (injected on purpose: status 503; ") ||
		!strings.Contains(out, "PLANNED AND NEVER STRUCK: throttle of bedrock:*, 3 times") || !strings.Contains(out,
		"injected-fault") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

func TestSubjectClock(t *testing.T) {
	if err := harness.SubjectClockAvailable(); err != nil {
		need.Missing(t, "faketime", err)
	}
	code, out, _ := try(t, "run", "--host", "ec2", "--lifetime", "metadata=10m", "--subject-clock=-87600h", "--",
		"date", "+%Y")
	want := strconv.Itoa(time.Now().Add(-87600 * time.Hour).Year())
	if code != 0 || !strings.HasPrefix(out, want+"\n") {
		t.Errorf("exit %d, want the year %s:\n%s", code, want, out)
	}
}

func TestTimeEnds(t *testing.T) {
	code, out, _ := try(t, "run", "--host", "local", "--timeout", "50ms", "--", "sh", "-c", "sleep 600 & sleep 600")
	if code != exitRefused || !strings.Contains(out, "its time") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

func TestEnvironmentIsBuilt(t *testing.T) {
	t.Setenv("AWS_PROFILE", "of-the-developer")
	t.Setenv("SOMETHING_OF_MINE", "x")
	code, out, _ := try(t, "run", "--host", "vercel", "--set", "GREETING=hello", "--unset", "VERCEL_ENV", "--", "env")
	if code != 0 {
		t.Fatalf("exit %d", code)
	}
	for _, want := range []string{"AWS_SESSION_TOKEN=IQoJ", "MY_AWS_ACCESS_KEY_ID=AKIA", "GREETING=hello", "VERCEL=1"} {
		if !strings.Contains(out, want) {
			t.Errorf("the environment lacks %s", want)
		}
	}
	for _, not := range []string{"AWS_PROFILE", "SOMETHING_OF_MINE", "VERCEL_ENV="} {
		if strings.Contains(out, not) {
			t.Errorf("the environment has %s", not)
		}
	}
}

func TestRunPrintsJSON(t *testing.T) {
	code, out, errOut := try(t, "run", "--host", "vercel", "--json", "--", "sh", "-c", "echo from the program")
	var r struct {
		Host        string
		ExitCode    int
		Environment []struct{ Name, SetBy, Value string }
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
		t.Fatalf("exit %d, %v:\n%s", code, err, out)
	}
	if r.Host != "vercel" || len(r.Environment) < 8 || !strings.Contains(errOut, "from the program") {
		t.Errorf("got %+v; on stderr %q", r, errOut)
	}
	for _, v := range r.Environment {
		if v.Value != "" {
			t.Errorf("the JSON shows the value of %s", v.Name)
		}
	}
}

func TestHostsAndShow(t *testing.T) {
	if code, out, _ := try(t, "hosts"); code != 0 || !strings.Contains(out, "vercel-fluid") || !strings.Contains(out,
		"local") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	code, out, _ := try(t, "show", "vercel")
	for _, want := range []string{"AWS_SESSION_TOKEN", "set by the host", "https://vercel.com/docs", "not simulated"} {
		if !strings.Contains(out, want) {
			t.Errorf("exit %d, lacks %q:\n%s", code, want, out)
		}
	}
	var hosts []map[string]any
	if code, out, _ := try(t, "hosts", "--json"); code != 0 || json.Unmarshal([]byte(out), &hosts) != nil ||
		len(hosts) < 6 {
		t.Errorf("exit %d: %d hosts", code, len(hosts))
	}
}

// TestAnswers: what the mock gives as AWS's answers is counted by how it is known.
func TestAnswers(t *testing.T) {
	code, out, _ := try(t, "facts", "--answers")
	if code != 0 || !regexp.MustCompile(`^\d+ answers: \d+ recorded, \d+ documented, \d+ likely, \d+ unverified\n`).
		MatchString(out) || !strings.Contains(out, "\n  STS  ") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	var list []struct{ Service, Evidence, Source string }
	code, out, _ = try(t, "facts", "--answers", "--confidence", "likely", "--json")
	if err := json.Unmarshal([]byte(out), &list); code != 0 || err != nil || len(list) == 0 {
		t.Fatalf("exit %d, %v: %d answers", code, err, len(list))
	}
	for _, a := range list {
		if a.Evidence != "likely" || a.Source == "" {
			t.Errorf("%+v", a)
		}
	}
	if code, _, said := try(t, "facts", "--answers", "--host", "vercel"); code != exitUsage ||
		!strings.Contains(said, "leave --host") {
		t.Errorf("exit %d: %s", code, said)
	}
}

// TestFacts: what a person reads to judge a host. Each fact is there with its
// source, and --due and --confidence take away what they say.
func TestFacts(t *testing.T) {
	code, out, _ := try(t, "facts", "--host", "vercel-fluid")
	if code != 0 || !strings.Contains(out, "variable AWS_REGION") || !strings.Contains(out, "checked 2026-") ||
		!strings.Contains(out, "to be read again by 20") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	list := func(args ...string) (facts []fixtures.Fact) {
		t.Helper()
		code, out, said := try(t, append([]string{"facts", "--json"}, args...)...)
		if err := json.Unmarshal([]byte(out), &facts); code != 0 || err != nil {
			t.Fatalf("%v: exit %d, %v: %s", args, code, err, said)
		}
		return facts
	}
	all := list()
	sorted := slices.IsSortedFunc(all, func(a, b fixtures.Fact) int { return strings.Compare(a.Due, b.Due) })
	if len(all) < 300 || !sorted {
		t.Errorf("%d facts, by age: %v", len(all), sorted)
	}
	unverified, soon := list("--confidence", "unverified"), list("--due", all[0].Due)
	if len(unverified) == 0 || len(unverified) == len(all) || len(soon) == 0 || len(soon) == len(all) {
		t.Errorf("%d facts: %d unverified, %d due first", len(all), len(unverified), len(soon))
	}
	if now := list("--due", "now"); len(now) != 0 {
		t.Errorf("overdue: %+v", now)
	}
	for _, bad := range [][]string{
		{"--host", "versel"}, {"--library", "boto"}, {"--due", "soon"}, {"--host", "lambda", "--library", "boto3"},
		{"--confidence", "sure"},
	} {
		if code, _, _ := try(t, append([]string{"facts"}, bad...)...); code != exitUsage {
			t.Errorf("%v: exit %d", bad, code)
		}
	}
}
