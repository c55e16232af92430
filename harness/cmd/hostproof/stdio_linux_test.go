package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// session is hostproof stdio in a process of its own.
type session struct {
	*child
	in      io.WriteCloser
	out     *bufio.Reader
	answers map[string]map[string]any // that came before somebody waited for them
	next    int
}

func newSession(t *testing.T) *session {
	t.Helper()
	s := &session{child: newChild(t, "stdio"), answers: map[string]map[string]any{}}
	in, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.in, s.out = in, bufio.NewReader(out)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *session) write(t *testing.T, line string) {
	t.Helper()
	if _, err := io.WriteString(s.in, line+"\n"); err != nil {
		t.Fatal(err)
	}
}

// ask sends a request and returns its id.
func (s *session) ask(t *testing.T, method string, params any) string {
	t.Helper()
	s.next++
	id := fmt.Sprint(s.next)
	text, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": s.next, "method": method, "params": params})
	if err != nil {
		t.Fatal(err)
	}
	s.write(t, string(text))
	return id
}

// answer reads until the answer to a request; "null" is the id of a line that is no request.
func (s *session) answer(t *testing.T, id string) map[string]any {
	t.Helper()
	for {
		if found, ok := s.answers[id]; ok {
			delete(s.answers, id)
			return found
		}
		line, err := s.out.ReadString('\n')
		if err != nil {
			t.Fatalf("no answer to request %s: %v %s", id, err, line)
		}
		var a map[string]any
		if err := json.Unmarshal([]byte(line), &a); err != nil || a["jsonrpc"] != "2.0" {
			t.Fatalf("%v: %s", err, line)
		}
		key, _ := json.Marshal(a["id"])
		s.answers[string(key)] = a
	}
}

// do is a request with its result.
func (s *session) do(t *testing.T, method string, params any) map[string]any {
	t.Helper()
	a := s.answer(t, s.ask(t, method, params))
	result, ok := a["result"].(map[string]any)
	if !ok {
		t.Fatalf("%s: %v", method, a)
	}
	return result
}

// refused is a request with its error.
func (s *session) refused(t *testing.T, id string) (code float64, message string) {
	t.Helper()
	a := s.answer(t, id)
	e, ok := a["error"].(map[string]any)
	if !ok {
		t.Fatalf("want an error, got %v", a)
	}
	return e["code"].(float64), e["message"].(string)
}

// end closes the input, and checks that nothing is left.
func (s *session) end(t *testing.T, mark string) {
	t.Helper()
	if err := s.in.Close(); err != nil {
		t.Fatal(err)
	}
	if code := s.ended(t, mark); code != 0 {
		t.Errorf("exit %d", code)
	}
}

type object = map[string]any

func TestStdioRuns(t *testing.T) {
	s := newSession(t)
	if got := s.do(t, "hello", nil); got["protocol"] != 1.0 || got["version"] == "" {
		t.Errorf("hello: %v", got)
	}
	d := s.do(t, "deploy", object{"host": "vercel", "project": object{"set": object{"MINE": "of this project"},
		"users": []any{object{"name": "app", "key": []string{"KEY", "SECRET"}}}}})
	if users := d["users"].(object); users["app"] != "arn:aws:iam::111122223333:user/app" {
		t.Errorf("users: %v", users)
	}
	name := d["deployment"]
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/result.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var ids []string
	for _, code := range []string{"0", "7"} {
		ids = append(ids, s.ask(t, "run", object{"deployment": name, "dir": dir, "stdin": "to read " + code,
			"command": []string{"sh", "-c", "pwd; cat; echo \" $MINE\"; echo to stderr >&2; exit " + code}}))
	}
	for i, code := range []float64{0, 7} {
		r, ok := s.answer(t, ids[i])["result"].(object)
		if !ok || r["exitCode"] != code || r["ok"] != (code == 0) {
			t.Fatalf("want exit code %v: %v", code, r)
		}
		if want := fmt.Sprintf("%s\nto read %v of this project\n", dir, code); r["stdout"] != want ||
			r["stderr"] != "to stderr\n" {
			t.Errorf("printed %q and %q, want %q", r["stdout"], r["stderr"], want)
		}
		if err := schema.Validate(r); err != nil {
			t.Error(err)
		}
	}
	s.do(t, "close", object{"deployment": name})
	if code, says := s.refused(t, s.ask(t, "run", object{"deployment": name})); code != -32602 ||
		!strings.Contains(says, "is closed") {
		t.Errorf("a deployment that is closed: %v %s", code, says)
	}
	s.end(t, dir)
}

