package harness_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// server answers with the headers that it got, and /aws with what AWS answers.
const server = `
const http = require('http'), https = require('https');
const aws = process.env.AWS_ENDPOINT_URL ?? 'https://sts.us-east-1.amazonaws.com';
const call = aws + '/?Action=GetCallerIdentity&Version=2011-06-15';
http.createServer((q, s) => {
  if (q.url !== '/aws') return s.end(JSON.stringify({url: q.url, headers: q.headers}));
  (aws.startsWith('https') ? https : http).get(call, (r) => { r.resume(); s.end('aws ' + r.statusCode); });
}).listen(+process.argv[1], () => console.log('listening'));`

func freePort(t *testing.T) uint16 {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return uint16(l.Addr().(*net.TCPAddr).Port)
}

func TestServe(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		need.Missing(t, "node", errors.New("there is no node: install Node.js"))
	}
	for _, mode := range []isolation.Mode{isolation.Endpoint, isolation.Sandbox} {
		t.Run(string(mode), func(t *testing.T) {
			port := uint16(3000)
			if mode == isolation.Endpoint {
				port = freePort(t)
			} else if err := isolation.Available(); err != nil {
				need.Missing(t, "sandbox", err)
			}
			d := harness.StartTest(t, "vercel-oidc", harness.WithMock("embedded"), harness.User("app"),
				harness.WithIsolation(mode))
			s, err := d.Serve(t.Context(), harness.Command("node", "-e", server, fmt.Sprint(port)), port)
			if err != nil {
				t.Fatal(err)
			}
			got := body(t)(s.Get(t.Context(), "/api?a=b"))
			var seen struct {
				URL     string
				Headers map[string]string
			}
			if err := json.Unmarshal([]byte(got), &seen); err != nil || seen.URL != "/api?a=b" ||
				strings.Count(seen.Headers["x-vercel-oidc-token"], ".") != 2 {
				t.Errorf("the subject saw %s", got)
			}
			// By URL, for any program of this machine; the platform's headers win.
			url, err := s.Listen()
			if err != nil {
				t.Fatal(err)
			}
			r, err := http.NewRequest(http.MethodPost, url+"/form", strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "app.example.com"
			r.Header.Set("X-Vercel-Oidc-Token", "forged")
			got = body(t)(http.DefaultClient.Do(r))
			if !strings.Contains(got, `"host":"app.example.com"`) || strings.Contains(got, "forged") {
				t.Errorf("the subject saw %s", got)
			}
			if got := body(t)(s.Get(t.Context(), "/aws")); !strings.HasPrefix(got, "aws ") {
				t.Error(got)
			}
			result, err := s.Close()
			if err != nil {
				t.Fatal(err)
			}
			if !result.Stopped || result.Failed() || len(result.Exchanges) != 1 || len(result.Refused) != 0 ||
				!strings.Contains(string(result.Stdout), "listening") {
				t.Errorf("%v\n%s", result, result.Stdout)
			}
			if result.Port != port || result.Isolation != string(mode) ||
				!strings.Contains(result.String(), "served until it was stopped") {
				t.Errorf("%v", result)
			}
		})
	}
}

func body(t *testing.T) func(*http.Response, error) string {
	return func(r *http.Response, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

func TestServeSubjectThatEnds(t *testing.T) {
	d := harness.StartTest(t, "local", harness.WithMock("embedded"), harness.WithIsolation(isolation.Endpoint))
	ended := errors.New("cannot listen")
	s, err := d.Serve(t.Context(), harness.Func("server", func(context.Context) error { return ended }), freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	if _, err := s.Get(t.Context(), "/"); err == nil || !strings.Contains(err.Error(), "the subject has ended") {
		t.Errorf("got %v", err)
	}
	r, err := s.Close()
	if err != nil || r.Stopped || !r.Failed() || !errors.Is(r.Err, ended) {
		t.Errorf("%v, %v", r, err)
	}
}

// TestServeFuncUntilClose: a server that is a function of the test ends with its context.
func TestServeFuncUntilClose(t *testing.T) {
	d := harness.StartTest(t, "local", harness.WithMock("embedded"), harness.WithIsolation(isolation.Endpoint))
	s, err := d.Serve(t.Context(), harness.Func("server", func(ctx context.Context) error {
		<-ctx.Done()
		return nil
	}), freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.Close(); err != nil || !r.Stopped || r.Failed() || r.TimedOut {
		t.Errorf("%v, %v", r, err)
	}
}

func TestServePortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d := harness.StartTest(t, "local", harness.WithMock("embedded"), harness.WithIsolation(isolation.Endpoint))
	var setting *harness.SettingError
	_, err = d.Serve(t.Context(), harness.Command("sh"), uint16(l.Addr().(*net.TCPAddr).Port))
	if !errors.As(err, &setting) || !strings.Contains(err.Error(), "already") {
		t.Errorf("got %v", err)
	}
}

func TestPassThroughOption(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		need.Missing(t, "curl", errors.New("there is no curl: install it"))
	}
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	service := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w,
			"local ", r.Host)
	}), ReadHeaderTimeout: time.Minute}
	go service.Serve(l)
	defer service.Close()
	d := harness.StartTest(t, "local", harness.WithMock("embedded"), harness.WithIsolation(isolation.Sandbox),
		harness.PassThrough("db.internal:5432="+l.Addr().String()))
	r, err := d.Run(t.Context(), harness.Command("curl", "-sS", "http://db.internal:5432/"))
	if err != nil || string(r.Stdout) != "local db.internal:5432" || len(r.Refused) != 0 {
		t.Errorf("%v %v", r, err)
	}
}

func TestPassThroughErrors(t *testing.T) {
	for text, want := range map[string]string{
		"x":                         "is no pass-through",
		"db:99999":                  "is no pass-through",
		"db:1=10.0.0.1:5":           "only this machine's loopback",
		"db.internal:1=127.0.0.1:1": "isolation endpoint cannot lead db.internal:1",
	} {
		_, err := harness.Start(t.Context(), "local", harness.WithMock("embedded"),
			harness.WithIsolation(isolation.Endpoint), harness.PassThrough(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	harness.StartTest(t, "local", harness.WithMock("embedded"), harness.WithIsolation(isolation.Endpoint),
		harness.PassThrough("5432"))
}
