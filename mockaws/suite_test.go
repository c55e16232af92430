package mockaws_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// suiteFolder is where cargo keeps AWS's suite of signed requests: AWS ships it in the
// source of its crate aws-sigv4, as it is in github.com/awslabs/aws-c-auth. The lock of
// a subject in Rust says which version that is.
func suiteFolder(t *testing.T) string {
	t.Helper()
	need.InFull(t) // it fetches the sources
	cargo := need.Program(t, "cargo", "install Rust")
	fetch := exec.CommandContext(t.Context(), cargo, "fetch", "--locked", "--manifest-path",
		"../fixtures/subjects/rust-aws-sdk/Cargo.toml")
	if out, err := fetch.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	home := os.Getenv("CARGO_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		home = filepath.Join(user, ".cargo")
	}
	found, err := filepath.Glob(filepath.Join(home, "registry", "src", "*", "aws-sigv4-*", "aws-signing-test-suite"))
	if err != nil || len(found) == 0 {
		t.Fatalf("the sources of aws-sigv4 have no suite: %v", err)
	}
	return slices.Max(found)
}

// suiteCase is a request of the suite that was signed once.
type suiteCase struct {
	Name        string // "v4/get-vanilla, header"
	Text        string // as it goes over the wire
	Normalize   bool   `json:"normalize"`
	OmitToken   bool   `json:"omit_session_token"`
	Timestamp   string `json:"timestamp"`
	Credentials struct {
		Key    string `json:"access_key_id"`
		Secret string `json:"secret_access_key"`
		Token  string `json:"token"`
	} `json:"credentials"`
}

func suiteCases(t *testing.T, folder string) (all []suiteCase) {
	t.Helper()
	contexts, err := filepath.Glob(filepath.Join(folder, "v4*", "*", "context.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range contexts {
		for _, form := range []string{"header", "query"} {
			c := suiteCase{Normalize: true}
			data, err := os.ReadFile(file)
			if err == nil {
				err = json.Unmarshal(data, &c)
			}
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(filepath.Dir(file), form+"-signed-request.txt"))
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(folder, filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			c.Name, c.Text = filepath.ToSlash(name)+", "+form, onTheWire(string(text))
			all = append(all, c)
		}
	}
	return all
}

// onTheWire ends the lines of a request's head as HTTP does, and the connection with its answer.
func onTheWire(text string) string {
	head, body, _ := strings.Cut(text, "\n\n")
	return strings.ReplaceAll(head+"\nConnection: close", "\n", "\r\n") + "\r\n\r\n" + body
}

// server is a mock that has the key of the request, or its session, and the service.
func (c suiteCase) server(t *testing.T) (*mockaws.Server, string) {
	t.Helper()
	server := newServer()
	at, err := time.Parse(time.RFC3339, c.Timestamp)
	if err != nil {
		t.Fatal(err)
	}
	server.Clock().SetOffset(time.Until(at))
	paths := map[bool]string{true: "normalised", false: "as-sent"}[c.Normalize]
	key := fmt.Sprintf("{name: app, keys: [{id: %s, secret: %s}]}", c.Credentials.Key, c.Credentials.Secret)
	sessions := ""
	if c.Credentials.Token != "" {
		key = "{name: app}"
		sessions = fmt.Sprintf("{user: app, id: %s, secret: %s, token: %q}", c.Credentials.Key, c.Credentials.Secret,
			c.Credentials.Token)
	}
	err = seedOf(server, fmt.Sprintf("accounts: [{id: \"111122223333\", users: [%s], sessions: [%s]}]\n"+
		"services: [{name: service, asymmetric: true, paths: %s}]\n", key, sessions, paths))
	if err != nil {
		t.Fatal(err)
	}
	web, err := mockaws.Listen("127.0.0.1:0", server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { web.Close() })
	return server, web.URL
}

// spaced reports whether the target of the request has a space in it, which no client sends.
func (c suiteCase) spaced() bool {
	line, _, _ := strings.Cut(c.Text, "\r\n")
	return strings.Count(line, " ") > 2
}

// unparsed gives the handler a request whose target net/http refuses to read from a connection.
func unparsed(t *testing.T, server http.Handler, text string) int {
	t.Helper()
	line, rest, _ := strings.Cut(text, "\r\n")
	target := line[strings.IndexByte(line, ' ')+1 : strings.LastIndexByte(line, ' ')]
	readable := strings.Replace(line, target, strings.ReplaceAll(target, " ", "%20"), 1)
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(readable + "\r\n" + rest)))
	if err != nil {
		t.Fatal(err)
	}
	r.RequestURI = target
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	return w.Code
}

