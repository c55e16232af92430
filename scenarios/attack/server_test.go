package attack

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/need"
)

const token = "of-the-attack-0123456789"

// mock is `mockaws serve` in a process of its own.
type mock struct {
	cmd        *exec.Cmd
	aws, admin string
	said       *bytes.Buffer
}

var served = regexp.MustCompile(`AWS at http://(\S+), management at http://(\S+)`)

// serve starts one; without addresses it did not start.
func serve(t *testing.T, args ...string) *mock {
	t.Helper()
	m := &mock{said: new(bytes.Buffer)}
	m.cmd = exec.Command(command(t, "mockaws"), append([]string{"serve", "--listen", "127.0.0.1:0", "--admin",
		"127.0.0.1:0"}, args...)...)
	m.cmd.Env, m.cmd.Stderr = []string{"MOCKAWS_ADMIN_TOKEN=" + token}, m.said
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.end)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := served.FindStringSubmatch(lines.Text()); found != nil {
			m.aws, m.admin = found[1], found[2]
			return m
		}
	}
	_ = m.cmd.Wait()
	return m
}

func (m *mock) end() {
	_ = m.cmd.Process.Kill()
	_ = m.cmd.Wait()
}

// manage asks the management API; header over what it wants.
func (m *mock) manage(t *testing.T, method, path, body string, header map[string]string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+m.admin+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	for name, value := range header {
		r.Header.Set(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(got)
}

// TestJournalFile gives the journal files that are not its own, and damaged ones.
func TestJournalFile(t *testing.T) {
	s := part(t, "journal")
	path := filepath.Join(t.TempDir(), "journal")
	for _, content := range []string{"{\n  \"name\": \"precious\"\n}\n", "---\na: 1\n", "a: 1\n...", "PK\x03\x04zip",
		"# page\n",
		"abc", "\x00", strings.Repeat("\x00", 4096), "\x10\x00\x00\x00" + strings.Repeat("x", 40), "GIF89a",
		"\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		m := serve(t, "--journal", path)
		now, err := os.ReadFile(path)
		broke := ""
		if m.aws != "" || err != nil || string(now) != content {
			broke = fmt.Sprintf("it serves at %q, and the file is %.20q", m.aws, now)
		}
		s.try(t, fmt.Sprintf("a file that begins with %.8q", content), broke)
	}
	specials := []string{"/dev/zero", "/dev/null", t.TempDir()}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", pipe).Run(); err == nil { // systems without pipes in files have no such command
		specials = append(specials, pipe)
	}
	for _, special := range specials {
		m := serve(t, "--journal", special)
		broke := ""
		if m.aws != "" {
			broke = "it serves"
		}
		s.try(t, special, broke)
	}
	damagedJournals(t, s)
}

// damagedJournals kills a mock and spoils what it left.
func damagedJournals(t *testing.T, s *score) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal")
	first := serve(t, "--journal", path)
	for range 5 {
		resp, err := http.Get("http://" + first.aws + "/bucket/key")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	second := serve(t, "--journal", path)
	broke := ""
	if second.aws != "" {
		broke = "both serve"
	}
	s.try(t, "two mocks on one file", broke)
	first.end()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	middle := bytes.Clone(whole)
	middle[len(whole)/2] ^= 0xff
	for name, row := range map[string]struct {
		content []byte
		listed  int
		says    string
	}{
		"kill -9":              {whole, 5, ""},
		"a torn last record":   {whole[:len(whole)-7], 4, ""},
		"zeros at the end":     {append(bytes.Clone(whole), make([]byte, 5000)...), 5, ""},
		"a byte in the middle": {middle, 5, "cannot be read"},
		"rubbish at the end": {append(bytes.Clone(whole), bytes.Repeat([]byte("rubbish "), 50)...), 6,
			"cannot be read"},
	} {
		if err := os.WriteFile(path, row.content, 0o600); err != nil {
			t.Fatal(err)
		}
		m := serve(t, "--journal", path)
		broke := ""
		if m.aws == "" {
			broke = "it does not serve: " + m.said.String()
		} else if _, list := m.manage(t, "GET", "/v1/journal", "", nil); strings.Count(list, `"seq":`) != row.listed {
			broke = fmt.Sprintf("%d exchanges are listed, want %d", strings.Count(list, `"seq":`), row.listed)
		}
		m.end()
		if broke == "" && row.says != "" && !strings.Contains(m.said.String(), row.says) {
			broke = "it does not say so: " + m.said.String()
		}
		s.try(t, name, broke)
	}
}

// TestManagement calls the management API as web pages and programs without its token do.
func TestManagement(t *testing.T) {
	s := part(t, "management API")
	m := serve(t)
	const seed = `{"accounts": [{"id": "999999999999", "users": [{"name": "csrf", "allow": ["*"], "keys": [{}]}]}]}`
	for name, header := range map[string]map[string]string{
		"a page":                 {"Origin": "https://evil.example"},
		"a form of a page":       {"Content-Type": "text/plain"},
		"an urlencoded form":     {"Content-Type": "application/x-www-form-urlencoded"},
		"no content type":        {"Content-Type": ""},
		"a name that is rebound": {"Host": "evil.example:4567"},
		"a browser":              {"Sec-Fetch-Site": "cross-site"},
		"no token":               {"Authorization": ""},
		"a wrong token":          {"Authorization": "Bearer of-the-attack-012345678"},
		"the token as password":  {"Authorization": "Basic " + token},
	} {
		broke := ""
		if status, got := m.manage(t, "POST", "/v1/seed", seed, header); status < 400 ||
			strings.Contains(got, "999999999999") {
			broke = fmt.Sprintf("%d %s", status, got)
		}
		s.try(t, name, broke)
	}
	broke := ""
	if resp, err := http.Get("http://" + m.aws + "/v1/journal"); err != nil ||
		strings.Contains(resp.Header.Get("Content-Type"), "json") {
		broke = fmt.Sprint("it is at the address of AWS, too: ", err)
	}
	s.try(t, "by the address of AWS", broke)
}

// hostile are requests that a server of HTTP refuses, or that it must not take for others.
var hostile = []struct{ name, request string }{
	{"a control byte in a header", "GET / HTTP/1.1\r\nHost: a\r\nX-Amz-Security-Token: IQoJ\x01abc\r\n\r\n"},
	{"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
	{"no host", "GET / HTTP/1.1\r\n\r\n"},
	{"a space before a colon", "GET / HTTP/1.1\r\nHost: a\r\nAuthorization : x\r\n\r\n"},
	{"a header of 2 MiB", "GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n"},
	{"a version that is none", "GET / HTTP/9.9\r\nHost: a\r\n\r\n"},
	{"no HTTP at all", "EHLO mail.example\r\n\r\n"},
	{"TLS", "\x16\x03\x01\x00\x05hello\r\n\r\n"},
	{"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"},
	{"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"},
	{"a negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"},
	{"an encoding that is none", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: magic\r\n\r\n"},
	{"a bad chunk", "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
	{"a target that leads elsewhere",
		"POST a:b@127.0.0.1:1/x HTTP/1.1\r\nHost: s3.amazonaws.com\r\nConnection: close\r\n\r\n"},
	{"TLS that it says itself", "GET / HTTP/1.1\r\nHost: a\r\nMockaws-Tls: 1\r\nConnection: close\r\n\r\n"},
}

// TestHostileRequests: each is answered, and each is in the journal.
func TestHostileRequests(t *testing.T) {
	s := part(t, "hostile requests")
	m := serve(t)
	for i, row := range hostile {
		c, err := net.Dial("tcp", m.aws)
		if err != nil {
			t.Fatalf("%s: the mock is gone: %v", row.name, err)
		}
		c.SetDeadline(time.Now().Add(time.Minute))
		go io.WriteString(c, row.request) // the mock may close before it has read all
		answer, _ := io.ReadAll(c)
		c.Close()
		_, list := m.manage(t, "GET", "/v1/journal", "", nil)
		broke := ""
		switch n := strings.Count(list, `"seq":`); {
		case len(answer) == 0:
			broke = "no answer"
		case n != i+1:
			broke = fmt.Sprintf("%d requests are recorded, want %d", n, i+1)
		case strings.Contains(list, `"tls":true`):
			broke = "it counts as TLS"
		}
		s.try(t, row.name, broke)
	}
}

// TestOpenHands: what callers without a key send and do not read costs the mock little.
func TestOpenHands(t *testing.T) {
	s := part(t, "cost of strangers")
	m := serve(t)
	body := bytes.Repeat([]byte("x"), 60<<20)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			url := "http://" + m.aws + "/bucket/key"
			r, err := http.NewRequestWithContext(t.Context(), "PUT", url, bytes.NewReader(body))
			if err != nil {
				return
			}
			if resp, err := http.DefaultClient.Do(r); err == nil { // it may close before it has read all
				resp.Body.Close()
			}
		})
	}
	all.Wait()
	broke := ""
	if used := m.resident(t); used > 600 {
		broke = fmt.Sprintf("%d MB are resident", used)
	}
	s.try(t, "30 bodies of 60 MiB", broke)
	conns := []net.Conn{}
	for range 40 { // they send, and never read
		c, err := net.Dial("tcp", m.aws)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(20 * time.Second))
		go io.WriteString(c, strings.Repeat("GET /bucket/key HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n", 20000))
		conns = append(conns, c)
	}
	status, _ := m.manage(t, "GET", "/healthz", "", nil)
	broke = ""
	if used := m.resident(t); status != http.StatusOK || used > 800 {
		broke = fmt.Sprintf("health %d, %d MB", status, used)
	}
	s.try(t, fmt.Sprintf("%d callers that read nothing", len(conns)), broke)
}

