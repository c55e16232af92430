package diagnose

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	userKey   = "AKIARZPUZDIKAAAAUSER"
	userARN   = "arn:aws:iam::123456789012:user/app"
	otherKey  = "AKIARZPUZDIKAAAOTHER"
	roleARN   = "arn:aws:sts::123456789012:assumed-role/app/run"
	hostARN   = "arn:aws:sts::999988887777:assumed-role/platform/fn"
	hostToken = "IQoJb3JpZ2luX2Vj"
)

// signed is an accepted call of a service, made with a key.
func signed(seq int64, call, keyID, principal string) mockaws.Exchange {
	service, _, _ := strings.Cut(call, ":")
	e := mockaws.Exchange{Seq: seq, Time: noon, Call: call, Service: strings.ToUpper(service), Status: 200,
		Presented: mockaws.Presented{
			Scheme:      "sigv4",
			KeyID:       keyID,
			SecretOf:    keyID,
			KeyOwner:    principal,
			ScopeRegion: "us-east-1",
		}}
	e.Verdict.Accepted, e.Verdict.Principal = true, principal
	return e
}

// refusedFor is the same call, refused.
func refusedFor(e mockaws.Exchange, status int, cause verdict.Cause) mockaws.Exchange {
	e.Verdict.Accepted, e.Status = false, status
	e.Verdict.Refusal = verdict.Because(verdict.StageAuthenticate, cause, "")
	return e
}

// kinds lists the kinds of findings, in order.
func kinds(findings []ledger.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, string(f.Kind))
	}
	return strings.Join(out, " ")
}

// TestOneRuleExplainsARefusal has refusals that more than one rule fits: the first
// of refusalRules says it best, and it alone.
func TestOneRuleExplainsARefusal(t *testing.T) {
	webIdentity := signed(1, "sts:AssumeRoleWithWebIdentity", "", "repo:acme/web")
	webIdentity.Presented = mockaws.Presented{
		Scheme:        "web-identity",
		IdentityToken: mockaws.Describe(strings.Repeat("j", 700)),
	}
	assume := signed(1, "sts:AssumeRole", userKey, userARN)
	list := signed(1, "s3:ListBuckets", userKey, userARN)
	list.Action = "s3:ListAllMyBuckets"
	for _, row := range []struct {
		name     string
		exchange mockaws.Exchange
		want     ledger.Kind
		says     string
	}{
		// A trust policy says no by AccessDenied, as every policy does
		// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html).
		{"a token that the role's trust policy turns away", refusedFor(webIdentity, 403, verdict.Denial{}), NotTrusted,
			"Compare the conditions of the trust policy"},
		{"a role that does not trust the caller", refusedFor(assume, 403, verdict.Denial{Action: "sts:AssumeRole",
			Resource: "arn:r"}), NotTrusted, "its trust policy names the principal"},
		{"an action that no policy allows", refusedFor(list, 403, verdict.Denial{Action: "s3:ListAllMyBuckets"}),
			NotAllowed, "Allow s3:ListAllMyBuckets"},
	} {
		t.Run(row.name, func(t *testing.T) {
			found := explained(t, &ledger.Result{Exchanges: []mockaws.Exchange{row.exchange}}, Known{})
			if kinds(found) != string(row.want) || !strings.Contains(found[0].Paragraph(), row.says) {
				t.Errorf("finds %+v, want %s alone, with %q", found, row.want, row.says)
			}
		})
	}
}

// TestSecretThatFits: "without that token the call would have been accepted" is
// said where key and secret are known to belong together, and nowhere else: where
// another secret signed, taking the token away mends nothing.
func TestSecretThatFits(t *testing.T) {
	for secretOf, fits := range map[string]bool{userKey: true, otherKey: false, "": false} {
		e := refusedFor(signed(1, "bedrock:Converse", userKey, userARN), 403, verdict.ForeignToken{})
		e.Presented.SecretOf = secretOf
		e.Presented.Token, e.Presented.TokenOwner = mockaws.Describe(hostToken+strings.Repeat("t", 980)), hostARN
		found := explained(t, &ledger.Result{Exchanges: []mockaws.Exchange{e}}, Known{})
		if kinds(found) != string(MixedCredentials) ||
			strings.Contains(found[0].Why, "Key and secret fit each other") != fits {
			t.Errorf("signed with the secret of %q: %+v, want it said that they fit: %v", secretOf, found, fits)
		}
	}
}

