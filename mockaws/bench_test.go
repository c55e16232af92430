package mockaws_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/hostproof/hostproof/mockaws"
)

// BenchmarkServe is what the mock itself does with one verified call, without
// any network.
func BenchmarkServe(b *testing.B) {
	s := mockaws.New()
	seed, err := mockaws.ReadSeed(strings.NewReader(`accounts: [{id: "111122223333", users: [{name: app, allow: ["*"], keys: [{}]}]}]`))
	if err != nil {
		b.Fatal(err)
	}
	applied, err := s.Seed(seed)
	if err != nil {
		b.Fatal(err)
	}
	sent := capture(b, applied.Keys[0].KeyID, applied.Keys[0].Secret)
	b.ReportAllocs()
	for b.Loop() {
		r := sent.request.Clone(b.Context())
		r.Body = http.NoBody
		r.Body = readCloser{bytes.NewReader(sent.body)}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Body.String())
		}
	}
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

type captured struct {
	request *http.Request
	body    []byte
}

// capture is a Converse call as the SDK sends it.
func capture(b testing.TB, keyID, secret string) captured {
	var out captured
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		out = captured{r.Clone(b.Context()), body.Bytes()}
	}))
	defer srv.Close()
	w := &world{url: srv.URL}
	_, _ = bedrockruntime.NewFromConfig(w.config(keyID, secret, "")).Converse(b.Context(), converseInput("hello"))
	return out
}
