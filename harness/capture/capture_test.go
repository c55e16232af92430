package capture_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/capture"
	"github.com/hostproof/hostproof/harness/casefile"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// capturing are the ways to capture, each a program that prints.
var capturing = map[string]func(t *testing.T) []string{
	"binary": func(t *testing.T) []string { return []string{binary(t)} },
	"node":   func(t *testing.T) []string { return script(t, "node", "capture.mjs") },
	"python": func(t *testing.T) []string { return script(t, "python", "capture.py") },
}

// binary builds the program that customers put on their host.
func binary(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "hostproof-capture")
	cmd := exec.Command("go", "build", "-o", out, "./hostproof-capture")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

func script(t *testing.T, language, name string) []string {
	t.Helper()
	tool := map[string]string{"node": "node", "python": "python3"}[language]
	path, err := exec.LookPath(tool)
	if err != nil {
		need.Missing(t, tool, err)
	}
	text, err := capture.Script(language)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{path, file}
}

func user() harness.Option {
	return harness.User("app", harness.Allow("*"), harness.KeyAs("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"))
}

// own are the project's settings on a host; the key goes where the host keeps it.
func own(host string) []harness.Option {
	opts := []harness.Option{user(), harness.Set("GREETING", "a value that tells customers apart"),
		harness.Set("COPY_OF_SECRET", "${user.secretAccessKey}")}
	if host == "local" {
		opts = append(opts, harness.Set("AWS_REGION", "us-east-1"))
	}
	return opts
}

// TestRoundTrip captures simulated hosts from inside and runs the same programs
// on the host and on what was captured: they have to meet the same verdicts.
func TestRoundTrip(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	hosts := []string{"vercel", "vercel-user-keys", "vercel-lambda", "vercel-fluid", "amplify-no-role",
		"amplify-compute-role", "lambda", "lambda-snapstart",
		"ecs-fargate", "eks-pod-identity", "eks-irsa", "ec2", "local", "local-profile"}
	for by, program := range capturing {
		t.Run(by, func(t *testing.T) {
			argv := program(t)
			for _, host := range hosts {
				if by != "binary" && !slices.Contains([]string{"vercel", "ecs-fargate", "local-profile"}, host) {
					continue // the scripts have to say the same as the binary, not on every host
				}
				t.Run(host, func(t *testing.T) { roundTrip(t, host, argv) })
			}
		})
	}
}

func roundTrip(t *testing.T, host string, argv []string) {
	on := harness.StartTest(t, host, append(own(host), harness.WithIsolation(isolation.Sandbox))...)
	r, err := on.Run(t.Context(), harness.Command(argv[0], argv[1:]...))
	if err != nil || r.Failed() {
		t.Fatalf("%v\n%s", err, r)
	}
	noValues(t, r)
	catalog, name, err := capture.Load(r.Stdout)
	if err != nil {
		t.Fatalf("%v\n%s", err, r.Stdout)
	}
	there := harness.StartTest(t, host, append(own(host), harness.WithIsolation(isolation.Endpoint))...)
	here := harness.StartTest(t, name, harness.WithFixtures(catalog), harness.User("app", harness.Allow("*")),
		harness.WithIsolation(isolation.Endpoint))
	for _, subject := range []harness.Subject{whoAmI("default chain"), whoAmI("own key", "MY_AWS_ACCESS_KEY_ID",
		"MY_AWS_SECRET_ACCESS_KEY", ""),
		whoAmI("own key, the host's token", "MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
		whoAmI("own key, a copy of the secret", "MY_AWS_ACCESS_KEY_ID", "COPY_OF_SECRET", "")} {
		want, got := outcome(t, there, subject), outcome(t, here, subject)
		if want != got {
			t.Errorf("%s: on the host %s; on what was captured of it %s\n%s", subject.Name(), want, got, r.Stdout)
		}
	}
}

// outcome is what became of a program, without names that a capture leaves out.
func outcome(t *testing.T, d *harness.Deployment, s harness.Subject) string {
	t.Helper()
	r, err := d.Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, e := range r.Exchanges {
		verdict := "accepted"
		if refusal := e.Verdict.Refusal; refusal != nil && !e.Verdict.Accepted {
			verdict = string(refusal.Reason)
		}
		parts = append(parts, fmt.Sprintf("%s %.4s %s", e.Call, e.Presented.KeyID, verdict))
	}
	for _, f := range r.Diagnosis.Problems() {
		parts = append(parts, string(f.Kind))
	}
	return fmt.Sprintf("failed=%t %s", r.Failed(), strings.Join(parts, ", "))
}

// whoAmI asks STS, with the SDK's default chain or with the variables named.
func whoAmI(name string, variables ...string) harness.Subject {
	return harness.Func(name, func(ctx context.Context) error {
		opts := []func(*config.LoadOptions) error{config.WithRetryMaxAttempts(1)}
		if len(variables) > 0 {
			opts = append(opts, func(o *config.LoadOptions) error {
				o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
					return credentials.NewStaticCredentialsProvider(os.Getenv(variables[0]), os.Getenv(variables[1]),
						os.Getenv(variables[2])).Retrieve(ctx)
				})
				return nil
			})
		}
		cfg, err := config.LoadDefaultConfig(ctx, opts...)
		if err != nil {
			return err
		}
		_, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	})
}

// noValues looks for values of the environment in what was captured.
func noValues(t *testing.T, r *harness.Result) {
	t.Helper()
	looked := 0
	for _, v := range r.Environment {
		if len(v.Value) < 8 || public(v.Value) {
			continue
		}
		looked++
		if strings.Contains(string(r.Stdout), v.Value) {
			t.Errorf("the capture shows the value of %s", v.Name)
		}
		if v.Secret() && strings.Contains(string(r.Stdout), v.Value[len(v.Value)-8:]) {
			t.Errorf("the capture shows the end of %s", v.Name)
		}
	}
	if looked < 3 {
		t.Fatalf("only %d values to look for", looked)
	}
}

