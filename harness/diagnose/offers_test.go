package diagnose

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	nodeKey = "ASIANODE"
	podKey  = "ASIAPOD"
)

// offersOf are the places of hosts with a role for the machine and others for the
// program.
func offersOf(kinds ...string) (out []Offered) {
	all := map[string]Offered{
		"machine": {
			Offer: fixtures.Offer{Kind: fixtures.OfferEndpoint, Name: "EC2 instance metadata", Endpoint: "metadata",
				Addresses: []string{"169.254.169.254:80"}, Role: "node", Machine: true},
			KeyIDs: []string{nodeKey},
		},
		"agent": {Offer: fixtures.Offer{Kind: fixtures.OfferEndpoint, Name: "the agent", Endpoint: "agent",
			Variables: []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI"}, Role: "app"}, KeyIDs: []string{podKey}},
		"token": {Offer: fixtures.Offer{Kind: fixtures.OfferWebIdentity, Name: "a token of cluster", Issuer: "cluster",
			Variables: []string{"AWS_WEB_IDENTITY_TOKEN_FILE"}, Role: "app"}},
		"ended": {Offer: fixtures.Offer{Kind: fixtures.OfferVariables, Name: "session build in variables",
			Variables: []string{"AWS_ACCESS_KEY_ID"}, Role: "build", Ended: true}},
		"platform": {Offer: fixtures.Offer{Kind: fixtures.OfferVariables, Name: "the platform's own credentials",
			Variables: []string{"AWS_SESSION_TOKEN"}, Platform: true}},
	}
	for _, k := range kinds {
		out = append(out, all[k])
	}
	return out
}

// leading are the variables that lead to these places.
var leading = []ledger.Variable{
	{Name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", SetBy: ledger.ByHost},
	{Name: "AWS_WEB_IDENTITY_TOKEN_FILE", SetBy: ledger.ByHost},
}

func refusedAs(principal, scheme, key string, reason verdict.Reason) mockaws.Exchange {
	e := mockaws.Exchange{
		Seq:       1,
		Call:      "s3:GetObject",
		Action:    "s3:GetObject",
		Status:    403,
		Code:      "AccessDenied",
		Message:   "Access Denied",
		Presented: mockaws.Presented{Scheme: scheme, KeyID: key},
	}
	e.Verdict.Principal = principal
	e.Verdict.Refusal = verdict.Bare(verdict.StageAuthorize, reason, "no policy allows it")
	return e
}

// TestOffersAndCalls compares what a host offers with what a program did.
func TestOffersAndCalls(t *testing.T) {
	const node = "arn:aws:sts::111122223333:assumed-role/node/i-1"
	asked := func(endpoint string, status int, behaviour string) metadata.Lookup {
		return metadata.Lookup{
			Endpoint:  endpoint,
			Method:    "GET",
			Path:      "/x",
			Status:    status,
			Behaviour: behaviour,
			Note:      "because",
		}
	}
	for _, row := range []struct {
		name   string
		offers []Offered
		result ledger.Result
		kind   ledger.Kind
		says   []string
		hides  string
	}{
		{"nobody's call to S3, version 1 of instance metadata asked", offersOf("machine"),
			ledger.Result{Exchanges: []mockaws.Exchange{refusedAs("anonymous", "none", "", verdict.Denied)},
				Lookups: []metadata.Lookup{asked("metadata", 401, "imds/token-missing")}},
			Unsigned, []string{"without any signature", "refused with 401", "Ask for a session token first"},
			"Allow s3:GetObject"},
		{"nobody's call, the agent never asked", offersOf("agent"),
			ledger.Result{Exchanges: []mockaws.Exchange{refusedAs("anonymous", "none", "", verdict.Denied)}},
			Unsigned, []string{"role app, by AWS_CONTAINER_CREDENTIALS_FULL_URI", "never asked there",
				"Have the program ask the agent"}, "Allow"},
		{"nobody's call on a host that offers nothing", offersOf("platform", "ended"),
			ledger.Result{Exchanges: []mockaws.Exchange{refusedAs("", "none", "", verdict.MissingAuthentication)}},
			Unsigned, []string{"found no credentials", "Give the client credentials"}, "This host has"},
		{"the node's role in place of the pod's", offersOf("agent", "machine"),
			ledger.Result{Exchanges: []mockaws.Exchange{refusedAs(node, "sigv4", nodeKey, verdict.Denied)},
				Lookups: []metadata.Lookup{asked("metadata", 200, "imds/value")}},
			WrongPrincipal, []string{"the role of the machine", "own role app", "never asked there", "Do not allow it"},
			""},
		{"the node's role in place of the service account's", offersOf("token", "machine"),
			ledger.Result{Exchanges: []mockaws.Exchange{refusedAs(node, "sigv4", nodeKey, verdict.Denied)}},
			WrongPrincipal, []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "no call used it"}, ""},
		{"the pod's own role, which may not", offersOf("agent", "machine"),
			ledger.Result{Exchanges: []mockaws.Exchange{refusedAs("arn:aws:sts::1:assumed-role/app/x", "sigv4", podKey,
				verdict.Denied)}},
			NotAllowed, []string{"which may not do this"}, "role of the machine"},
		{"the machine's role where there is no other", offersOf("machine"),
			ledger.Result{Exchanges: []mockaws.Exchange{refusedAs(node, "sigv4", nodeKey, verdict.Denied)}},
			NotAllowed, []string{"which may not do this"}, "of the machine"},
		{"no call, and the agent never asked", offersOf("agent"),
			ledger.Result{ExitCode: 1, Stderr: []byte("argument credentials cannot be null")},
			NoCall, []string{"never asked there", "Have the program ask the agent"}, ""},
		{"no call, and the agent refused", offersOf("agent"),
			ledger.Result{ExitCode: 1, Stderr: []byte("no credentials"), Lookups: []metadata.Lookup{asked("agent", 400,
				"")}},
			NoCall, []string{"asked there once: refused with 400, because"}, "never asked"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := row.result
			r.Host, r.Isolation, r.Environment = "somewhere", "sandbox", leading
			found, _ := Run(&r, Known{Offers: row.offers})
			if len(found.Findings) != 1 || found.Findings[0].Kind != row.kind {
				t.Fatalf("finds %+v, want one of kind %s", found.Findings, row.kind)
			}
			said := found.Findings[0].Paragraph()
			for _, text := range row.says {
				if !strings.Contains(said, text) {
					t.Errorf("says %q, want %q in it", said, text)
				}
			}
			if row.hides != "" && strings.Contains(said, row.hides) {
				t.Errorf("says %q, and %q must not be in it", said, row.hides)
			}
		})
	}
}

// TestRows: which place was asked, and which call used what it gave.
func TestRows(t *testing.T) {
	r := &ledger.Result{
		Environment: leading,
		Exchanges: []mockaws.Exchange{
			{
				Seq:       4,
				Call:      "s3:ListBuckets",
				Presented: mockaws.Presented{Scheme: "sigv4", KeyID: podKey},
				Verdict:   verdict.Verdict{Accepted: true},
			},
			{
				Seq:       5,
				Call:      "s3:ListBuckets",
				Presented: mockaws.Presented{Scheme: "sigv4", KeyID: "AKIA", TokenKeyID: podKey},
			},
		},
		Lookups: []metadata.Lookup{
			{Endpoint: "agent", Status: 400, Note: "no token"},
			{Endpoint: "agent", Status: 200},
		},
	}
	_, rows := Run(r, Known{Offers: offersOf("agent", "machine", "token")})
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3", len(rows))
	}
	for i, want := range []struct{ asked, used string }{
		{"2 times: refused with 400, no token; 200", "call #4; its token alone in call #5"},
		{"never", "-"},
		{"not seen", "-"},
	} {
		if got := rows[i].Asked.String(); got != want.asked {
			t.Errorf("%s: asked %q, want %q", rows[i].Offer.Name, got, want.asked)
		}
		if got := rows[i].Usage(); got != want.used {
			t.Errorf("%s: used %q, want %q", rows[i].Offer.Name, got, want.used)
		}
	}
}

