package admin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/wire"
)

// TestOperations: what each request of the management API changes, and how a bad one is
// answered.
func TestOperations(t *testing.T) {
	_, c, url := start(t)
	ctx := t.Context()
	if err := c.Healthy(ctx); err != nil {
		t.Error(err)
	}
	for _, row := range []struct{ method, path, body, has string }{
		{"GET", "/healthz", "", `{"status":"ok"}`},
		{"GET", "/v1/journal", "", "[]\n"},
		{"GET", "/v1/journal?since=0&wait=0&timeout=0s&limit=0", "", "[]\n"},
		{"POST", "/v1/faults", `{"kind": "drop", "call": "*", "times": 1}`, `"drop"`},
		{"GET", "/v1/faults", "", `"drop"`},
		{"DELETE", "/v1/faults", "", "{}\n"},
		{"GET", "/v1/faults", "", "null\n"},
		{"PUT", "/v1/clock", `{"offset": "1h"}`, `"offset":"1h0m0s"`},
		{"PUT", "/v1/clock", `{"advance": "15m"}`, `"offset":"1h15m0s"`},
		{"GET", "/v1/clock", "", `"offset":"1h15m0s"`},
		{"GET", "/v1/trail", "", "null\n"},
		{"GET", "/v1/issuers", "", "null\n"},
	} {
		status, got := ask(t, row.method, url+row.path, row.body, nil)
		if row.has == "{}\n" || row.has == "[]\n" || row.has == "null\n" {
			if strings.TrimSpace(got) != strings.TrimSpace(row.has) && strings.TrimSpace(got) != "[]" {
				t.Errorf("%s %s: %s", row.method, row.path, got)
			}
		}
		if status != 200 || !strings.Contains(got, strings.TrimSpace(row.has)) && row.has != "null\n" {
			t.Errorf("%s %s: %d %s, want %s", row.method, row.path, status, got, row.has)
		}
	}
	if d, err := c.ClockOffset(ctx); err != nil || d != 75*time.Minute {
		t.Errorf("%v, %v", d, err)
	}
	for n := range 3 {
		if err := c.RecordRefused(ctx, wire.Refused{Proto: "HTTP/1.1", Status: 400 + n,
			Answer: fmt.Sprintf("HTTP/1.1 %d", 400+n)}); err != nil {
			t.Error(err)
		}
	}
	for since, want := range map[int64]int{0: 3, 1: 2, 3: 0} {
		if all, err := c.Journal(ctx, since); err != nil || len(all) != want {
			t.Errorf("since %d: %d exchanges, %v", since, len(all), err)
		}
	}
	if _, got := ask(t, "GET", url+"/v1/journal?limit=2", "", nil); strings.Count(got, `"seq"`) != 2 {
		t.Errorf("a limit of 2: %s", got)
	}
	if status, _ := ask(t, "DELETE", url+"/v1/journal", "", nil); status != 200 {
		t.Errorf("got %d", status)
	}
	if all, err := c.Journal(ctx, 0); err != nil || len(all) != 0 {
		t.Errorf("%d exchanges after the journal was cleared, %v", len(all), err)
	}
	if err := c.AddFault(ctx, fault.Fault{Kind: "nap", Times: 1}); err == nil || !strings.Contains(err.Error(), "nap") {
		t.Errorf("got %v", err)
	}
}

// TestBadNumbers: counts begin at 0, and a time has a unit.
func TestBadNumbers(t *testing.T) {
	_, _, url := start(t)
	for _, query := range []string{"since=-1", "since=x", "wait=-1", "limit=1.5", "timeout=5", "limit=x"} {
		if status, got := ask(t, "GET", url+"/v1/journal?"+query, "", nil); status != 400 {
			t.Errorf("%s: %d %s", query, status, got)
		}
	}
	for _, body := range []string{"", "{}", `{"offset": "1"}`, `{"advance": "x"}`, `{"offset": "1h", "advance": "1h"}`,
		`{"other": 1}`} {
		if status, got := ask(t, "PUT", url+"/v1/clock", body, nil); status != 400 {
			t.Errorf("%s: %d %s", body, status, got)
		}
	}
	for _, path := range []string{"/v1/faults", "/v1/refused", "/v1/issuers", "/v1/tokens", "/v1/logins", "/v1/seed"} {
		for _, body := range []string{"x", `{"none": 1}`} {
			if status, got := ask(t, "POST", url+path, body, nil); status != 400 {
				t.Errorf("%s %s: %d %s", path, body, status, got)
			}
		}
	}
}