func public(value string) bool {
	for _, w := range []string{"us-east-1", "production", "/var/task", "/var/runtime", "on-demand", "snap-start",
		"regional", "AWS_", "nodejs", "/var/run/secrets/", "127.0.0.1:9001", "http://169.254.170.23/"} {
		if strings.HasPrefix(value, w) {
			return true
		}
	}
	return slices.Contains(capture.Prefixes, value)
}

// TestFilesThatAreNoSettings: what is no setting is no name either, and is left
// out, by every way to capture.
func TestFilesThatAreNoSettings(t *testing.T) {
	const line = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQ=="
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	content := "[default]\naws_access_key_id = AKIARZPUZDIKAAAAUSER\n" + line + "\n# a = comment\nregion=eu-west-1\n"
	if err := os.WriteFile(filepath.Join(home, ".aws", "credentials"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	for by, program := range capturing {
		t.Run(by, func(t *testing.T) {
			argv := program(t)
			if by == "binary" {
				argv = append(argv, "-observation")
			}
			cmd := exec.Command(argv[0], argv[1:]...)
			cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "AWS_EC2_METADATA_DISABLED=true"}
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			o, err := capture.Parse(out)
			if err != nil || len(o.Files) != 1 || len(o.Files[0].Sections) != 1 {
				t.Fatalf("%v\n%s", err, out)
			}
			var names []string
			for _, k := range o.Files[0].Sections[0].Keys {
				names = append(names, k.Name)
			}
			if fmt.Sprint(names) != "[aws_access_key_id region]" || strings.Contains(string(out), line[:20]) ||
				o.By == "" {
				t.Errorf("names %v\n%s", names, out)
			}
		})
	}
}

func TestObservationsAreChecked(t *testing.T) {
	for _, row := range []struct{ name, input, says string }{
		{"nothing", "", "no name"},
		{"another JSON", `{"a": 1}`, "no name"},
		{"a host without a name", "title: x\n", "no name"},
		{"a name that leads elsewhere", "name: ../x\n", "no name"},
		{"no YAML", "\t:", "no host.yaml"},
		{"a capture of another version", `{"hostproofCapture": 7}`, "version 7"},
		{"a length that is too much", `{"hostproofCapture": 1, "variables": [{"name": "A", "length": 99999999999}]}`,
			"length of 99999999999"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, _, err := capture.Load([]byte(row.input))
			if err == nil || !strings.Contains(err.Error(), row.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line with %q", err, row.says)
			}
		})
	}
	if _, err := capture.Script("cobol"); err == nil || !strings.Contains(err.Error(), "node and python") {
		t.Errorf("got %v", err)
	}
}

// FuzzLoad: whatever a file holds, it is a host or a problem.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(
		`{"hostproofCapture":1,"by":"node","time":"2026-01-25T10:00:00Z","variables":[{"name":"AWS_ACCESS_KEY_ID","length":20,"prefix":"ASIA","class":"upper","hash":"00"},{"name":"AWS_SESSION_TOKEN","length":996,"prefix":"IQoJb3JpZ2luX2Vj","class":"base64","hash":"01"}],"files":[{"path":"~/.aws/config","sections":[{"name":"default","hash":"02","keys":[{"name":"region","length":9,"class":"text","hash":"03","public":"eu-west-1"}]}]}],"endpoints":[{"kind":"imds","answered":true,"status":200,"millis":3,"tokens":"optional"},{"kind":"container","variable":"AWS_CONTAINER_CREDENTIALS_FULL_URI","answered":true,"status":200}]}`))
	f.Add([]byte("name: captured\ntitle: x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		catalog, name, err := capture.Load(data)
		if err != nil {
			return
		}
		if h, err := catalog.Host(name); err != nil || h.Name != name {
			t.Errorf("host %q: %v", name, err)
		}
	})
}

// TestCaseOnACapturedHost: what was captured stands in a case as it is, and
// replays.
func TestCaseOnACapturedHost(t *testing.T) {
	t.Setenv("APP_ACCESS_KEY_ID", "AKIARZPUZDIKAAAAUSER")
	t.Setenv("APP_SECRET_ACCESS_KEY", strings.Repeat("s", 40))
	t.Setenv("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2Vj"+strings.Repeat("abcd", 100))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	host, err := capture.Observe(t.Context()).Fixture(capture.Options{Name: "mine", Source: "owner/repository#1"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := casefile.Parse("captured.txtar", []byte(`Issue: https://github.com/owner/repository/issues/1
Symptom: it finds another key than its own.
Cause: the host.
Forced: captured.

-- case.yaml --
class: A
isolation: any
host: mine
users: [{name: app}]
program: [sh, program.sh]
broken:
  set: {FAIL: "yes"}
  expect: {exit: 1, noCalls: true, stdout: [AKIA, IQoJ]}
fixed:
  expect: {exit: 0, noCalls: true, stdout: [AKIA, IQoJ]}
-- program.sh --
echo "$APP_ACCESS_KEY_ID $AWS_SESSION_TOKEN" | cut -c1-26
[ -z "$FAIL" ]
-- hosts/mine/host.yaml --
`+string(host)))
	if err != nil {
		t.Fatal(err)
	}
	o, err := casefile.Replay(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	o.WriteText(&text, false)
	if !o.OK() {
		t.Errorf("%s", text.String())
	}
}
