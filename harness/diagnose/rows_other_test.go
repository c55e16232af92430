package diagnose

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// What was asked for and the host does not offer has rows, each sort of its own, and
// so has a file that leads to credentials.
func TestRowsOfOtherThings(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	token := ledger.FileAccess{Path: "/here/token", Declared: "/run/token", Seen: true}
	tool := ledger.FileAccess{Path: "/here/bin/print", Declared: "~/bin/print", Program: true, Seen: true, Count: 2,
		First: at, Last: at.Add(time.Second)}
	profile := ledger.FileAccess{Path: "/here/config", Declared: "~/.aws/config"}
	r := &ledger.Result{
		Environment: []ledger.Variable{{Name: "TOKEN_FILE", Value: "/here/token"}},
		Files:       []ledger.FileAccess{token, tool, profile},
		Refused: []isolation.Attempt{
			{Name: "sts.example.com", Addr: netip.MustParseAddr("192.0.2.1"), Port: 8443, Network: "tcp", Count: 3,
				Time: at},
			{Addr: netip.MustParseAddr("169.254.169.254"), Port: 80, Network: "tcp", Count: 1, Time: at},
			{Name: "typo.example.com", Network: "dns", Count: 1, Time: at},
		},
		NameFailures: []ledger.NameFailure{{Name: "sts.amazonaws.com", Time: at}, {Name: "sts.amazonaws.com",
			Time: at}},
		TLSFailures: []isolation.TLSFailure{{Name: "sts.amazonaws.com", Problem: "unknown certificate authority",
			Count: 2}},
		Probes: []ledger.Probe{{Target: "instance metadata", Method: "PUT", Time: at}},
	}
	_, rows := Run(r, Known{})
	for i, want := range []struct {
		sort  ledger.Sort
		name  string
		asked string
	}{
		{ledger.OfPlace, "instance metadata", "2 times, version 2: nothing there; connection refused"},
		{ledger.OfFile, "the file /run/token", "never"},
		{ledger.OfProcess, "the file ~/bin/print", "2 times: started"},
		{ledger.OfFile, "the file ~/.aws/config", "not seen"},
		{ledger.OfName, "sts.amazonaws.com", "2 times: did not resolve, on purpose"},
		{ledger.OfPort, "sts.example.com port 8443", "3 times: connection refused"},
		{ledger.OfName, "typo.example.com", "once: looked up, and not called"},
		{ledger.OfTLS, "sts.amazonaws.com", "2 times: TLS failed: unknown certificate authority"},
	} {
		if i >= len(rows) {
			t.Fatalf("%d rows, and none %s", len(rows), want.name)
		}
		row := &rows[i]
		if row.Sort != want.sort || row.Offer.Name != want.name || row.Asked.String() != want.asked {
			t.Errorf("row %d: %s %q, asked %q, want %+v", i, row.Sort, row.Offer.Name, row.Asked.String(), want)
		}
	}
	if got := rows[1].Offer.Variables; !slices.Equal(got, []string{"TOKEN_FILE"}) {
		t.Errorf("what leads to the token is %v", got)
	}
	if !rows[2].Asked.First.Equal(tool.First) || !rows[2].Asked.Last.Equal(tool.Last) {
		t.Errorf("started at %v and %v", rows[2].Asked.First, rows[2].Asked.Last)
	}
}

// A place that is a file was asked if the file was opened, and that is not known where
// nothing watched it.
func TestRowsOfFiles(t *testing.T) {
	offers := []Offered{{Offer: fixtures.Offer{Kind: fixtures.OfferFile, Name: "keys",
		Files: []string{"~/.aws/credentials"}}}}
	for _, row := range []struct {
		file ledger.FileAccess
		want string
	}{
		{ledger.FileAccess{Declared: "~/.aws/credentials", Seen: true}, "never"},
		{ledger.FileAccess{Declared: "~/.aws/credentials", Seen: true, Count: 1}, "once: opened"},
		{ledger.FileAccess{Declared: "~/.aws/credentials"}, "not seen"},
		{ledger.FileAccess{Declared: "~/.aws/config", Seen: true, Count: 1}, "not seen"},
	} {
		_, rows := Run(&ledger.Result{Files: []ledger.FileAccess{row.file}}, Known{Offers: offers})
		if got := rows[0].Asked.String(); got != row.want {
			t.Errorf("%+v: %q, want %q", row.file, got, row.want)
		}
	}
}

// What a place has handed out has its time: calls after its end, and calls with old
// credentials after the place gave new ones.
func TestIssues(t *testing.T) {
	at := func(second int) time.Time { return time.Date(2026, 11, 30, 12, 0, second, 0, time.UTC) }
	call := func(seq int64, second int, key string) mockaws.Exchange {
		return mockaws.Exchange{Seq: seq, Time: at(second), Verdict: verdict.Verdict{Accepted: true},
			Presented: mockaws.Presented{Scheme: "sigv4", KeyID: key}}
	}
	assumed := call(5, 6, "ASIA2")
	assumed.Issued, assumed.IssuedUntil = "ASIA3", at(7)
	r := &ledger.Result{
		Lookups: []metadata.Lookup{
			{Time: at(0), Endpoint: "task", Status: 200, KeyID: "ASIA1"},
			{Time: at(1), Endpoint: "task", Status: 200, KeyID: "ASIA1"},
			{Time: at(5), Endpoint: "task", Status: 200, KeyID: "ASIA2"},
			{Time: at(5), Endpoint: "other", Status: 200, KeyID: "ASIA9"},
		},
		Exchanges: []mockaws.Exchange{
			call(1, 1, "ASIA1"), call(2, 6, "ASIA1"), call(3, 8, "ASIA1"), call(4, 8, "ASIA2"), assumed,
			call(6, 9, "ASIA3"),
		},
	}
	offers := []Offered{{Offer: fixtures.Offer{Kind: fixtures.OfferEndpoint, Name: "task", Endpoint: "task"},
		KeyIDs: []string{"ASIA1", "ASIA2"}}}
	_, rows := Run(r, Known{Offers: offers, Ends: map[string]time.Time{"ASIA1": at(8), "ASIA2": at(60)}})
	got := rows[0].Issued
	if len(got) != 3 {
		t.Fatalf("%d sets: %+v", len(got), got)
	}
	for i, want := range []struct {
		key                    string
		count                  int
		end                    time.Time
		used, late, superseded []int64
	}{
		{"ASIA1", 2, at(8), []int64{1, 2, 3}, []int64{3}, []int64{2, 3}},
		{"ASIA2", 1, at(60), []int64{4, 5}, nil, nil},
		{"ASIA3", 1, at(7), []int64{6}, []int64{6}, nil},
	} {
		g := got[i]
		if g.KeyID != want.key || g.Count != want.count || !g.End.Equal(want.end) || !slices.Equal(g.Used, want.used) ||
			!slices.Equal(g.Late, want.late) || !slices.Equal(g.Superseded, want.superseded) {
			t.Errorf("got %+v\nwant %+v", g, want)
		}
	}
	const usage = "call #1, #2, #3, #4 and 2 more; after its end in call #3, #6; after newer ones in call #2; " +
		"3 sets given"
	if got := rows[0].Usage(); got != usage {
		t.Errorf("used %q\nwant %q", got, usage)
	}
}
