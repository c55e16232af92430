package mockaws_test

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

func planFault(t *testing.T, w *mocktest.World, f fault.Fault) {
	t.Helper()
	if err := w.Faults().Add(f); err != nil {
		t.Fatal(err)
	}
}

// TestFaults has each kind strike once: the call fails as it should, the journal
// tells, and the next call goes through.
func TestFaults(t *testing.T) {
	for _, row := range []struct {
		name     string
		fault    fault.Fault
		shown    string // by the client
		status   int    // in the journal
		accepted bool   // by the judge, before the answer was spoilt
	}{
		{"throttle", fault.Throttle(1), "Throttling: Rate exceeded", 400, false},
		{"500", fault.Status(500, 1), "InternalFailure", 500, false},
		{"503", fault.Status(503, 1), "ServiceUnavailable", 503, false},
		{"a code of its own", fault.Status(403, 1).Coded("RegionDisabledException"), "RegionDisabledException", 403,
			false},
		{"a status without a code of AWS", fault.Status(502, 1), "StatusCode: 502", 502, false},
		{"drop", fault.Drop(1), "EOF", 0, false},
		{"reset", fault.Reset(1), "connection reset by peer", 0, false},
		{"truncate", fault.Truncate(1), "unexpected EOF", 200, true},
		{"malformed", fault.Malformed(1), "XML syntax error", 200, true},
		{"an older name", fault.Fault{Kind: "error", Times: 1}, "InternalFailure", 500, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := mocktest.New(t)
			planFault(t, w, row.fault.On("sts:*"))
			arrived := &counted{}
			config := w.Config(w.User.KeyID, w.User.Secret, "")
			config.HTTPClient = arrived
			call := func() error {
				_, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
				return err
			}
			if err := call(); err == nil || !strings.Contains(err.Error(), row.shown) {
				t.Errorf("got %v, want %q", err, row.shown)
			}
			e := w.Last(t)
			if e.ResponseSize != arrived.bytes {
				t.Errorf("journal: answered with %d bytes, and %d arrived", e.ResponseSize, arrived.bytes)
			}
			if e.Fault == nil || e.Status != row.status || e.Verdict.Accepted != row.accepted ||
				!strings.Contains(e.String(), "injected on purpose: ") {
				t.Errorf("journal: %s (fault %v)", &e, e.Fault)
			}
			// A call that was accepted, or that got no answer, tells of the fault by this alone.
			if spoilt := row.accepted || row.status == 0; spoilt != (e.Aborted != "") {
				t.Errorf("journal: aborted %q, want it said: %v", e.Aborted, spoilt)
			}
			if sent := row.status != 0; !sent && (e.Code != "" || e.Message != "" || e.Source != "") {
				t.Errorf("journal: nothing was sent, and it says %q %q %q", e.Code, e.Message, e.Source)
			}
			if err := call(); err != nil {
				t.Errorf("when the fault was over: %v", err)
			}
			if pending := w.Faults().Pending(); len(pending) != 0 {
				t.Errorf("pending: %v", pending)
			}
		})
	}
}

// counted is a client that counts the bytes of the bodies that arrive, and keeps the last
// answer.
type counted struct {
	bytes int64
	last  *http.Response
}

func (c *counted) Do(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, cut := io.ReadAll(resp.Body)
	c.bytes += int64(len(body))
	c.last = resp
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{cut}))
	return resp, nil
}

// failing is the end of a body: how reading it ended.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, cmp.Or(f.err, io.EOF) }

