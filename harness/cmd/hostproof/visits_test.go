package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// visited answers with what it was asked, /caught with a failure that it caught,
// and /broken with an error of its own.
const visited = `
require('http').createServer((q, s) => {
  let body = '';
  q.on('data', (d) => body += d).on('end', () => {
    if (q.url === '/caught') {
      s.statusCode = 500;
      return s.end('{"error":"Could not load credentials from any providers"}');
    }
    if (q.url === '/broken') { s.statusCode = 503; return s.end('the database is down'); }
    const token = (q.headers['x-vercel-oidc-token'] ?? '').split('.').length;
    s.end(q.method + ' ' + q.url + ' ' + body + ' ' + (q.headers['x-mine'] ?? '-') + ' parts of the token: ' + token);
  });
}).listen(3000);`

// TestVisits runs a server on hosts and calls it by the command line.
func TestVisits(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		need.Missing(t, "node", errors.New("there is no node: install Node.js"))
	}
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "body.json")
	if err := os.WriteFile(file, []byte(`{"a":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		args []string
		exit int
		says []string
	}{
		{"by default the root", []string{"--host", "vercel", "--port", "3000"}, 0,
			[]string{"GET / was answered 200 OK", "GET /  - parts of the token: 1"}},
		{"with the platform's header", []string{"--host", "vercel-oidc", "--port", "3000", "--get", "/x?a=b"}, 0,
			[]string{"GET /x?a=b  - parts of the token: 3"}},
		{"in order, with a header and a body",
			[]string{"--host", "vercel", "--port", "3000", "--post", "/p", "--get", "/g", "--data", "@" + file,
				"--header", "X-Mine: 1, 2"}, 0,
			[]string{"POST /p {\"a\":1} 1, 2 parts", "GET /g  1, 2 parts"}},
		{"what it caught", []string{"--host", "amplify-no-role", "--port", "3000", "--get", "/caught"}, exitRefused,
			[]string{"swallowed-failure",
				"GET /caught was answered 500 Internal Server Error: the program found no credentials"}},
		{"an error of its own", []string{"--host", "vercel", "--port", "3000", "--get", "/broken"}, exitRefused,
			[]string{"server-error", `GET /broken was answered 503 Service Unavailable, with "the database is down"`}},
		{"at another port", []string{"--host", "vercel", "--port", "3001", "--timeout", "3s"}, exitRefused,
			[]string{"not-serving", "The program listened at port 3000.", "--port 3000"}},
		{"without a port", []string{"--host", "vercel", "--timeout", "3s"}, exitRefused,
			[]string{"uncalled-server", "listened at port 3000", "hostproof run --host vercel --port 3000 --get /"}},
		{"flags without a port", []string{"--host", "vercel", "--get", "/"}, exitUsage, []string{"give --port"}},
		{"a body without a POST", []string{"--host", "vercel", "--port", "1", "--data", "x"}, exitUsage,
			[]string{"give --post PATH"}},
		{"no path", []string{"--host", "vercel", "--port", "1", "--get", "x"}, exitUsage, []string{"begins with /"}},
		{"no header", []string{"--host", "vercel", "--port", "1", "--header", "x"}, exitUsage,
			[]string{"want NAME: VALUE"}},
		{"no such file", []string{"--host", "vercel", "--port", "1", "--post", "/", "--data", "@nowhere"}, exitUsage,
			[]string{"nowhere"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			args := append([]string{"run", "--isolation", "sandbox"}, row.args...)
			var out bytes.Buffer
			code := run(append(args, "--", "node", "-e", visited), strings.NewReader(""), &out, &out)
			if code != row.exit {
				t.Errorf("exit %d, want %d", code, row.exit)
			}
			for _, text := range row.says {
				if !strings.Contains(
					strings.Join(strings.Fields(out.String()), " "),
					strings.Join(strings.Fields(text), " "),
				) {
					t.Errorf("does not say %q", text)
				}
			}
			if t.Failed() {
				t.Log(out.String())
			}
		})
	}
}