// status is what the request is answered with, sent as the suite has it.
func (c suiteCase) status(t *testing.T, server *mockaws.Server, url, text string) int {
	t.Helper()
	status := overTCP(t, url, text)
	if !c.spaced() {
		return status
	}
	if e := last(t, server); status != http.StatusBadRequest || e.Verdict.Refusal.Reason != verdict.MalformedRequest {
		t.Errorf("a space in the target: %d, %s", status, e.Verdict)
	}
	return unparsed(t, server, text)
}

// TestDeclaredSession: the published key of a session that a seed declares is taken with its
// own token alone.
func TestDeclaredSession(t *testing.T) {
	c := suiteCase{Normalize: true, Timestamp: time.Now().UTC().Format(time.RFC3339)}
	c.Credentials.Key, c.Credentials.Secret, c.Credentials.Token = "AKIDEXAMPLE", rightSecret, "a/published+token=="
	server, url := c.server(t)
	for token, want := range map[string]verdict.Reason{
		c.Credentials.Token: "", "another": verdict.TokenMalformed, "": verdict.TokenMissing,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		keys := aws.Credentials{AccessKeyID: c.Credentials.Key, SecretAccessKey: c.Credentials.Secret,
			SessionToken: token}
		err = v4.NewSigner().SignHTTP(t.Context(), keys, req, hashOf(""), "service", "us-east-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		e := last(t, server)
		if e.Verdict.Accepted != (want == "") || want != "" && e.Verdict.Refusal.Reason != want {
			t.Errorf("token %q: %s", token, e)
		}
	}
}

// TestSuite judges the whole suite over TCP, for a service and a session that a seed declares:
// each request as it is, and with its signature changed. A space in the target goes no further
// than the listener (see [mockaws.ServeOn]); such a request is given to the handler instead.
// One kind is refused: a token that was put into the query after signing. Some services want
// it so, says the readme of an older edition of the suite
// (https://docs.rs/crate/scratchstack-aws-signature/latest/source/src/aws-sig-v4-test-suite/post-sts-token/readme.txt);
// a declared service has no way to be one of them.
func TestSuite(t *testing.T) {
	cases := suiteCases(t, suiteFolder(t))
	accepted := 0
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			server, url := c.server(t)
			want := http.StatusOK
			if c.OmitToken && strings.HasSuffix(c.Name, "query") {
				want = http.StatusForbidden
			}
			status := c.status(t, server, url, c.Text)
			e := last(t, server)
			if status != want || e.Verdict.Accepted != (want == http.StatusOK) {
				t.Errorf("%d, %s", status, e)
			}
			if e.Verdict.Accepted {
				accepted++
			}
			if c.Credentials.Token != "" && e.Presented.Token == nil {
				t.Errorf("the token of the session is not in the journal: %s", e)
			}
			status = c.status(t, server, url, otherSignature(c.Text))
			e = last(t, server)
			if status != http.StatusForbidden || e.Verdict.Refusal.Reason != verdict.SignatureMismatch {
				t.Errorf("with another signature: %d, %s", status, e)
			}
		})
	}
	if accepted < len(cases)-2 || len(cases) < 100 {
		t.Errorf("%d of %d requests are accepted", accepted, len(cases))
	}
}
