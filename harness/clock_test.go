package harness_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/goclock"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/need"
)

// conversation runs a shell script that waits for a line of input between its
// lines of output, and returns a function that gets the next of these.
func conversation(t *testing.T, d *harness.Deployment, output *io.PipeReader, script string) (next func() string,
	end func() *harness.Result) {
	t.Helper()
	input, say := io.Pipe()
	command := harness.Command("sh", "-c", script)
	command.Stdin = input
	done := make(chan *harness.Result, 1)
	go func() {
		r, err := d.Run(context.Background(), command)
		if err != nil {
			t.Error(err)
		}
		_ = output.Close()
		done <- r
	}()
	lines := bufio.NewReader(output)
	asked := false
	next = func() string {
		t.Helper()
		if asked {
			_, _ = io.WriteString(say, "\n")
		}
		asked = true
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the subject says no more: %v", err)
		}
		return strings.TrimSpace(line)
	}
	end = func() *harness.Result {
		_ = say.Close()
		return <-done
	}
	return next, end
}

func isolations(t *testing.T, test func(t *testing.T, mode isolation.Mode)) {
	for _, mode := range []isolation.Mode{isolation.Endpoint, isolation.Sandbox} {
		t.Run(string(mode), func(t *testing.T) {
			if mode == isolation.Sandbox {
				if err := isolation.Available(); err != nil {
					need.Missing(t, "sandbox", err)
				}
			}
			test(t, mode)
		})
	}
}

func TestRotateTokens(t *testing.T) {
	isolations(t, func(t *testing.T, mode isolation.Mode) {
		output, w := io.Pipe()
		d := harness.StartTest(t, "eks-irsa", harness.WithIsolation(mode), harness.WithOutput(w, io.Discard),
			harness.TokenLifetime("cluster", 10*time.Minute))
		// The kubelet's directory, and that an open directory sees the new token.
		next, end := conversation(t, d, output,
			`cd "$(dirname "$AWS_WEB_IDENTITY_TOKEN_FILE")"; while cat token; echo; read line; do :; done`)
		first := next()
		if again := next(); again != first {
			t.Errorf("the token changed by itself")
		}
		if err := d.RotateTokens(t.Context()); err != nil {
			t.Fatal(err)
		}
		second := next()
		if strings.Count(second, ".") != 2 || second == first {
			t.Errorf("got %d characters, the same %t", len(second), second == first)
		}
		r := end()
		for _, token := range []string{first, second} {
			if r.Scrub(token) == token {
				t.Error("a token is not known as a secret")
			}
		}
	})
}

func TestRotateTokensOfAHostWithoutOne(t *testing.T) {
	if err := harness.StartTest(t, "ec2").RotateTokens(t.Context()); err == nil || !strings.Contains(err.Error(),
		"no file with a token") {
		t.Errorf("got %v", err)
	}
}

func TestSubjectClock(t *testing.T) {
	if err := harness.SubjectClockAvailable(); err != nil {
		need.Missing(t, "faketime", err)
	}
	isolations(t, func(t *testing.T, mode isolation.Mode) {
		output, w := io.Pipe()
		d := harness.StartTest(t, "local", harness.User("app"), harness.WithIsolation(mode),
			harness.WithOutput(w, io.Discard), harness.SubjectClock(-6*time.Minute))
		next, end := conversation(t, d, output, `while date +%s; read line; do :; done`)
		is := func(want time.Duration) {
			t.Helper()
			seconds, err := strconv.ParseInt(next(), 10, 64)
			if got := time.Until(time.Unix(seconds, 0)); err != nil || (got-want).Abs() > 20*time.Second {
				t.Errorf("the clock is %v ahead, want %v: %v", got, want, err)
			}
		}
		is(-6 * time.Minute)
		if err := d.Advance(t.Context(), 2*time.Hour); err != nil {
			t.Fatal(err)
		}
		is(2*time.Hour - 6*time.Minute)
		if got := time.Until(d.Now()); (got - 2*time.Hour).Abs() > 20*time.Second {
			t.Errorf("the deployment is %v ahead", got)
		}
		if err := d.SetSubjectClock(0); err != nil {
			t.Fatal(err)
		}
		is(2 * time.Hour)
		r := end()
		var wiring []string
		for _, v := range r.Environment {
			if v.SetBy == ledger.ByWiring {
				wiring = append(wiring, v.Name)
			}
		}
		if got := strings.Join(wiring, " "); !strings.Contains(got, "LD_PRELOAD") || !strings.Contains(got,
			"FAKETIME_TIMESTAMP_FILE") {
			t.Errorf("wired by %s", got)
		}
	})
}