// TestStdioRefuses: what is wrong is an answer, and the session goes on.
func TestStdioRefuses(t *testing.T) {
	s := newSession(t)
	s.write(t, "")
	for _, x := range []struct {
		line, id string
		code     float64
		says     string
	}{
		{"garbage", "null", -32700, `"garbage`},
		{"\x00\xff\xfe", "null", -32700, "no JSON"},
		{"[1, 2]", "null", -32600, "no request"},
		{`{"id": {}, "method": "hello"}`, "null", -32600, "a number or a text"},
		{`{"id": 1}`, "1", -32600, "names no method"},
		{`{"id": "a", "method": "hallo"}`, `"a"`, -32601, "hello"},
		{`{"id": 2, "method": "deploy", "params": {"host": "versel"}}`, "2", -32602, "did you mean vercel?"},
		{`{"id": 3, "method": "deploy", "params": {"host": "vercel", "project": {"hots": 1}}}`, "3", -32602, "hots"},
		{`{"id": 4, "method": "deploy", "params": {"hots": "vercel"}}`, "4", -32602, "hots"},
		{`{"id": 5, "method": "deploy", "params": {"host": "vercel", "project": {"roleAllow": {"tsk": ["s3:*"]}}}}`,
			"5",
			-32602, "tsk"},
		{`{"id": 6, "method": "deploy"}`, "6", -32602, "name of a host"},
		{`{"id": 7, "method": "run", "params": {"deployment": "x"}}`, "7", -32602, `no deployment "x"`},
		{`{"id": 8, "method": "stop", "params": {"server": ""}}`, "8", -32602, "no server"},
		{`{"id": 9, "method": "run", "params": []}`, "9", -32602, "parameters"},
		{`{"id": 10, "method": "hello", "params": {"x": "` + strings.Repeat("y", 17<<20) + `"}}`, "null", -32600,
			"bytes long"},
	} {
		s.write(t, x.line)
		if code, says := s.refused(t, x.id); code != x.code || !strings.Contains(says, x.says) {
			t.Errorf("%.60s: %v %s", x.line, code, says)
		}
	}
	name := s.do(t, "deploy", object{"host": "vercel"})["deployment"]
	for _, x := range []struct {
		command []string
		dir     string
		says    string
	}{
		{nil, "", "name the program"},
		{[]string{"true"}, "here", "not absolute"},
		{[]string{"no-such-program-at-all"}, "", "no such program"},
	} {
		id := s.ask(t, "run", object{"deployment": name, "command": x.command, "dir": x.dir})
		if code, says := s.refused(t, id); code != -32602 || !strings.Contains(says, x.says) {
			t.Errorf("%v: %v %s", x.command, code, says)
		}
	}
	s.write(t, `{"method": "hello"}`) // a notification has no answer
	s.do(t, "hello", nil)
	if len(s.answers) != 0 {
		t.Errorf("more answers than requests: %v", s.answers)
	}
	s.end(t, "no-such-program-at-all")
}

// TestStdioEnds: the end of the input ends what runs, and so does cancel.
func TestStdioEnds(t *testing.T) {
	s := newSession(t)
	name := s.do(t, "deploy", object{"host": "vercel"})["deployment"]
	mark := fmt.Sprintf("600.%d", s.Process.Pid) // to sleep
	long := object{"deployment": name, "command": []string{"sh", "-c", "sleep " + mark}}
	first := s.ask(t, "run", long)
	s.do(t, "cancel", object{"id": s.next})
	if code, _ := s.refused(t, first); code != -32002 {
		t.Errorf("a cancelled run: code %v", code)
	}
	s.ask(t, "run", long)
	s.do(t, "hello", nil)
	s.end(t, mark)
}

// TestStdioServes calls a server by its address, and in-process tests by variables.
func TestStdioServes(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		need.Missing(t, "node", errors.New("there is no node: install Node.js"))
	}
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	s := newSession(t)
	name := s.do(t, "deploy", object{"host": "vercel-oidc"})["deployment"]
	served := s.do(t, "serve", object{"deployment": name, "command": []string{"node", "-e", visited}, "port": 3000})
	answer, err := http.Get(served["url"].(string) + "/path")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(body), "GET /path  - parts of the token: 3") {
		t.Errorf("%v: %s", err, body)
	}
	_ = answer.Body.Close() // it was read
	r := s.do(t, "stop", object{"server": served["server"]})
	if visits := r["visits"].([]any); len(visits) != 1 || visits[0].(object)["status"] != 200.0 {
		t.Errorf("visits: %v", visits)
	}
	if code, _ := s.refused(t, s.ask(t, "stop", object{"server": served["server"]})); code != -32602 {
		t.Errorf("stopped twice: code %v", code)
	}

	here := s.do(t, "deploy", object{"host": "vercel", "project": object{"isolation": "endpoint", "keyAs": []string{"K",
		"S"}}})
	found := s.do(t, "environment", object{"deployment": here["deployment"]})
	values := map[string]string{}
	for _, v := range found["variables"].([]any) {
		values[v.(object)["name"].(string)] = v.(object)["value"].(string)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, values["AWS_ENDPOINT_URL"]+"/bucket/key",
		nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+values["K"]+
		"/20261130/us-east-1/s3/aws4_request, "+
		"SignedHeaders=host, Signature=0")
	answer, err = http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close() // only the mock's record of it counts
	calls := s.do(t, "calls", object{"deployment": here["deployment"]})["exchanges"].([]any)
	if len(calls) != 1 || calls[0].(object)["call"] != "s3:GetObject" {
		t.Errorf("calls: %v", calls)
	}
	s.end(t, s.temp)
}
