package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/harness/stdio"
)

func TestServe(t *testing.T) {
	ctx, interrupt := context.WithTimeout(t.Context(), 2*time.Minute)
	defer interrupt()
	outRead, out := io.Pipe()
	errRead, errOut := io.Pipe()
	done := make(chan error, 1)
	go func() {
		names := []string{"MY_ID", "MY_SECRET"}
		c := &serveCommand{deploymentFlags: deploymentFlags{Host: "lambda-snapstart", projectFlags: projectFlags{
			Project: project.Project{KeyAs: names, Mock: "embedded"},
		}}}
		done <- c.serve(ctx, &streams{out: out, err: errOut})
		out.Close()
		errOut.Close()
	}()
	said := make(chan string, 16)
	go func() {
		for lines := bufio.NewScanner(errRead); lines.Scan(); {
			said <- lines.Text()
		}
	}()
	exports := make(chan map[string]string, 1)
	go func() {
		env := map[string]string{}
		for lines := bufio.NewScanner(outRead); lines.Scan(); {
			if name, rest, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "='"); ok {
				env[name], _, _ = strings.Cut(rest, "' # set by the ")
			}
			if strings.Contains(lines.Text(), "AWS_ENDPOINT_URL=") {
				exports <- maps.Clone(env) // more may come
			}
		}
	}()
	if line := <-said; !strings.Contains(line, "only clients that read AWS_ENDPOINT_URL") {
		t.Fatalf("said %q", line)
	}
	if line := <-said; !strings.Contains(line, "hostproof run") {
		t.Fatalf("said %q", line)
	}
	if line := <-said; !strings.HasPrefix(line, "serving host lambda-snapstart") {
		t.Fatalf("said %q", line)
	}
	env := <-exports
	if len(env["MY_ID"]) != 20 || env["PATH"] != "" || env["HOME"] != "" {
		t.Errorf("exports %v", env)
	}
	for _, ask := range []struct{ url, want string }{
		{env["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
			"asked the host's endpoint credentials: GET /2021-04-23/credentials: 404"},
		{env["AWS_ENDPOINT_URL"], "#1 s3:ListBuckets: refused"},
	} {
		res, err := http.Get(ask.url)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if line := <-said; !strings.HasPrefix(line, ask.want) {
			t.Errorf("said %q, want %q", line, ask.want)
		}
	}
	interrupt()
	if err := <-done; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestServeExportsForAShell(t *testing.T) {
	d := harness.StartTest(t, "vercel-oidc", harness.User("app", harness.KeyAs("MY_ID", "MY_SECRET")),
		harness.WithMock("embedded"),
		harness.WithIsolation("endpoint"), harness.Set("GREETING", "it's $HOME"))
	var b bytes.Buffer
	if err := printExports(&b, d); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`export GREETING='it'\''s $HOME' # set by the user`,
		"# the host adds to each request: X-Vercel-Oidc-Token: ey"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &b)
		}
	}
}

func TestServePrintsJSON(t *testing.T) {
	d := harness.StartTest(t, "vercel-oidc", harness.WithMock("embedded"), harness.WithIsolation("endpoint"),
		harness.Set("GREETING", "it's $HOME"))
	var b bytes.Buffer
	if err := (&serveCommand{JSON: true}).printEnvironment(&b, d); err != nil {
		t.Fatal(err)
	}
	var env stdio.Environment
	if err := json.Unmarshal(b.Bytes(), &env); err != nil || strings.Count(b.String(), "\n") != 1 {
		t.Fatalf("%v: %s", err, &b)
	}
	if !slices.Contains(env.Variables, stdio.Variable{Name: "GREETING", Value: "it's $HOME", SetBy: "user"}) ||
		!strings.HasPrefix(env.RequestHeaders["X-Vercel-Oidc-Token"], "ey") {
		t.Errorf("got %+v", env)
	}
}

func TestServeRefuses(t *testing.T) {
	if code, _, said := try(t, "serve", "--host", "nowhere"); code != exitUsage || !strings.Contains(said,
		`no host "nowhere"`) {
		t.Errorf("exit %d: %s", code, said)
	}
	if code, _, said := try(t, "serve", "--host", "vercel", "--key-as", "ONE"); code != exitUsage ||
		!strings.Contains(said, "want two names") {
		t.Errorf("exit %d: %s", code, said)
	}
}

func TestShowTellsWhatEndpointsAnswer(t *testing.T) {
	code, out, _ := try(t, "show", "ec2-hop-limit", "--answers")
	for _, want := range []string{"tokens required, hop limit 1, 2 hops away", "answers of the credential endpoints",
		"imds/token-too-far", "imds/no-role", "not simulated"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d, lacks %q:\n%s", code, want, out)
		}
	}
	if strings.Contains(out, "ecs/") {
		t.Error("shows answers of endpoints that the host has not")
	}
	if _, out, _ := try(t, "show", "ec2"); strings.Contains(out, "imds/no-role") {
		t.Error("answers are shown without being asked for")
	}
}
