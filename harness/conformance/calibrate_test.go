package conformance

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
)

const ownKey = "AKIAIOSFODNN7EXAMPLE"

// planted is a mock in AWS's place that answers some questions otherwise than the
// tables say.
func planted(t *testing.T, change func(e *mockaws.Exchange, w http.ResponseWriter, status int, body []byte) (int,
	[]byte)) string {
	t.Helper()
	s := mockaws.New()
	_, err := s.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: "444455556666",
		Users: []iam.UserSeed{{Name: "u", Keys: []iam.KeySeed{{ID: ownKey}}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := httptest.NewRecorder()
		s.ServeHTTP(seen, r)
		all := s.Journal().Since(0)
		for name, values := range seen.Header() {
			w.Header().Set(name, values[0])
		}
		status, body := change(&all[len(all)-1], w, seen.Code, seen.Body.Bytes())
		w.Header().Del("Content-Length")
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}))
	t.Cleanup(web.Close)
	return web.URL
}

// TestCalibration: against a mock that answers as the tables say, each row is confirmed;
// what was planted is contradicted, and nothing else; what has no table is new.
func TestCalibration(t *testing.T) {
	same := func(_ *mockaws.Exchange, _ http.ResponseWriter, status int, body []byte) (int, []byte) {
		return status, body
	}
	run := func(c Calibration) []Reading {
		t.Helper()
		list, err := c.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	list := run(Calibration{Endpoint: planted(t, same), KeyID: ownKey})
	count := Tally(list)
	if count[Contradicted]+count[Unread] != 0 || count[Confirmed] < 100 || count[New] < 50 {
		t.Errorf("%v", count)
	}
	for _, r := range list {
		if r.Result == Contradicted || r.Result == Unread {
			t.Errorf("%+v", r)
		}
		if r.Evidence == "" || r.Day == "" || strings.Contains(r.AWS.Text, ownKey) {
			t.Errorf("%+v", r)
		}
	}
	without := run(Calibration{Endpoint: planted(t, same)})
	if len(without) >= len(list) {
		t.Errorf("%d questions with a key, %d without", len(list), len(without))
	}
	change := func(e *mockaws.Exchange, w http.ResponseWriter, status int, body []byte) (int, []byte) {
		switch {
		case e.Service == "STS" && e.Code == "InvalidClientTokenId":
			return status, bytes.Replace(body, []byte("invalid"), []byte("unknown"), 1)
		case e.Service == "KMS" && e.Code == "MissingAuthenticationTokenException":
			return http.StatusForbidden, body
		case e.Service == "S3" && e.Code == "RequestTimeTooSkewed":
			w.Header().Del("X-Amz-Request-Id")
		case e.Service == "Kinesis" && e.Code == "MissingAuthenticationTokenException":
			return http.StatusTeapot, body
		}
		return status, body
	}
	got := map[string]Result{}
	for _, r := range run(Calibration{Endpoint: planted(t, change), KeyID: ownKey}) {
		if r.Result != Confirmed && (r.Result != New || r.AWS.Status == http.StatusTeapot) {
			got[r.Service+" "+r.Case] = r.Result
		}
	}
	want := map[string]Result{
		"STS unknown key": Contradicted, "STS malformed token": Contradicted, "KMS no signature": Contradicted,
		"S3 clock an hour slow": Unread, "S3 clock an hour fast": Unread, "Kinesis no signature": New,
	}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
	for name, result := range want {
		if got[name] != result {
			t.Errorf("%s: %q, want %q", name, got[name], result)
		}
	}
	if _, err := (Calibration{Endpoint: "http://127.0.0.1:1", Services: []string{"Lightsail"}}).Run(
		t.Context()); err == nil ||
		!strings.Contains(err.Error(), "asked are: STS") {
		t.Errorf("an unknown service: %v", err)
	}
}

// TestHostsOfCalibration: without an endpoint of one's own, AWS's are asked.
func TestHostsOfCalibration(t *testing.T) {
	hosts, err := Calibration{Region: "eu-west-1"}.Hosts()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"sts.eu-west-1.amazonaws.com", "iam.amazonaws.com",
		"kinesis.eu-west-1.amazonaws.com"} {
		if !strings.Contains(strings.Join(hosts, " "), want) {
			t.Errorf("%v lacks %s", hosts, want)
		}
	}
}
