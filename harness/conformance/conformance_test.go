package conformance

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws"
)

// TestOurOwnMock answers every question as AWS does.
func TestOurOwnMock(t *testing.T) {
	s := mockaws.New()
	seed, err := mockaws.ReadSeed(strings.NewReader(`accounts: [{id: "111122223333", users: [{name: app, allow: ["*"], keys: [{}]}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	applied, err := s.Seed(seed)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	defer srv.Close()
	list, err := Probe(t.Context(), Target{Endpoint: srv.URL, KeyID: applied.Keys[0].KeyID, Secret: applied.Keys[0].Secret})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if !o.OK {
			t.Errorf("%s %s, %s: got %s, want %s %s", o.Service, o.Call, o.Case, o.Got, o.Want, o.Err)
		}
	}
	if got := Count(list); got.Asked != len(calls)*len(questions) || got.OK != got.Asked {
		t.Errorf("score %+v", got)
	}
}

// TestEmulatorThatAcceptsAll is fooled by every question but the right one.
func TestEmulatorThatAcceptsAll(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	list, err := Probe(t.Context(), Target{Endpoint: srv.URL, KeyID: "test", Secret: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Count(list), (Score{Asked: len(list), OK: len(calls), Fooled: len(list) - len(calls)}); got != want {
		t.Errorf("score %+v, want %+v", got, want)
	}
}

func TestCodes(t *testing.T) {
	for _, row := range []struct{ header, body, want string }{
		{"AccessDeniedException:http://internal.amazon.com/coral/", "", "AccessDeniedException"},
		{"", `{"__type":"com.amazon.coral.service#UnrecognizedClientException"}`, "UnrecognizedClientException"},
		{"", `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code></Error></ErrorResponse>`, "InvalidClientTokenId"},
		{"", `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`, "NoSuchKey"},
		{"", "not an error", ""},
		{"", "<a><Code>", ""},
	} {
		h := http.Header{}
		if row.header != "" {
			h.Set("x-amzn-ErrorType", row.header)
		}
		if got := codeOf(h, []byte(row.body)); got != row.want {
			t.Errorf("%q %q: %q, want %q", row.header, row.body, got, row.want)
		}
	}
}

func TestBadTargets(t *testing.T) {
	for _, target := range []Target{{}, {Endpoint: "localhost:4566", KeyID: "a", Secret: "b"}, {Endpoint: "http://127.0.0.1:1"}} {
		if _, err := Probe(t.Context(), target); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v", target, err)
		}
	}
}
