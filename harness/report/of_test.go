package report

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// TestOfARun: what else the program did has a line each, and the ledger its rows, with the
// calls numbered as the report numbers them.
func TestOfARun(t *testing.T) {
	host, err := fixtures.Builtin().Host("local")
	if err != nil {
		t.Fatal(err)
	}
	r := &ledger.Result{Subject: "node a.mjs", Isolation: "sandbox", Mock: "embedded", ExitCode: 3,
		Stderr:    []byte("Error: it broke\n"),
		Exchanges: []exchange.Exchange{{Seq: 7, Call: "s3:ListBuckets"}},
		Lookups:   []metadata.Lookup{{Endpoint: "meta", Method: "GET", Path: "/latest", Status: 401}},
		Refused: []isolation.Attempt{
			{Addr: netip.MustParseAddr("10.0.0.5"), Port: 80, Network: "tcp", Count: 1},
			{Addr: netip.MustParseAddr("127.0.0.1"), Port: 99, Network: "tcp", Count: 1},
		},
		Unrecorded:  7,
		TLSFailures: []isolation.TLSFailure{{Name: "s3.amazonaws.com", Problem: "unknown CA", Count: 1}},
		Ledger: []ledger.Row{{There: true, Offer: fixtures.Offer{Name: "a place", Variables: []string{"V"}},
			Asked: ledger.Asked{Seen: true, Count: 1, Answers: []string{"200"}}, Used: []int64{7}}},
		Diagnosis: ledger.Diagnosis{Findings: []ledger.Finding{
			{Kind: "late", Hazard: true, What: "It may end in call #7.", Change: "Renew it."},
			{Kind: "bad", Seq: 7, What: "Call #7 was refused.", Why: "Why.", Change: "Change.", Source: "https://s",
				Confidence: "L"},
		}},
	}
	run, _ := Of(r, host)
	want := []string{
		"asked the host's endpoint meta: GET /latest: 401",
		"tried to reach 10.0.0.5:80 (tcp): refused, for nothing may leave",
		"called itself at 127.0.0.1:99 (tcp): nothing listened there",
		"refused besides, too fast to be listed: 7 connections",
		"TLS to s3.amazonaws.com came to nothing: unknown CA",
	}
	if !slices.Equal(run.Elsewhere, want) {
		t.Errorf("elsewhere\n%s\nwant\n%s", strings.Join(run.Elsewhere, "\n"), strings.Join(want, "\n"))
	}
	if row := (Row{"a place", "V", "once: 200", "call #1"}); len(run.Ledger) != 1 || run.Ledger[0] != row {
		t.Errorf("ledger %+v, want %+v", run.Ledger, row)
	}
	findings := []Finding{
		{"bad", false, 1, "Call #1 was refused.", "Why.", "Change.", "https://s", "L"},
		{"late", true, 0, "It may end in call #1.", "", "Renew it.", "", ""},
	}
	if !slices.Equal(run.Findings, findings) {
		t.Errorf("findings %+v, want %+v", run.Findings, findings)
	}
	if run.Command != "node a.mjs" || run.Isolation != "sandbox" || run.Mock != "embedded" || run.ExitCode != 3 ||
		run.Error != "Error: it broke" {
		t.Errorf("got %+v", run)
	}
	if run, _ := Of(&ledger.Result{}, host); run.Error != "" || len(run.Elsewhere) != 0 {
		t.Errorf("of nothing: %+v", run)
	}
}

func TestCheckDir(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	made := filepath.Join(dir, "a", "b")
	for path, says := range map[string]string{
		made: "", dir: "", file: "file is a file: name a folder", filepath.Join(file,
			"below"): "the folder cannot be made",
	} {
		if err := CheckDir(path); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", path, err, says)
		}
	}
	if left, err := os.ReadDir(made); err != nil || len(left) != 0 {
		t.Errorf("%v, %v: want an empty folder", left, err)
	}
}
