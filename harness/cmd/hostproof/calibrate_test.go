package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/conformance"
	"github.com/hostproof/hostproof/mockaws"
)

// otherwise is a mock in AWS's place whose STS answers keys that do not exist with 418.
func otherwise(t *testing.T) string {
	t.Helper()
	s := mockaws.New()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := httptest.NewRecorder()
		s.ServeHTTP(seen, r)
		for name, values := range seen.Header() {
			w.Header().Set(name, values[0])
		}
		if strings.Contains(seen.Body.String(), "InvalidClientTokenId") {
			seen.Code = http.StatusTeapot
		}
		w.WriteHeader(seen.Code)
		_, _ = w.Write(seen.Body.Bytes())
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// TestCalibrate prints what differs from the mock's table, and as JSON all that was read.
func TestCalibrate(t *testing.T) {
	args := []string{"probe", "--calibrate", "--endpoint", otherwise(t), "--service", "STS", "--service", "Kinesis"}
	code, out, errOut := try(t, args...)
	if code != exitRefused || !strings.Contains(out, "STS GetCallerIdentity") ||
		!strings.Contains(out, "AWS answers 418 InvalidClientTokenId, the mock 403 InvalidClientTokenId (recorded)") ||
		strings.Count(out, "  contradicted  ") != 2 || !strings.Contains(out, "2 contradicted; 13 new; 0 without") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
	code, out, errOut = try(t, append(args, "--json")...)
	var got calibration
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitRefused {
		t.Fatalf("exit %d: %v: %s%s", code, err, out, errOut)
	}
	if got.Tally[conformance.Contradicted] != 2 || len(got.Readings) != 26 || got.Models.Version == "" ||
		got.Version == "" {
		t.Errorf("%+v", got.Tally)
	}
	for _, row := range []struct {
		args []string
		says string
	}{
		{[]string{"probe", "--calibrate", "--secret-from-env", "X"},
			"--secret-from-env has no effect with --calibrate"},
		{[]string{"probe", "--calibrate", "--service", "Lightsail"}, "asked are: STS"},
		{[]string{"probe", "--calibrate", "--endpoint", "nowhere"}, "is no URL"},
		{[]string{"probe", "--endpoint", "http://127.0.0.1:1"}, "--key-id is missing"},
	} {
		if code, out, errOut = try(t, row.args...); code != exitUsage || !strings.Contains(errOut, row.says) {
			t.Errorf("%v: exit %d: %s%s", row.args, code, out, errOut)
		}
	}
}
