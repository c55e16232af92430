package mockaws_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws"
)

// TestSynthesisAsksIAM: an operation of which a table has nothing but its name is allowed by
// that name, also where its answer is made up.
func TestSynthesisAsksIAM(t *testing.T) {
	for allowed, want := range map[string]int{"iam:AttachGroupPolicy": http.StatusOK,
		"iam:GetUser": http.StatusForbidden} {
		server := mockaws.New(mockaws.WithSynthesis())
		seed := strings.Replace(unlistedSeed, "name: app,", "name: app, allow: ['"+allowed+"'],", 1)
		if err := seedOf(server, seed); err != nil {
			t.Fatal(err)
		}
		web := httptest.NewServer(server)
		defer web.Close()
		r, err := http.DefaultClient.Do(signedForm(t, web.URL, "iam",
			"Action=AttachGroupPolicy&GroupName=g&PolicyArn=a&Version=2010-05-08"))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("allowed %s: %d, want %d", allowed, r.StatusCode, want)
		}
	}
}

// TestSynthesis: an operation that AWS has and the mock does not implement is answered with
// an empty result where the mock was told so at its start, by a seed later on, and not where
// a seed takes it back; the caller is judged all the same.
func TestSynthesis(t *testing.T) {
	server := mockaws.New(mockaws.WithSynthesis())
	if err := seedOf(server, strings.Replace(unlistedSeed, "name: app,", `name: app, allow: ["*"],`, 1)); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	defer web.Close()
	ask := func(secret string) int {
		t.Helper()
		r := signedFor(t, web.URL, "monitoring.eu-west-3.amazonaws.com", http.MethodPost, "/", "monitoring", secret,
			"Action=DescribeAnomalyDetectors&Version=2010-08-01",
			http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if r.StatusCode == http.StatusOK && !strings.Contains(string(body), "DescribeAnomalyDetectorsResponse") {
			t.Errorf("got %s", body)
		}
		return r.StatusCode
	}
	for _, row := range []struct {
		seed, secret string
		status       int
	}{
		{"", rightSecret, http.StatusOK}, {"", wrongSecret, http.StatusForbidden},
		{"synthesize: false", rightSecret, http.StatusNotImplemented}, {"{}", rightSecret, http.StatusNotImplemented},
		{"synthesize: true", rightSecret, http.StatusOK},
	} {
		if row.seed != "" {
			if err := seedOf(server, row.seed); err != nil {
				t.Fatal(err)
			}
		}
		if status := ask(row.secret); status != row.status {
			t.Errorf("after %q: %d, want %d", row.seed, status, row.status)
		}
	}
}