func TestThrottlingIsTheServicesOwn(t *testing.T) {
	w := mocktest.New(t)
	planFault(t, w, fault.Throttle(9).On("*"))
	c := w.Config(w.User.KeyID, w.User.Secret, "")
	_, bedrock := bedrockruntime.NewFromConfig(c).Converse(t.Context(), mocktest.ConverseInput("x"))
	_, objects := s3.NewFromConfig(c).ListBuckets(t.Context(), &s3.ListBucketsInput{})
	for want, err := range map[string]error{
		"StatusCode: 429": bedrock, "ThrottlingException: Too many requests": bedrock,
		"StatusCode: 503": objects, "SlowDown: Please reduce your request rate.": objects,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestFaultsThatTakeTime(t *testing.T) {
	w := mocktest.New(t)
	c := sts.NewFromConfig(w.Config(w.User.KeyID, w.User.Secret, ""))
	planFault(t, w, fault.Slow(30*time.Millisecond, 1).On("sts:*"))
	begin := time.Now()
	if _, err := c.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil ||
		time.Since(begin) < 30*time.Millisecond {
		t.Errorf("slow: %v after %s", err, time.Since(begin))
	}
	planFault(t, w, fault.Hang(1).On("sts:*"))
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.GetCallerIdentity(short, &sts.GetCallerIdentityInput{}); err == nil || !strings.Contains(err.Error(),
		"deadline") {
		t.Errorf("hang: %v", err)
	}
	for _, e := range w.Journal().Since(0) {
		if e.Fault == nil {
			t.Errorf("not told: %s", &e)
		}
	}
}

// TestSpoiltObjects has an answer in several pieces cut off.
func TestSpoiltObjects(t *testing.T) {
	w := mocktest.New(t)
	client := s3.NewFromConfig(w.Config(w.User.KeyID, w.User.Secret, ""), func(o *s3.Options) { o.UsePathStyle = true })
	bucket, key := "uploads", "k"
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key,
		Body: strings.NewReader(strings.Repeat("x", 1000))}); err != nil {
		t.Fatal(err)
	}
	planFault(t, w, fault.Truncate(1).On("s3:GetObject"))
	out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	if got, err := io.ReadAll(out.Body); err == nil || len(got) != 500 {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
}

// TestRevocation takes credentials away before and during a call.
func TestRevocation(t *testing.T) {
	call := func(t *testing.T, w *mocktest.World, id, secret, token string) error {
		_, err := s3.NewFromConfig(w.Config(id, secret, token)).ListBuckets(t.Context(), &s3.ListBucketsInput{})
		return err
	}
	t.Run("of a key", func(t *testing.T) {
		w := mocktest.New(t)
		planFault(t, w, fault.Revoke(1).On("s3:*"))
		if err := call(t, w, w.User.KeyID, w.User.Secret, ""); err == nil || !strings.Contains(err.Error(),
			"InvalidAccessKeyId") {
			t.Errorf("got %v", err)
		}
		if e := w.Last(t); e.Verdict.Refusal.Reason != verdict.KeyInactive || e.Fault == nil {
			t.Errorf("journal: %s", &e)
		}
	})
	t.Run("of a key whose call is under way", func(t *testing.T) {
		w := mocktest.New(t)
		planFault(t, w, fault.RevokeAfter(1).On("s3:*"))
		if err := call(t, w, w.User.KeyID, w.User.Secret, ""); err != nil {
			t.Errorf("the first call: %v", err)
		}
		if err := call(t, w, w.User.KeyID, w.User.Secret, ""); err == nil || !strings.Contains(err.Error(),
			"InvalidAccessKeyId") {
			t.Errorf("the second call: %v", err)
		}
	})
	t.Run("of a role's sessions", func(t *testing.T) {
		w := mocktest.New(t)
		made, err := w.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: mocktest.Account,
			Roles: []iam.RoleSeed{{Name: "r", TrustService: []string{"lambda.amazonaws.com"},
				Allow: []string{"s3:*"}}},
			Sessions: []iam.SessionSeed{{Role: "r", Name: "run-1"}}}}}})
		if err != nil {
			t.Fatal(err)
		}
		s := made.Sessions[0]
		planFault(t, w, fault.RevokeAfter(1).On("s3:*"))
		if err := call(t, w, s.KeyID, s.Secret, s.Token); err != nil {
			t.Errorf("the first call: %v", err)
		}
		if err := call(t, w, s.KeyID, s.Secret, s.Token); err == nil || !strings.Contains(err.Error(),
			"with an explicit deny") {
			t.Errorf("the second call: %v", err)
		}
	})
	t.Run("of nothing: it waits for a call that is signed", func(t *testing.T) {
		w := mocktest.New(t)
		planFault(t, w, fault.Revoke(1).On("s3:*"))
		resp, err := http.Get(w.URL + "/uploads/k")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if pending := w.Faults().Pending(); len(pending) != 1 || pending[0].Struck != 0 {
			t.Errorf("pending: %v", pending)
		}
	})
	t.Run("of a stranger's key", func(t *testing.T) {
		w := mocktest.New(t)
		planFault(t, w, fault.Revoke(1).On("s3:*"))
		_ = call(t, w, "AKIAQQQQQQQQQQQQQQQQ", "x", "")
		if e := w.Last(t); e.Status != 501 || !strings.Contains(e.Verdict.Refusal.Detail,
			"the fault revoke cannot strike: ") {
			t.Errorf("journal: %s", &e)
		}
	})
}
