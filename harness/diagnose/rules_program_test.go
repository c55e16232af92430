package diagnose

import (
	"cmp"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

var (
	acceptedCall = mockaws.Exchange{Seq: 1, Call: "s3:ListBuckets", Verdict: verdict.Verdict{Accepted: true}}
	refusedCall  = refusedAt(mockaws.Exchange{Seq: 1, Call: "bedrock:Converse"}, "no such key")
)

// exampleCalls are the calls that rows name.
var exampleCalls = map[string]mockaws.Exchange{
	"accepted": acceptedCall,
	"refused":  refusedCall,
	"struck at STS": {Seq: 1, Call: "sts:AssumeRoleWithWebIdentity", Verdict: verdict.Verdict{Accepted: true},
		Fault: &fault.Fault{Kind: fault.KindTruncate}},
	"refused by STS": refusedAt(mockaws.Exchange{Seq: 1, Call: "sts:AssumeRoleWithWebIdentity"}, "no such token"),
}

func refusedAt(e mockaws.Exchange, why string) mockaws.Exchange {
	e.Verdict.Refusal = verdict.Because(verdict.StageAuthenticate, verdict.UnknownKey{}, why)
	return e
}

// runRow is a run in testdata/runs.yaml, and what is to be said of it.
type runRow struct {
	Name      string
	ExitCode  int `yaml:"exitCode"`
	Signal    string
	TimedOut  bool `yaml:"timedOut"`
	Isolation string
	Stdout    string
	Stderr    string
	Calls     []string // accepted, refused, refused by STS
	Refused   []string // addresses
	HandedOut bool     `yaml:"handedOut"` // an endpoint gave credentials
	TLS       string   // the problem of a handshake
	Port      uint16
	Listening []uint16
	Visits    []struct {
		Path, Problem, Body string
		Status              int
		Calls               []int64
	}
	Kind  ledger.Kind
	Says  string
	Hides string // what must not be said
}

// result is the run as the harness would have it.
func (row *runRow) result() *ledger.Result {
	r := &ledger.Result{
		Host: "somewhere", Isolation: cmp.Or(row.Isolation, string(isolation.Sandbox)), Duration: 2 * time.Second,
		ExitCode: row.ExitCode, Signal: row.Signal, TimedOut: row.TimedOut,
		Stdout: []byte(row.Stdout), Stderr: []byte(row.Stderr),
		Port: row.Port, Listening: row.Listening, Stopped: row.Port != 0 && row.ExitCode == 0,
	}
	for _, call := range row.Calls {
		e, known := exampleCalls[call]
		if !known {
			panic("no call is named " + call)
		}
		r.Exchanges = append(r.Exchanges, e)
	}
	for _, address := range row.Refused {
		a := isolation.Attempt{Addr: netip.MustParseAddr(address), Port: 80, Network: "tcp", Count: 1}
		r.Refused = append(r.Refused, a)
	}
	if row.HandedOut {
		r.Lookups = []metadata.Lookup{{KeyID: "ASIA", Status: 200}}
	}
	if row.TLS != "" {
		r.TLSFailures = []isolation.TLSFailure{{Name: "sts.amazonaws.com", Problem: row.TLS, Count: 1}}
	}
	for _, v := range row.Visits {
		r.Visits = append(r.Visits, ledger.Visit{
			Method: "GET", Path: v.Path, Status: v.Status, Problem: v.Problem, Body: []byte(v.Body), Calls: v.Calls,
		})
	}
	return r
}

func TestRulesOfTheRun(t *testing.T) {
	f, err := os.Open("testdata/runs.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []runRow
	decoder := yaml.NewDecoder(f)
	decoder.KnownFields(true)
	if err := decoder.Decode(&rows); err != nil || len(rows) < 30 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for i := range rows {
		t.Run(rows[i].Name, rows[i].check)
	}
}

func (row *runRow) check(t *testing.T) {
	d := &diagnosis{result: row.result(), env: ledger.NewEnvironment(nil)}
	d.judgeRun()
	if row.Kind == "" {
		if len(d.out.Findings) > 0 {
			t.Errorf("says %+v, want nothing", d.out.Findings)
		}
		return
	}
	if len(d.out.Findings) != 1 || d.out.Findings[0].Kind != row.Kind {
		t.Fatalf("finds %+v, want one of kind %s", d.out.Findings, row.Kind)
	}
	said := d.out.Findings[0].Paragraph()
	if !strings.Contains(said, row.Says) || row.Hides != "" && strings.Contains(said, row.Hides) {
		t.Errorf("says %q, want %q in it and not %q", said, row.Says, row.Hides)
	}
	if d.out.Findings[0].Change == "" {
		t.Error("says nothing of what to change")
	}
}

// TestFine: what only looks fine is not.
func TestFine(t *testing.T) {
	problem := ledger.Diagnosis{Findings: []ledger.Finding{{Kind: SwallowedFailure}}}
	hazard := ledger.Diagnosis{Findings: []ledger.Finding{{Kind: LongTermKey, Hazard: true}}}
	for _, row := range []struct {
		name   string
		result ledger.Result
		fine   bool
	}{
		{"quiet", ledger.Result{}, true},
		{"accepted", ledger.Result{Exchanges: []mockaws.Exchange{acceptedCall}}, true},
		{"a hazard", ledger.Result{Diagnosis: hazard}, true},
		{"refused", ledger.Result{Exchanges: []mockaws.Exchange{refusedCall}}, false},
		{"a problem", ledger.Result{Diagnosis: problem}, false},
		{"failed", ledger.Result{ExitCode: 1}, false},
		{"its time was up", ledger.Result{TimedOut: true}, false},
	} {
		if got := row.result.Fine(); got != row.fine {
			t.Errorf("%s: fine %t, want %t", row.name, got, row.fine)
		}
	}
}