func TestSubjectClockThatCannotBe(t *testing.T) {
	d := harness.StartTest(t, "local", harness.User("app"), harness.SubjectClock(time.Hour))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	refused := func(d *harness.Deployment, s harness.Subject, want string) {
		t.Helper()
		if _, err := d.Run(t.Context(), s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	refused(d, harness.Command(self), "is written in Go")
	refused(d, harness.Func("f", func(context.Context) error { return nil }), "only a program of this machine")
	t.Setenv("HOSTPROOF_FAKETIME", "/nope/libfaketime.so")
	refused(d, harness.Command("sh", "-c", "true"), "/nope/libfaketime.so")
	if err := harness.StartTest(t, "local", harness.User("app")).SetSubjectClock(0); err == nil ||
		!strings.Contains(err.Error(), "harness.SubjectClock") {
		t.Errorf("got %v", err)
	}
}

// TestSubjectClockOfGo: a Go program has a clock of its own by the overlay.
func TestSubjectClockOfGo(t *testing.T) {
	need.InFull(t) // it compiles the standard library
	dir := t.TempDir()
	overlay, err := goclock.Overlay(dir)
	if err != nil {
		t.Fatal(err)
	}
	source, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(source,
		[]byte("package main\n\nimport \"time\"\n\nfunc main() { println(time.Now().Unix()) }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	d := harness.StartTest(t, "local", harness.User("app"), harness.SubjectClock(time.Hour))
	r, err := d.Run(t.Context(), harness.Command(binary))
	if err != nil {
		t.Fatal(err)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(r.Stderr)), 10, 64)
	if got := time.Until(time.Unix(seconds, 0)); err != nil || (got-time.Hour).Abs() > 20*time.Second {
		t.Errorf("the clock is %v ahead: %v", got, err)
	}
}

// TestAdvanceMovesWhatEndpointsHandOut: what was kept is renewed in time, and
// says that it ends a lifetime after AWS's now.
func TestAdvanceMovesWhatEndpointsHandOut(t *testing.T) {
	d := harness.StartTest(t, "ecs-fargate", harness.WithIsolation(isolation.Endpoint), harness.Lifetime("task",
		20*time.Minute))
	env, err := d.Environment()
	if err != nil {
		t.Fatal(err)
	}
	url, _ := env.Lookup("AWS_CONTAINER_CREDENTIALS_FULL_URI")
	type vended struct {
		AccessKeyId string
		Expiration  time.Time
	}
	ask := func() (out vended) {
		t.Helper()
		res, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	ends := func(v vended, want time.Duration) {
		t.Helper()
		if got := v.Expiration.Sub(d.Now()); (got - want).Abs() > 20*time.Second {
			t.Errorf("the credentials end in %v, want %v", got, want)
		}
	}
	first := ask()
	ends(first, 20*time.Minute)
	for _, row := range []struct {
		by, ends time.Duration
		same     bool
	}{{14 * time.Minute, 6 * time.Minute, true}, {2 * time.Minute, 20 * time.Minute, false}} {
		if err := d.Advance(t.Context(), row.by); err != nil {
			t.Fatal(err)
		}
		got := ask()
		ends(got, row.ends)
		if (got.AccessKeyId == first.AccessKeyId) != row.same {
			t.Errorf("after %v: the same credentials %t", row.by, !row.same)
		}
	}
}

func TestLifetimesAreChecked(t *testing.T) {
	for _, row := range []struct {
		host   string
		option harness.Option
		want   string
	}{
		{"ec2", harness.Lifetime("task", time.Hour), `no source of credentials "task": it has metadata`},
		{"vercel", harness.TokenLifetime("vercel", time.Hour), `no issuer "vercel"`},
	} {
		d, err := harness.Start(t.Context(), row.host, row.option)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("got %v, want %q", err, row.want)
		}
		if d != nil {
			_ = d.Close(t.Context())
		}
	}
}
