package conformance

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// TestOurOwnMock answers every question as AWS does.
func TestOurOwnMock(t *testing.T) {
	s := mockaws.New()
	seed, err := mockaws.ReadSeed(
		strings.NewReader(`accounts: [{id: "111122223333", users: [{name: app, allow: ["*"], keys: [{}]}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	applied, err := s.Seed(seed)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	defer srv.Close()
	list, err := Probe(t.Context(), Target{Endpoint: srv.URL, KeyID: applied.Keys[0].KeyID,
		Secret: applied.Keys[0].Secret})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.Kind != AsAWS {
			t.Errorf("%s %s, %s: %s: got %s %q, want %s %q %s", o.Service, o.Call, o.Case, o.Kind, o.Got, o.Got.Text,
				o.Want, o.Want.Text, o.Err)
		}
	}
	if got := Count(list); got.Asked != asked() || got.OK != got.Asked || !got.Perfect() {
		t.Errorf("score %+v", got)
	}
}

// asked is how many questions there are.
func asked() int {
	n := 0
	for _, c := range calls() {
		n += len(questionsFor(c))
	}
	return n
}

// TestEmulatorsThatJudgeNothing are not taken for judges, whatever they answer.
func TestEmulatorsThatJudgeNothing(t *testing.T) {
	total, wrong := asked(), asked()-len(calls())
	var results strings.Builder
	for _, c := range calls() {
		results.WriteString(c.result)
	}
	s3 := calls()[2].service.Dialect.Errors[verdict.SignatureMismatch]
	for _, row := range []struct {
		name   string
		answer http.HandlerFunc
		claims []string
		want   Score
	}{
		{"accepts all", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, results.String()) }, nil,
			Score{Asked: total, OK: len(calls()), Fooled: wrong}},
		{"answers all, with nothing", func(http.ResponseWriter, *http.Request) {}, nil,
			Score{Asked: total, NotOffered: total}},
		{"claims S3, answers all with nothing", func(http.ResponseWriter, *http.Request) {}, []string{"S3"},
			Score{Asked: total, Unproven: len(questionsFor(calls()[2])),
				NotOffered: total - len(questionsFor(calls()[2]))}},
		{"refuses all, in S3's very words", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(s3.Status)
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", s3.Code, s3.Message)
		}, nil, Score{Asked: total, NotOffered: total}},
		{"redirects all", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/home" {
				fmt.Fprint(w, results.String())
				return
			}
			http.Redirect(w, r, "/home", http.StatusTemporaryRedirect)
		}, nil, Score{Asked: total, NotOffered: total}},
		{"is broken", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Services(),
			Score{Asked: total, Unproven: total}},
	} {
		srv := httptest.NewServer(row.answer)
		list, err := Probe(t.Context(), Target{Endpoint: srv.URL, KeyID: "test", Secret: "test", Claims: row.claims})
		srv.Close()
		if err != nil {
			t.Fatal(err)
		}
		if got := Count(list); got != row.want || got.Perfect() {
			t.Errorf("%s: score %+v, want %+v", row.name, got, row.want)
		}
	}
}

// TestPerfectIsOfWhatIsOffered counts an emulator of one service by that alone.
func TestPerfectIsOfWhatIsOffered(t *testing.T) {
	for _, row := range []struct {
		score Score
		want  bool
	}{
		{Score{Asked: 90, OK: 10, NotOffered: 80}, true},
		{Score{Asked: 90, OK: 9, OtherText: 1, NotOffered: 80}, false},
		{Score{Asked: 90, NotOffered: 90}, false},
	} {
		if row.score.Perfect() != row.want {
			t.Errorf("%+v", row.score)
		}
	}
}

func TestTexts(t *testing.T) {
	for _, row := range []struct {
		want, got string
		fits      bool
	}{
		{"The token is invalid", "The token is invalid", true},
		{"The token is invalid", "The token is invalid.", false}, // about the key id
		{"Expired: {date} is (earlier)", "Expired: 20260101T000000Z is (earlier)", true},
		{"Expired: {date} is (earlier)", "Expired:  is (earlier)", false},
		{"Access to https://sqs.us-east-1.amazonaws.com/ is denied.", "Access to http://127.0.0.1:5000/ is denied.",
			true},
		{"Mismatch.", "Mismatch.\n\nThe Canonical String", true},
		{"Mismatch.", "", false},
	} {
		if pattern(row.want).MatchString(row.got) != row.fits {
			t.Errorf("%q, %q: want %t", row.want, row.got, row.fits)
		}
	}
}

func TestCodes(t *testing.T) {
	for _, row := range []struct{ header, body, want, text string }{
		{"AccessDeniedException:http://internal.amazon.com/coral/", "", "AccessDeniedException", ""},
		{"AccessDeniedException", `{"Message":"no"}`, "AccessDeniedException", "no"},
		{"", `{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"bad"}`,
			"UnrecognizedClientException", "bad"},
		{"", `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>bad.</Message></Error></ErrorResponse>`, "InvalidClientTokenId", "bad."},
		{"", `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`, "NoSuchKey", ""},
		{"", "not an error", "", ""},
		{"", "<a><Code>", "", ""},
	} {
		h := http.Header{}
		if row.header != "" {
			h.Set("x-amzn-ErrorType", row.header)
		}
		if got, text := errorOf(h, []byte(row.body)); got != row.want || text != row.text {
			t.Errorf("%q %q: %q %q, want %q %q", row.header, row.body, got, text, row.want, row.text)
		}
	}
}

func TestBadTargets(t *testing.T) {
	for _, target := range []Target{{}, {Endpoint: "localhost:4566", KeyID: "a", Secret: "b"},
		{Endpoint: "http://127.0.0.1:1"},
		{Endpoint: "http://127.0.0.1:1", KeyID: "a", Secret: "b", Claims: []string{"Lightsail"}}} {
		if _, err := Probe(t.Context(), target); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v", target, err)
		}
	}
}
