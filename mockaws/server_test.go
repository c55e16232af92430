package mockaws_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// sendRaw sends bytes as they are and returns the answer's status line.
func sendRaw(t *testing.T, w *mocktest.World, text string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(c).ReadString('\n') // a connection closed without an answer has no line
	return strings.TrimSpace(line)
}

func TestWhatIsNotHTTPIsRecorded(t *testing.T) {
	for name, text := range map[string]string{
		// like a TLS handshake
		"noise":        "\x16\x03\x01\x02\x00\x01\x00" + strings.Repeat("\x00", 300) + "\r\n\r\n",
		"no host":      "GET / HTTP/1.1\r\n\r\n",
		"bad header":   "GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
		"huge header":  "GET / HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("x", 2<<20) + "\r\n\r\n",
		"bad encoding": "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			w := mocktest.New(t)
			status := sendRaw(t, w, text)
			if !strings.HasPrefix(status, "HTTP/1.1 4") && !strings.HasPrefix(status, "HTTP/1.1 5") {
				t.Errorf("answered %q", status)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			got, err := w.Journal().Await(ctx, 0, 1)
			if err != nil || len(got) != 1 || got[0].Verdict.Accepted ||
				got[0].Verdict.Refusal.Reason != verdict.MalformedRequest {
				t.Errorf("journal: %v, %v", got, err)
			}
		})
	}
}

// TestNoiseAfterACall: what cannot be read is recorded on a connection that has carried a
// call before, too, and the refusal of the call itself is recorded once.
func TestNoiseAfterACall(t *testing.T) {
	w := mocktest.New(t)
	call := "GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1\r\nHost: sts.us-east-1.amazonaws.com\r\n\r\n"
	c, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, call+call+"noise\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answers, err := io.ReadAll(c) // until the server closes the connection
	if n := bytes.Count(answers, []byte("HTTP/1.1 ")); err != nil || n != 3 {
		t.Fatalf("%d answers, %v: %s", n, err, answers)
	}
	got := w.Journal().Since(0)
	if len(got) != 3 {
		t.Fatalf("journal: %v", got)
	}
	for i, want := range []verdict.Reason{verdict.MissingAuthentication, verdict.MissingAuthentication,
		verdict.MalformedRequest} {
		if got[i].Verdict.Refusal.Reason != want {
			t.Errorf("exchange %d: %s, want %s", i+1, &got[i], want)
		}
	}
}

func TestBodiesAreBounded(t *testing.T) {
	s := mockaws.New(mockaws.WithMaxBody(10))
	l, err := mockaws.Listen("127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	resp, err := http.Post(l.URL+"/model/"+mocktest.Model+"/converse", "application/json",
		strings.NewReader(strings.Repeat("x", 11)))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	e := s.Journal().Since(0)[0]
	if e.Verdict.Refusal.Reason != verdict.MalformedRequest || !strings.Contains(e.Verdict.Refusal.Detail,
		"larger than 10 bytes") || resp.StatusCode < 400 {
		t.Errorf("%d: %s", resp.StatusCode, &e)
	}
}

func TestUnknownOperations(t *testing.T) {
	w := mocktest.New(t)
	for _, row := range []struct {
		name           string
		method, path   string
		header         map[string]string
		body           string
		status         int
		answer, detail string
	}{
		// It may be newer than the table.
		{"Bedrock, unknown path", "POST", "/model/x.y/nonsense", nil, "{}", 501, "does not implement",
			"is not known here"},
		// Who calls is asked first.
		{"Bedrock, known to AWS", "POST", "/async-invoke", nil, "{}", 403, "Authorization header is missing",
			"neither an Authorization header"},
		{"STS, unknown action", "POST", "/", map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			"Action=Nope&Version=2011-06-15", 501, "does not implement", "is not known here"},
		{"STS, what no operation is called", "POST", "/",
			map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
			"Action=No-pe&Version=2011-06-15", 400, "<Code>InvalidAction</Code>", "has no operation No-pe"},
		{"unknown target", "POST", "/", map[string]string{"X-Amz-Target": "Strange_2020.Do"}, "{}", 501,
			"does not implement", "cannot tell which AWS service"},
		{"unknown operation of a known service", "POST", "/",
			map[string]string{"X-Amz-Target": "CloudTrail_20131101.CreateTrail",
				"Content-Type": "application/x-amz-json-1.1"}, "{}", 400, "MissingAuthenticationTokenException",
			"neither an Authorization header"},
		{"operation of a service without a table", "POST", "/",
			map[string]string{"X-Amz-Target": "AWSStepFunctions.StartExecution",
				"Content-Type": "application/x-amz-json-1.0"}, "{}", 400, "MissingAuthenticationTokenException",
			"neither an Authorization header"},
	} {
		t.Run(row.name, func(t *testing.T) {
			req, err := http.NewRequest(row.method, w.URL+row.path, strings.NewReader(row.body))
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range row.header {
				req.Header.Set(k, v)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != row.status || !strings.Contains(string(body), row.answer) {
				t.Errorf("got %d %s", resp.StatusCode, body)
			}
			if e := w.Last(t); !strings.Contains(e.Verdict.Refusal.Detail, row.detail) {
				t.Errorf("exchange: %s", &e)
			}
		})
	}
}

// TestJournalHoldsNoSecret looks for every secret of the world in the journal
// of accepted and of refused calls.
func TestJournalHoldsNoSecret(t *testing.T) {
	w := mocktest.New(t)
	ctx := t.Context()
	for _, cfg := range []struct{ id, secret, token string }{
		{w.User.KeyID, w.User.Secret, w.Platform.Token},
		{w.Platform.KeyID, w.Platform.Secret, w.Platform.Token},
		{w.Platform.KeyID, "not the secret", w.Platform.Token},
		{w.User.KeyID, w.User.Secret, ""},
	} {
		c := w.Config(cfg.id, cfg.secret, cfg.token)
		_, _ = bedrockruntime.NewFromConfig(c).Converse(ctx, mocktest.ConverseInput("x"))
		_, _ = sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	}
	presigned := w.URL + "/uploads/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Security-Token=" + w.Platform.Token
	if resp, err := http.Get(presigned); err == nil {
		resp.Body.Close()
	}
	text, err := json.Marshal(w.Journal().Since(0))
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{"user's secret": w.User.Secret, "platform's secret": w.Platform.Secret,
		"token": w.Platform.Token} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the journal shows the %s", name)
		}
	}
	if n := len(w.Journal().Since(0)); n != 9 {
		t.Errorf("%d exchanges, want 9", n)
	}
}