// TestPlacesThatNothingLeadsTo: what the project takes away is not there, and the machine's
// role is not to be allowed more in its place.
func TestPlacesThatNothingLeadsTo(t *testing.T) {
	node := "arn:aws:sts::111122223333:assumed-role/node/i-1"
	r := &ledger.Result{Exchanges: []mockaws.Exchange{refusedAs(node, "sigv4", nodeKey, verdict.Denied)}}
	found, rows := Run(r, Known{Offers: offersOf("agent", "machine")})
	if rows[0].There || !rows[1].There {
		t.Errorf("the agent is there: %t, the machine's metadata: %t", rows[0].There, rows[1].There)
	}
	if len(found.Findings) != 1 || found.Findings[0].Kind != WrongPrincipal {
		t.Errorf("finds %+v", found.Findings)
	}
}

// TestVariablesThatTheFixtureHasUsersSet: they lead to a place, unless the project puts
// others over them.
func TestVariablesThatTheFixtureHasUsersSet(t *testing.T) {
	for over, there := range map[ledger.SetBy]bool{"": true, ledger.ByHost: false} {
		r := &ledger.Result{Environment: []ledger.Variable{
			{Name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", SetBy: ledger.ByUser, Overrides: over},
		}}
		if _, rows := Run(r, Known{Offers: offersOf("agent")}); rows[0].There != there {
			t.Errorf("over %q: the agent is there: %t", over, rows[0].There)
		}
	}
}
