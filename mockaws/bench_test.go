package mockaws_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// BenchmarkServe is what the mock itself does with one verified call, without
// any network.
func BenchmarkServe(b *testing.B) {
	large := make([]byte, 1<<20)
	for _, call := range []struct {
		name string
		tls  bool
		send func(context.Context, aws.Config) error
	}{
		{"Converse", false, func(ctx context.Context, c aws.Config) error {
			_, err := bedrockruntime.NewFromConfig(c).Converse(ctx, mocktest.ConverseInput("hello"))
			return err
		}},
		{"GetCallerIdentity", false, func(ctx context.Context, c aws.Config) error {
			_, err := sts.NewFromConfig(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		}},
		{"PutObject1MiB", false, func(ctx context.Context, c aws.Config) error {
			_, err := pathStyle(c).PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("uploads"),
				Key: aws.String("large"), Body: bytes.NewReader(large)})
			return err
		}},
		{"PutObject1MiBInChunks", true, func(ctx context.Context, c aws.Config) error {
			_, err := pathStyle(c).PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("uploads"),
				Key: aws.String("large"), Body: bytes.NewReader(large)})
			return err
		}},
		{"GetObject1MiB", false, func(ctx context.Context, c aws.Config) error {
			_, err := pathStyle(c).GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("uploads"),
				Key: aws.String("stored")})
			return err
		}},
	} {
		b.Run(call.name, func(b *testing.B) { serve(b, call.tls, call.send) })
	}
}

func pathStyle(c aws.Config) *s3.Client {
	return s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
}

// withOneUser is a mock with a user that may do everything, and a bucket.
func withOneUser(tb testing.TB) (*mockaws.Server, iam.AppliedKey) {
	tb.Helper()
	s := mockaws.New()
	seed, err := mockaws.ReadSeed(strings.NewReader(`
accounts: [{id: "111122223333", users: [{name: app, allow: ["*"], keys: [{}]}]}]
buckets: [{name: uploads, account: "111122223333"}]`))
	if err != nil {
		tb.Fatal(err)
	}
	applied, err := s.Seed(seed)
	if err != nil {
		tb.Fatal(err)
	}
	return s, applied.Keys[0]
}

func serve(b *testing.B, tls bool, send func(context.Context, aws.Config) error) {
	s, key := withOneUser(b)
	l := httptest.NewServer(s)
	defer l.Close()
	_, err := pathStyle((&mocktest.World{URL: l.URL}).Config(key.KeyID, key.Secret, "")).PutObject(b.Context(),
		&s3.PutObjectInput{Bucket: aws.String("uploads"), Key: aws.String("stored"),
			Body: bytes.NewReader(make([]byte, 1<<20))})
	if err != nil {
		b.Fatal(err)
	}
	sent := captureCall(b, tls, key.KeyID, key.Secret, send)
	b.SetBytes(int64(len(sent.body)))
	b.ReportAllocs()
	for b.Loop() {
		r := sent.request.Clone(b.Context())
		r.Body = readCloser{bytes.NewReader(sent.body)}
		w := unread{header: http.Header{}}
		s.ServeHTTP(&w, r)
		if w.status != http.StatusOK {
			b.Fatal(s.Journal().Since(0))
		}
	}
}

// unread is a response that is never read.
type unread struct {
	header http.Header
	status int
}

func (w *unread) Header() http.Header         { return w.header }
func (w *unread) WriteHeader(status int)      { w.status = status }
func (w *unread) Write(p []byte) (int, error) { return len(p), nil }

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

type captured struct {
	request *http.Request
	body    []byte
}

// capture is a Converse call as the SDK sends it.
func capture(b testing.TB, keyID, secret string) captured {
	return captureCall(b, false, keyID, secret, func(ctx context.Context, c aws.Config) error {
		_, err := bedrockruntime.NewFromConfig(c).Converse(ctx, mocktest.ConverseInput("hello"))
		return err
	})
}

// captureCall is any call, which is answered with nothing, whatever that comes
// to. Over TLS an SDK sends objects in chunks with a checksum behind them.
func captureCall(b testing.TB, tls bool, keyID, secret string, send func(context.Context, aws.Config) error) captured {
	var out captured
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		out = captured{r.Clone(b.Context()), body.Bytes()}
	}))
	if tls {
		srv.StartTLS()
	} else {
		srv.Start()
	}
	defer srv.Close()
	w := &mocktest.World{URL: srv.URL}
	c := w.Config(keyID, secret, "")
	c.HTTPClient, c.RequestChecksumCalculation = srv.Client(), aws.RequestChecksumCalculationWhenSupported
	_ = send(b.Context(), c)
	if out.request == nil {
		b.Fatal("no request was sent")
	}
	return out
}