// TestWhoIsBehindATemporaryToken: key and token of a mixed pair are traced each to
// what handed it out.
func TestWhoIsBehindATemporaryToken(t *testing.T) {
	const tokenKey = "ASIAEXAMPLEEXAMPLE34"
	e := refusedFor(signed(1, "bedrock:Converse", roleKey, roleARN), 403, verdict.ForeignToken{})
	e.Presented.Token, e.Presented.TokenKeyID, e.Presented.TokenOwner = mockaws.Describe(
		hostToken+strings.Repeat("t", 980),
	), tokenKey, hostARN
	r := &ledger.Result{Exchanges: []mockaws.Exchange{e}}
	found, _ := Run(r, Known{Issuers: map[string]string{roleKey: "container endpoint", tokenKey: "instance metadata"}})
	if len(found.Traces) != 1 {
		t.Fatalf("traces %+v", found.Traces)
	}
	trace := found.Traces[0]
	if trace.KeyID.Endpoint != "container endpoint" || trace.Token.Endpoint != "instance metadata" ||
		trace.Token.Owner != hostARN ||
		trace.KeyID.Owner != roleARN {
		t.Errorf("key %+v\ntoken %+v", trace.KeyID, trace.Token)
	}
}

// TestPlatformsPrincipalIsNoRole: a call that was made as the platform is reported as
// such, and not also as one made with the project's role and key.
func TestPlatformsPrincipalIsNoRole(t *testing.T) {
	environment := []ledger.Variable{
		{Name: "AWS_ACCESS_KEY_ID", Value: roleKey, SetBy: ledger.ByHost},
		{Name: "MY_ID", Value: userKey, SetBy: ledger.ByUser},
	}
	for _, row := range []struct {
		principal string
		want      ledger.Kind
	}{{hostARN, PlatformPrincipal}, {roleARN, OtherPrincipal}} {
		r := &ledger.Result{
			Environment: environment,
			Exchanges:   []mockaws.Exchange{signed(1, "sts:GetCallerIdentity", roleKey, row.principal)},
		}
		if found := explained(t, r, Known{Platform: "999988887777"}); kinds(found) != string(row.want) {
			t.Errorf("as %s: %s, want %s alone", row.principal, kinds(found), row.want)
		}
	}
}

// TestRegionsOfGlobalServices: STS and IAM have endpoints that are of no region and
// signed for us-east-1
// (https://docs.aws.amazon.com/general/latest/gr/rande.html#global-endpoints).
func TestRegionsOfGlobalServices(t *testing.T) {
	environment := []ledger.Variable{{Name: "AWS_REGION", Value: "eu-west-1", SetBy: ledger.ByUser}}
	for service, told := range map[string]bool{"STS": false, "IAM": false, "KMS": true, "S3": true} {
		e := signed(1, "x:Call", userKey, userARN)
		e.Service = service
		found := explained(t, &ledger.Result{Environment: environment, Exchanges: []mockaws.Exchange{e}}, Known{})
		if (kinds(found) == string(OtherRegion)) != told || !told && len(found) > 0 {
			t.Errorf("%s: %+v, want it told: %v", service, found, told)
		}
	}
}

// TestScopeOfAnotherRegionAndService: both are reported, the region first, as AWS does
// ("Credential should be scoped to a valid region. Credential should be scoped to
// correct service").
func TestScopeOfAnotherRegionAndService(t *testing.T) {
	region := verdict.ForeignScope{Region: &verdict.Part{Sent: "eu-west-1", Expected: "us-east-1"}}
	service := verdict.ForeignScope{Service: &verdict.Part{Sent: "bedrock-runtime", Expected: "bedrock"}}
	both := verdict.ForeignScope{Region: region.Region, Service: service.Service}
	for _, row := range []struct {
		scope      verdict.ForeignScope
		says, lack string
	}{
		{region, "was signed for region eu-west-1", "service"},
		{service, `was signed for service "bedrock-runtime" and the endpoint is of "bedrock"`, "region eu-west-1"},
		{both, "was signed for region eu-west-1", "xyz"},
		{both, `signed for service "bedrock-runtime" as well, and the endpoint is of "bedrock"`,
			"xyz"},
	} {
		e := refusedFor(signed(1, "bedrock:Converse", userKey, userARN), 403, row.scope)
		found := explained(t, &ledger.Result{Exchanges: []mockaws.Exchange{e}}, Known{})
		if kinds(found) != string(WrongRegion) || !strings.Contains(found[0].What, row.says) ||
			strings.Contains(found[0].What, row.lack) {
			t.Errorf("%v: %+v, want %q in it and no %q", row.scope, found, row.says, row.lack)
		}
	}
}

// TestRevocationBlamesTheRightKey: a key that was taken away on purpose explains
// what is refused under that key, and no other key's refusal.
func TestRevocationBlamesTheRightKey(t *testing.T) {
	first := signed(1, "s3:ListBuckets", userKey, userARN)
	first.Fault = &fault.Fault{Kind: fault.KindRevokeAfter, Times: 1}
	for key, want := range map[string]ledger.Kind{userKey: InjectedFault, otherKey: UnknownKey} {
		second := refusedFor(signed(2, "s3:ListBuckets", key, ""), 403, verdict.InactiveKey{})
		found := explained(t, &ledger.Result{ExitCode: 1, Exchanges: []mockaws.Exchange{first, second}}, Known{})
		if kinds(found) != string(want) {
			t.Errorf("with %s: %+v, want %s alone", key, found, want)
		}
	}
}

