package mockaws_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// overTLS serves a world over HTTP/2, which bidirectional streams need.
func overTLS(t *testing.T, w *mocktest.World, change func(http.Handler) http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewUnstartedServer(change(w.Server))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv
}

func same(h http.Handler) http.Handler { return h }

func talkTo(srv *httptest.Server, keyID, secret, token string) *bedrockruntime.Client {
	return bedrockruntime.New(bedrockruntime.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(srv.URL), HTTPClient: srv.Client(), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(keyID, secret, token),
	})
}

func open(ctx context.Context, c *bedrockruntime.Client) (*bedrockruntime.InvokeModelWithBidirectionalStreamEventStream,
	error) {
	out, err := c.InvokeModelWithBidirectionalStream(ctx,
		&bedrockruntime.InvokeModelWithBidirectionalStreamInput{ModelId: aws.String("amazon.nova-sonic-v1:0")})
	if err != nil {
		return nil, err
	}
	return out.GetStream(), nil
}

func tell(t *testing.T, s *bedrockruntime.InvokeModelWithBidirectionalStreamEventStream, event string) {
	t.Helper()
	err := s.Send(t.Context(), &types.InvokeModelWithBidirectionalStreamInputMemberChunk{
		Value: types.BidirectionalInputPayloadPart{Bytes: []byte(`{"event":` + event + `}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// spoken waits for what the model says next.
func spoken(t *testing.T, s *bedrockruntime.InvokeModelWithBidirectionalStreamEventStream) string {
	t.Helper()
	for e := range s.Events() {
		chunk, ok := e.(*types.InvokeModelWithBidirectionalStreamOutputMemberChunk)
		if !ok {
			t.Fatalf("got %T", e)
		}
		var said struct {
			Event struct {
				TextOutput *struct{ Content string }
			}
		}
		if err := json.Unmarshal(chunk.Value.Bytes, &said); err != nil {
			t.Fatal(err)
		}
		if said.Event.TextOutput != nil {
			return said.Event.TextOutput.Content
		}
	}
	t.Fatalf("the stream ended: %v", s.Err())
	return ""
}

// TestConversation asks twice in one stream, the second time after the first
// answer has come.
func TestConversation(t *testing.T) {
	w := mocktest.New(t)
	s, err := open(t.Context(), talkTo(overTLS(t, w, same), w.User.KeyID, w.User.Secret, ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"hello", "and again"} {
		tell(t, s, `{"textInput":{"content":"`+words+`"}}`)
		tell(t, s, `{"contentEnd":{}}`)
		if got := spoken(t, s); got != "echo: "+words {
			t.Errorf("got %q", got)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := w.Journal().Await(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	e := got[0]
	if e.Call != "bedrock:InvokeModelWithBidirectionalStream" || !e.Verdict.Accepted || e.BodySize == 0 ||
		e.ResponseSize == 0 || e.Proto != "HTTP/2.0" {
		t.Errorf("exchange %s: %+v", e.String(), e)
	}
}

func TestConversationIsRefusedAtTheStart(t *testing.T) {
	w := mocktest.New(t)
	srv := overTLS(t, w, same)
	for name, c := range map[string]*bedrockruntime.Client{
		"The security token included in the request is invalid": talkTo(srv, w.User.KeyID, w.User.Secret,
			"IQoJforeign"),
		"The request signature we calculated does not match": talkTo(srv, w.User.KeyID, strings.Repeat("x", 40), ""),
	} {
		s, err := open(t.Context(), c)
		if err == nil { // the SDK does not wait for the answer
			for range s.Events() {
				t.Error("the model answers")
			}
			err = s.Err()
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}

// TestForgedEventEndsTheConversation changes one byte of an event on its way.
func TestForgedEventEndsTheConversation(t *testing.T) {
	w := mocktest.New(t)
	srv := overTLS(t, w, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			r.Body = &forger{ReadCloser: r.Body}
			h.ServeHTTP(rw, r)
		})
	})
	s, err := open(t.Context(), talkTo(srv, w.User.KeyID, w.User.Secret, ""))
	if err != nil {
		t.Fatal(err)
	}
	tell(t, s, `{"textInput":{"content":"hello"}}`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case e, ok := <-s.Events():
		if ok {
			t.Errorf("got %T", e)
		}
	case <-ctx.Done():
		t.Fatal("the stream goes on")
	}
	if s.Err() == nil {
		t.Error("the stream ended without an error")
	}
	got, err := w.Journal().Await(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r := got[0].Verdict.Refusal; got[0].Verdict.Accepted || r == nil || r.Reason != "chunk-signature-mismatch" {
		t.Errorf("verdict %v", got[0].Verdict)
	}
	s.Close()
}

// forger changes the last byte of the first message's signature, and makes its
// checksum right again, as somebody on the way would.
type forger struct {
	io.ReadCloser
	done bool
}

func (f *forger) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	if f.done || n < 16 {
		return n, err
	}
	f.done = true
	size := int(binary.BigEndian.Uint32(p))
	headers := int(binary.BigEndian.Uint32(p[4:]))
	if size > n {
		return n, errors.New("the test wants the first message whole")
	}
	p[12+headers-1] ^= 1
	binary.BigEndian.PutUint32(p[size-4:], crc32.ChecksumIEEE(p[:size-4]))
	return n, err
}