// resident is how much memory a mock has, in MB; 0 where the system does not tell.
func (m *mock) resident(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", m.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	var total, pages int
	if _, err := fmt.Sscan(string(data), &total, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize() >> 20
}

// TestManagementOfARun: a program that shares the machine's network looks for the management API of its
// own run, and may not use it.
func TestManagementOfARun(t *testing.T) {
	s := part(t, "management API of a run")
	const looks = `
import os, urllib.request
ports = {int(l.split()[1].split(":")[1], 16) for f in ("/proc/net/tcp", "/proc/net/tcp6") for l in
         open(f).read().splitlines()[1:] if l.split()[3] == "0A"}
for port in ports:
    for path in "/v1/journal", "/v1/seed", "/v1/clock":
        try:
            r = urllib.request.urlopen("http://127.0.0.1:%d%s" % (port, path), timeout=2)
            if "seq" in r.read(5000).decode(errors="replace"): print("broke", port, path)
        except Exception:
            pass
print("looked at", len(ports))
`
	python, err := exec.LookPath("python3")
	if err != nil {
		need.Missing(t, "python3", err)
	}
	cmd := exec.Command(command(t, "hostproof"), "run", "--host", "vercel", "--isolation", "endpoint", "--", python,
		"-c", looks)
	cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	out, _ := cmd.Output() // what it printed counts
	broke := ""
	if text, _, _ := strings.Cut(string(out), "\nhost vercel"); !strings.Contains(text, "looked at") ||
		strings.Contains(text, "broke") {
		broke = text
	}
	s.try(t, "without a token", broke)
}