// TestFindingsOfOneKind: a finding that repeats another is reported once, one that
// says something else is reported too.
func TestFindingsOfOneKind(t *testing.T) {
	call := func(seq int64, name string) mockaws.Exchange {
		return refusedFor(signed(seq, name, userKey, userARN), 403, verdict.UnknownKey{})
	}
	r := &ledger.Result{
		Exchanges: []mockaws.Exchange{
			call(1, "s3:ListBuckets"),
			call(2, "s3:ListBuckets"),
			call(3, "bedrock:Converse"),
		},
	}
	found := explained(t, r, Known{})
	if len(found) != 2 || found[0].Seq != 1 || found[1].Seq != 3 ||
		!strings.HasPrefix(found[1].What, "bedrock:Converse") {
		t.Errorf("finds %+v, want one of call 1 and one of call 3", found)
	}
}

// TestNoCallNamesWhatItTried: the first three places that a program tried to reach
// are named, and neither itself nor the places that hand out credentials are
// counted among them.
func TestNoCallNamesWhatItTried(t *testing.T) {
	at := func(address string, port uint16) isolation.Attempt {
		return isolation.Attempt{Addr: netip.MustParseAddr(address), Port: port, Network: "tcp", Count: 1}
	}
	r := &ledger.Result{ExitCode: 1, Stderr: []byte("Unable to locate credentials"), Refused: []isolation.Attempt{
		at(
			"127.0.0.1",
			5432,
		), at("169.254.169.254", 80), at("203.0.113.1", 443), at("203.0.113.2", 443), at("203.0.113.3", 443),
		at("203.0.113.4", 443),
	}}
	told, ok := noCall(r, Known{})
	if !ok ||
		!strings.Contains(
			told.Why,
			"It tried to reach 203.0.113.1:443 (tcp), 203.0.113.2:443 (tcp), 203.0.113.3:443 (tcp).",
		) {
		t.Errorf("%t: %q", ok, told.Why)
	}
}

// TestCopiesThatAreRenewed: temporary credentials in a variable or file are a copy
// that is never renewed, except the cache of aws login, which the SDKs that read it
// renew (https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html),
// and for those that an endpoint of the host hands out.
func TestCopiesThatAreRenewed(t *testing.T) {
	content := `{"accessKeyId": "` + roleKey + `"}`
	for _, row := range []struct {
		name    string
		env     []ledger.Variable
		known   Known
		told    bool
		whereOf string
	}{
		{"a file of the project's", nil, Known{Files: map[string]string{"/home/a/.aws/credentials": content}}, true,
			"the file /home/a/.aws/credentials"},
		{"a variable of the project's", []ledger.Variable{{Name: "MY_ID", Value: roleKey, SetBy: ledger.ByUser}},
			Known{}, true, "MY_ID (set by the user)"},
		{"the cache of aws login", nil, Known{Files: map[string]string{"/home/a/.aws/login/cache/0.json": content}},
			false, ""},
		{"an endpoint", nil, Known{Issuers: map[string]string{roleKey: "container endpoint"}}, false, ""},
		{"a variable of the host's", []ledger.Variable{{Name: "AWS_ACCESS_KEY_ID", Value: roleKey,
			SetBy: ledger.ByHost}}, Known{}, false, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := &ledger.Result{
				Environment: row.env,
				Exchanges:   []mockaws.Exchange{signed(1, "sts:GetCallerIdentity", roleKey, roleARN)},
			}
			found := explained(t, r, row.known)
			if (kinds(found) == string(NotRefreshed)) != row.told || !row.told && len(found) > 0 {
				t.Fatalf("finds %+v, want it told: %v", found, row.told)
			}
			if row.told && !strings.Contains(found[0].What, row.whereOf) {
				t.Errorf("says %q, want %q in it", found[0].What, row.whereOf)
			}
		})
	}
}

// TestHostsOwnAdvice: where a program found no credentials, what the host advises
// comes before what is known of libraries.
func TestHostsOwnAdvice(t *testing.T) {
	advice := []fixtures.Advice{{When: fixtures.NoCredentials, Why: "This host wants a role.", Change: "Attach a role",
		Provenance: fixtures.Provenance{Source: "https://example.com/roles"}}}
	for said, told := range map[string]bool{"Could not load credentials from any providers": true,
		"connection refused": false} {
		got, ok := noCall(&ledger.Result{ExitCode: 1, Stderr: []byte(said)}, Known{Advice: advice})
		if !ok || strings.Contains(got.Why, "This host wants a role.") != told ||
			(got.Change == "Attach a role") != told ||
			(got.Source == "https://example.com/roles") != told {
			t.Errorf("%q: %+v, want the host's advice: %v", said, got, told)
		}
	}
}