func TestSeedErrorsAreAllThere(t *testing.T) {
	for _, row := range []struct{ name, seed, want string }{
		{"empty", "", "the file is empty"},
		{"not YAML", "accounts: [", "did not find"},
		{"unknown key", "accounts:\n  - id: \"111122223333\"\n    userz: []\n",
			"line 3: there is no key \"userz\" here; the keys are id, "},
		{"bad account", "accounts: [{id: \"12\"}]", "12 digits"},
		{"two problems", "accounts: [{id: \"12\"}, {id: \"34\"}]", "accounts[1]"},
		{"bucket of nobody", "accounts: [{id: \"111122223333\"}]\nbuckets: [{name: x}]",
			"buckets[0]: name and account are needed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			seed, err := mockaws.ReadSeed(strings.NewReader(row.seed))
			if err == nil {
				_, err = mockaws.New().Seed(seed)
			}
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q in it", err, row.want)
			}
		})
	}
}

func TestClockMovesExpiry(t *testing.T) {
	w := mocktest.New(t)
	call := func() error {
		c := w.Config(w.Platform.KeyID, w.Platform.Secret, w.Platform.Token)
		_, err := sts.NewFromConfig(c).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		return err
	}
	if err := call(); err != nil {
		t.Fatal(err)
	}
	w.Clock().Advance(2 * time.Hour)
	// A client on real time is now two hours behind; what it signs is too old
	// before its token is looked at.
	if err := call(); err == nil || !strings.Contains(err.Error(), "Signature expired") {
		t.Errorf("got %v", err)
	}
}

func TestRegionOfTheEndpoint(t *testing.T) {
	s := mockaws.New(mockaws.WithRegion("eu-west-1"))
	l, err := mockaws.Listen("127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	seed, err := mockaws.ReadSeed(
		strings.NewReader(`accounts: [{id: "111122223333", users: [{name: app, keys: [{}]}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	applied, err := s.Seed(seed)
	if err != nil {
		t.Fatal(err)
	}
	w := &mocktest.World{Server: s, URL: l.URL, User: applied.Keys[0]}
	_, err = bedrockruntime.NewFromConfig(w.Config(w.User.KeyID, w.User.Secret, "")).Converse(t.Context(),
		mocktest.ConverseInput("x"))
	if err == nil || !strings.Contains(err.Error(), "Credential should be scoped to a valid region.") {
		t.Errorf("got %v", err)
	}
}

// BenchmarkConverse is one verified call by the SDK, client signing included,
// and BenchmarkUnverified the same client against a server that answers the
// same bytes without looking.
func BenchmarkConverse(b *testing.B) {
	s, key := withOneUser(b)
	l, err := mockaws.Listen("127.0.0.1:0", s)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	converseMany(b, &mocktest.World{Server: s, URL: l.URL, User: key})
}

func BenchmarkUnverified(b *testing.B) {
	l, err := mockaws.Listen("127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header()["x-amzn-RequestId"] = []string{"5e2b7f0c-93d6-4f0e-8a40-0d4c1f1f6f11"}
		fmt.Fprint(w,
			`{"metrics":{"latencyMs":1},"output":{"message":{"role":"assistant","content":[{"text":"echo: hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}`)
	}))
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	converseMany(b, &mocktest.World{URL: l.URL, User: iam.AppliedKey{KeyID: "AKIAQQQQQQQQQQQQQQQQ",
		Secret: strings.Repeat("s", 40)}})
}

func converseMany(b *testing.B, w *mocktest.World) {
	client := bedrockruntime.NewFromConfig(w.Config(w.User.KeyID, w.User.Secret, ""))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := client.Converse(b.Context(), mocktest.ConverseInput("hello")); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// TestBodiesThatBreakOff: a request whose body is shorter than it announced is not
// complete, and must not be treated as if it were
// (https://www.rfc-editor.org/rfc/rfc9112#section-8, "incomplete messages").
func TestBodiesThatBreakOff(t *testing.T) {
	w := mocktest.New(t)
	body := "Action=GetCallerIdentity&Version=2011-06-15"
	c, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = fmt.Fprintf(c,
		"POST / HTTP/1.1\r\nHost: sts.us-east-1.amazonaws.com\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
			"Content-Length: %d\r\n\r\n%s", len(body)+1, body)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	got, err := w.Journal().Await(ctx, 0, 1)
	if err != nil || len(got) != 1 {
		t.Fatalf("journal: %v, %v", got, err)
	}
	refusal := got[0].Verdict.Refusal
	if refusal == nil || refusal.Reason != verdict.MalformedRequest || refusal.Stage != verdict.StageIdentify ||
		!strings.Contains(refusal.Detail, "could not be read") {
		t.Errorf("exchange: %s", &got[0])
	}
}
