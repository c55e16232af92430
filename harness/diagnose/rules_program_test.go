package diagnose

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

var (
	metadataAddress = isolation.Attempt{Addr: netip.MustParseAddr("169.254.169.254"), Port: 80, Network: "tcp", Count: 2}
	someAddress     = isolation.Attempt{Addr: netip.MustParseAddr("203.0.113.7"), Port: 5432, Network: "tcp", Count: 1}
	acceptedCall    = mockaws.Exchange{Seq: 1, Call: "s3:ListBuckets", Verdict: verdict.Verdict{Accepted: true}}
	refusedCall     = mockaws.Exchange{Seq: 1, Call: "bedrock:Converse",
		Verdict: verdict.Verdict{Refusal: verdict.Refuse(verdict.StageAuthenticate, verdict.KeyUnknown, "no such key")}}
	refusedRole = mockaws.Exchange{Seq: 1, Call: "sts:AssumeRoleWithWebIdentity",
		Verdict: verdict.Verdict{Refusal: verdict.Refuse(verdict.StageAuthenticate, verdict.KeyUnknown, "no such token")}}
)

// TestRulesOfTheRun has for each kind of run the one finding about the run as a
// whole, or none.
func TestRulesOfTheRun(t *testing.T) {
	for _, row := range []struct {
		name   string
		result ledger.Result
		kind   ledger.Kind // empty: silent
		says   string      // in the finding
		hides  string      // and what must not be in it
	}{
		{"a quiet program", ledger.Result{}, "", "", ""},
		{"a program that calls", ledger.Result{Exchanges: []mockaws.Exchange{acceptedCall}}, "", "", ""},

		{"an exit code and nothing else", ledger.Result{ExitCode: 7}, ProgramFailed, "exit code 7. It printed nothing", "AWS_ACCESS_KEY_ID"},
		{"an error of its own", ledger.Result{ExitCode: 1, Stderr: []byte("Error: connect ECONNREFUSED 127.0.0.1:5432")}, ProgramFailed,
			`"Error: connect ECONNREFUSED 127.0.0.1:5432"`, "AWS_ACCESS_KEY_ID"},
		{"a module that is missing, of a name like ours", ledger.Result{ExitCode: 1,
			Stderr: []byte("Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@aws-sdk/credential-providers' imported from /app/a.mjs")},
			ProgramFailed, "It lacks the module @aws-sdk/credential-providers.", "AWS_ACCESS_KEY_ID"},
		{"Python", ledger.Result{ExitCode: 1, Stderr: []byte("ModuleNotFoundError: No module named 'boto3'")}, ProgramFailed, "It lacks the module boto3.", ""},
		{"Go that does not compile", ledger.Result{ExitCode: 1, Stderr: []byte("# command-line-arguments\n./a.go:2:14: declared and not used: x\n")},
			ProgramFailed, "It does not compile: ./a.go:2:14: declared and not used: x.", ""},
		{"a command that is missing", ledger.Result{ExitCode: 127, Stderr: []byte("sh: 1: nexxt: not found")}, ProgramFailed, "not on PATH", ""},
		{"a crash", ledger.Result{ExitCode: -1, Signal: "segmentation fault"}, ProgramFailed, "ended by signal segmentation fault", ""},

		{"no credentials", ledger.Result{ExitCode: 1, Stderr: []byte("CredentialsProviderError: Could not load credentials from any providers")},
			NoCall, "before it made any AWS call", ""},
		{"words that nobody knows", ledger.Result{ExitCode: 1, Stderr: []byte("fatal: the secret of the bucket store is unset")}, NoCall,
			`"fatal: the secret of the bucket store is unset"`, ""},
		{"a silent search", ledger.Result{ExitCode: 1, Refused: []isolation.Attempt{metadataAddress}}, NoCall,
			"instance metadata at 169.254.169.254, which this host does not have", ""},
		{"no credentials, as far as it is seen", ledger.Result{ExitCode: 1, Isolation: "endpoint", Stderr: []byte("Unable to locate credentials")},
			NoCall, "no AWS call of it reached the mock", "before it made any"},
		{"an unknown error, as far as it is seen", ledger.Result{ExitCode: 1, Isolation: "endpoint", Stderr: []byte("boom")},
			ProgramFailed, "has called the real network, unseen", "made no AWS call"},
		{"TLS that came to nothing", ledger.Result{ExitCode: 1, Stderr: []byte("aws: handshake"),
			TLSFailures: []isolation.TLSFailure{{Name: "sts.amazonaws.com", Problem: "EOF", Count: 1}}}, NoCall,
			"its connection to sts.amazonaws.com ended in the TLS handshake", "failed before"},
		{"a certificate that was refused without a word", ledger.Result{ExitCode: 1,
			TLSFailures: []isolation.TLSFailure{{Name: "sts.amazonaws.com", Problem: "remote error: tls: unknown certificate authority"}}},
			UntrustedCA, "refused the certificate of sts.amazonaws.com", ""},

		{"a failure that was caught", ledger.Result{Stdout: []byte("500 Could not load credentials from any providers")}, SwallowedFailure,
			`it printed "500 Could not load credentials from any providers", and ended with exit code 0`, ""},
		{"in words that nobody knows", ledger.Result{Stdout: []byte("warn: missing access key id, skipping upload")}, SwallowedFailure,
			"seems to have found no credentials", ""},
		{"a silent search that was caught", ledger.Result{Refused: []isolation.Attempt{metadataAddress}}, SwallowedFailure,
			"asked for credentials, got none and made no AWS call", ""},
		{"a search that ended well", ledger.Result{Refused: []isolation.Attempt{metadataAddress}, Exchanges: []mockaws.Exchange{acceptedCall}}, "", "", ""},
		{"a chain that says what it skipped", ledger.Result{Stdout: []byte("debug: no credentials in the environment, next"),
			Exchanges: []mockaws.Exchange{acceptedCall}}, "", "", ""},
		{"one call of two", ledger.Result{Stderr: []byte("NoCredentialsError: Unable to locate credentials"),
			Exchanges: []mockaws.Exchange{acceptedCall}}, SwallowedFailure, "and went on", ""},
		{"one call of two, and the program ended with it", ledger.Result{ExitCode: 1, Stderr: []byte("Unable to locate credentials"),
			Exchanges: []mockaws.Exchange{acceptedCall}}, SwallowedFailure, "for all that it wanted to do", "went on"},
		{"an exchange at STS that was refused", ledger.Result{ExitCode: 1, Stderr: []byte("failed to refresh cached credentials, AssumeRole"),
			Exchanges: []mockaws.Exchange{refusedRole}}, "", "", ""},
		{"credentials that were handed out and not used", ledger.Result{Lookups: []metadata.Lookup{{KeyID: "ASIA", Status: 200}},
			Refused: []isolation.Attempt{metadataAddress}}, "", "", ""},
		{"another service that is out of reach", ledger.Result{Refused: []isolation.Attempt{someAddress}}, "", "", ""},
		{"a word about tokens of another kind", ledger.Result{Stdout: []byte("used 12 tokens, no errors")}, "", "", ""},

		{"a server that nobody called", ledger.Result{TimedOut: true, ExitCode: -1, Duration: 2 * time.Second, Listening: []uint16{3000, 9229}},
			UncalledServer, "listened at port 3000, 9229", ""},
		{"a program that only waits", ledger.Result{TimedOut: true, ExitCode: -1, Duration: 2 * time.Second}, NoCall, "(2s) was up before", ""},
		{"a server at another port", ledger.Result{Port: 3000, Stopped: true, Listening: []uint16{8080}, Visits: []ledger.Visit{{Path: "/", Problem: "gone"}}},
			NotServing, "listened at port 8080", ""},
		{"a server that fails at its start", ledger.Result{Port: 3000, ExitCode: 1, Stderr: []byte("Error: Cannot find module 'next'"),
			Visits: []ledger.Visit{{Path: "/", Problem: "gone"}}}, ProgramFailed, "It lacks the module next.", ""},
		{"a server that answers", ledger.Result{Port: 3000, Stopped: true, Visits: []ledger.Visit{{Method: "GET", Path: "/", Status: 200}}}, "", "", ""},
		{"a page that is not there", ledger.Result{Port: 3000, Stopped: true, Visits: []ledger.Visit{{Method: "GET", Path: "/", Status: 404}}}, "", "", ""},
		{"an answer that tells", ledger.Result{Port: 3000, Stopped: true,
			Visits: []ledger.Visit{{Method: "GET", Path: "/f", Status: 500, Body: []byte(`{"error":"Could not load credentials from any providers"}`)}}},
			SwallowedFailure, "GET /f was answered 500 Internal Server Error", ""},
		{"an answer that tells, after a refused call", ledger.Result{Port: 3000, Stopped: true, Exchanges: []mockaws.Exchange{refusedCall},
			Visits: []ledger.Visit{{Method: "GET", Path: "/f", Status: 500, Body: []byte("CredentialsProviderError: Could not load credentials from any providers")}}},
			SwallowedFailure, "GET /f was answered 500 Internal Server Error: the program found no credentials", ""},
		{"an answer that does not tell", ledger.Result{Port: 3000, Stopped: true, Visits: []ledger.Visit{{Method: "GET", Path: "/f", Status: 502, Body: []byte("oops")}}},
			ServerError, `GET /f was answered 502 Bad Gateway, with "oops"`, ""},
		{"an answer after a refused call", ledger.Result{Port: 3000, Stopped: true, Exchanges: []mockaws.Exchange{refusedCall},
			Visits: []ledger.Visit{{Method: "GET", Path: "/f", Status: 500}}}, ServerError, "bedrock:Converse was refused (call #1) in this run, at another time", ""},
		{"an answer that a refused call explains", ledger.Result{Port: 3000, Stopped: true, Exchanges: []mockaws.Exchange{refusedCall},
			Visits: []ledger.Visit{{Method: "GET", Path: "/f", Status: 500, Calls: []int64{1}}}}, "", "", ""},
		{"an answer that broke off", ledger.Result{Port: 3000, Stopped: true, Visits: []ledger.Visit{{Method: "GET", Path: "/f", Status: 200, Problem: "its body broke off: EOF"}}},
			ServerError, "its body broke off", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := row.result
			r.Host = "somewhere"
			if r.Isolation == "" {
				r.Isolation = string(isolation.Sandbox)
			}
			d := &diagnosis{result: &r, env: ledger.NewEnvironment(nil)}
			d.judgeRun()
			if row.kind == "" {
				if len(d.out.Findings) > 0 {
					t.Errorf("says %+v, want nothing", d.out.Findings)
				}
				return
			}
			if len(d.out.Findings) != 1 || d.out.Findings[0].Kind != row.kind {
				t.Fatalf("finds %+v, want one of kind %s", d.out.Findings, row.kind)
			}
			said := d.out.Findings[0].Paragraph()
			if !strings.Contains(said, row.says) || row.hides != "" && strings.Contains(said, row.hides) {
				t.Errorf("says %q, want %q in it and not %q", said, row.says, row.hides)
			}
			if d.out.Findings[0].Change == "" {
				t.Error("says nothing of what to change")
			}
		})
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
