package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

const (
	loadKey    = "AKIAIOSFODNN7EXAMPLE" // of AWS's documentation
	loadSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

func loadSeed(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "seed.yaml")
	seed := fmt.Sprintf(
		"accounts: [{id: '111122223333', users: [{name: app, allow: ['*'], keys: [{id: %s, secret: %s}]}]}]\n", loadKey,
		loadSecret)
	if err := os.WriteFile(file, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// client is an SDK's, with a connection of its own.
func (c *child) client(secret string) *sts.Client {
	return sts.New(sts.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(c.aws), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(loadKey, secret, ""),
		HTTPClient:  &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}},
	})
}

// answered is what a client has had answers to: request ids, with whether they
// were accepted.
type answered struct {
	mu  sync.Mutex
	ids map[string]bool
}

func (a *answered) note(id string, accepted bool) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids[id] = accepted
	return len(a.ids)
}

// load makes calls from several clients at once, each tenth with a wrong secret,
// until n were answered and after that as long as the mock answers if on is set.
func (c *child) load(t *testing.T, n int, on bool, reached func()) *answered {
	t.Helper()
	seen := &answered{ids: make(map[string]bool, n)}
	var wg sync.WaitGroup
	var once sync.Once
	for range 4 {
		wg.Go(func() {
			right, wrong := c.client(loadSecret), c.client(strings.Repeat("x", 40))
			for i := 0; ; i++ {
				id, accepted, err := call(t.Context(), right, wrong, i%10 == 9)
				if err != nil {
					if !on {
						t.Error(err)
					}
					return
				}
				if seen.note(id, accepted) >= n {
					once.Do(reached)
					if !on {
						return
					}
				}
			}
		})
	}
	wg.Wait()
	return seen
}

// call makes a call and returns the id that the mock gave it. Its error is that
// there was no answer, or one that fits neither a right nor a wrong secret.
func call(ctx context.Context, right, wrong *sts.Client, refuse bool) (string, bool, error) {
	if refuse {
		_, err := wrong.GetCallerIdentity(ctx, nil)
		var api smithy.APIError
		var answer interface{ ServiceRequestID() string }
		if !errors.As(err, &api) || api.ErrorCode() != "SignatureDoesNotMatch" || !errors.As(err, &answer) {
			return "", false, fmt.Errorf("a wrong secret: %w", err)
		}
		return answer.ServiceRequestID(), false, nil
	}
	out, err := right.GetCallerIdentity(ctx, nil)
	if err != nil {
		return "", false, err
	}
	return requestID(out.ResultMetadata), true, nil
}

func requestID(m middleware.Metadata) string {
	id, _ := awsmiddleware.GetRequestIDMetadata(m)
	return id
}

// check reads a journal of any length as it comes and compares it with what the
// clients had answers to.
func (a *answered) check(t *testing.T, c *child, more bool) {
	t.Helper()
	left, total := len(a.ids), 0
	for since := int64(0); ; {
		page := c.journalSince(t, since)
		for _, e := range page {
			if e.Seq != since+1 {
				t.Fatalf("exchange %d follows %d", e.Seq, since)
			}
			since = e.Seq
			total++
			if accepted, ok := a.ids[e.RequestID]; ok {
				left--
				if accepted != e.Verdict.Accepted {
					t.Errorf("exchange %s: accepted %v; the client saw %v", e.String(), e.Verdict.Accepted, accepted)
				}
			}
		}
		if len(page) == 0 {
			break
		}
	}
	if left != 0 || !more && total != len(a.ids) {
		t.Errorf("%d exchanges in the journal; of %d answers %d are not in it", total, len(a.ids), left)
	}
}

// soakCalls is how many calls a test of endurance makes; HOSTPROOF_SOAK=1000000 is the long run.
func soakCalls(t *testing.T) int {
	t.Helper()
	text := os.Getenv("HOSTPROOF_SOAK")
	if text == "" {
		return 2000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestLoad makes many calls over the network to a mock in its own process: none
// is lost, and neither memory nor descriptors grow with their number.
func TestLoad(t *testing.T) {
	n := soakCalls(t)
	c := start(t, "--seed", loadSeed(t), "--journal", filepath.Join(t.TempDir(), "journal"))
	c.load(t, 500, false, func() {})
	files := c.descriptors(t)
	seen := c.load(t, n, false, func() {})
	if now := c.descriptors(t); now > files+16 { // connections of eight clients more, and files of the journal
		t.Errorf("%d descriptors, after 500 calls there were %d", now, files)
	}
	resident := c.resident(t)
	t.Logf("%d calls, %d MB resident", len(seen.ids), resident>>20)
	if resident > 256<<20 {
		t.Errorf("%d MB resident after %d calls", resident>>20, n)
	}
	seen.check(t, c, true)
}

// TestKilledUnderLoad kills a mock with SIGKILL while clients call it: each
// answer that a client had is in the journal.
func TestKilledUnderLoad(t *testing.T) {
	file, seed := filepath.Join(t.TempDir(), "journal"), loadSeed(t)
	c := start(t, "--seed", seed, "--journal", file)
	seen := c.load(t, 500, true, func() { _ = c.cmd.Process.Kill() })
	_ = c.cmd.Wait()
	seen.check(t, start(t, "--journal", file), true)
}

// TestStopAnswersWhatIsUnderWay stops a mock with SIGTERM in the middle of a
// request: no new connection is taken, and the request is answered and recorded.
func TestStopAnswersWhatIsUnderWay(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // there is no SIGTERM
	}
	file := filepath.Join(t.TempDir(), "journal")
	c := start(t, "--journal", file)
	address := strings.TrimPrefix(c.aws, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// The answer to the expectation says that the request is being read.
	fmt.Fprint(conn, "POST /model/anthropic.claude-v2/converse HTTP/1.1\r\nHost: "+
		"bedrock-runtime.us-east-1.amazonaws.com\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for {
		other, err := net.Dial("tcp", address)
		if err != nil {
			break // it has stopped to listen
		}
		other.Close()
	}
	fmt.Fprint(conn, "{}")
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("status %d, %v", resp.StatusCode, err)
	}
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("the mock ended with %v", err)
	}
	got := start(t, "--journal", file).journal(t)
	if len(got) != 1 || got[0].RequestID != resp.Header.Get("x-amzn-RequestId") {
		t.Errorf("%d exchanges, want that of the answer", len(got))
	}
}

func (c *child) descriptors(t *testing.T) int {
	t.Helper()
	list, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", c.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// resident is the process's resident memory in bytes; 0 where the system does
// not tell.
func (c *child) resident(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", c.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	pages, err := strconv.Atoi(strings.Fields(string(data))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}
