package explain

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// TestTextOfAReport: each part of a report has its line, and a part that is not there has
// none.
func TestTextOfAReport(t *testing.T) {
	found := []ledger.Finding{{Kind: "a-kind", What: "It happened.", Why: "For a reason.", Change: "Change it.",
		Source: "https://example.com/", Confidence: "V"}}
	whole := Request{
		At: "entry 1", Method: "PUT", Host: "example.com", Path: "/key", Call: "s3:PutObject", Library: "boto3 1.0",
		KeyKind: "temporary", Account: "111122223333", TokenAccount: "444455556666", TokenKind: "of a role",
		Status: 403, Code: "Denied", Message: "no", Signature: "wrong", Findings: found,
		Presented: exchange.Presented{
			Scheme: "sigv4", KeyID: "ASIAX", ScopeDate: "20261130", ScopeRegion: "eu-west-1", ScopeService: "s3",
			Token:  &exchange.Opaque{Length: 400, Prefix: "IQoJ"},
			Bearer: &exchange.Opaque{Length: 100, Prefix: "ABSK"},
		},
		Explanation: &exchange.Explanation{CanonicalRequest: "PUT\n/key"},
	}
	for _, row := range []struct {
		name   string
		report Report
		want   string
	}{
		{"nothing", Report{Format: "text"}, "read as: text\n"},
		{"a request", Report{Format: "curl", Requests: []Request{whole}}, `read as: curl

s3:PutObject  PUT example.com/key
  at:        entry 1
  library:   boto3 1.0
  scheme:    sigv4
  key id:    ASIAX, temporary, of account 111122223333
  token:     400 characters, IQoJ…, of account 444455556666, of a role
  bearer:    100 characters, ABSK…
  scope:     20261130 eu-west-1 s3
  answer:    403 Denied: no
  signature: wrong
  canonical request as AWS has it:
    PUT
    /key

  a-kind
    It happened.
    why:    For a reason.
    change: Change it.
    see:    https://example.com/
`},
		{"little of a request", Report{Format: "har", Requests: []Request{{Method: "GET", Host: "h", Path: "/",
			Call:    "unknown",
			Message: "no", Presented: exchange.Presented{ScopeRegion: "eu-west-1"}}}}, `read as: har

unknown  GET h/
  scope:      eu-west-1 
  answer:    no

  nothing is wrong with it as far as can be seen from outside` + ": the secret was not given " +
			"(--secret-from-env NAME), so the signature was not checked\n"},
		{"a request that is well", Report{Format: "har", Requests: []Request{{Method: "GET", Host: "h", Path: "/",
			Call: "unknown", Status: 200, Signature: "valid", Presented: exchange.Presented{ScopeService: "s3"},
			Explanation: &exchange.Explanation{CanonicalRequest: "GET", Line: 1}}}}, `read as: har

unknown  GET h/
  scope:       s3
  answer:    200
  signature: valid

  nothing is wrong with it as far as can be seen from outside
`},
		{"a text", Report{Format: "text", Calls: []string{"s3:GetObject", "S3 ListBuckets"}, Findings: found,
			Reading: &Reading{
				Chain: []string{"outer", "inner"}, Tried: []string{"variables"}, Certain: []string{"this"},
				Unsure: []string{"that"}, Send: []string{"the log"}, Reproduce: "hostproof run",
				Hosts: []HostFit{{Host: "a", Title: "A host", Shown: []string{"x", "y"}}, {Host: "b", Title: "B",
					Shown: []string{"z"}}},
			}}, `read as: text
call:    s3:GetObject, S3 ListBuckets

what the messages mean
  a-kind
    It happened.
    why:    For a reason.
    change: Change it.
    see:    https://example.com/

the errors, as they were wrapped
  outer
  inner

what it says was tried
  variables

certain
  this

not certain
  that

if that does not settle it, send
  the log

hosts here that it fits
  a (A host): it shows x, y
  b (B): it shows z

reproduce it: hostproof run
`},
	} {
		t.Run(row.name, func(t *testing.T) {
			var b strings.Builder
			row.report.WriteText(&b)
			if b.String() != row.want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), row.want)
			}
		})
	}
}
