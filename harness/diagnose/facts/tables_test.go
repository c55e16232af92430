package facts

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// TestDerivations: each way in which one value is made of another, with all that it
// makes.
func TestDerivations(t *testing.T) {
	const v = "ab+/cd==efghijklmn"
	for _, row := range []struct{ from, to, how string }{
		{" \t" + v + "\n", v, "the white space around it removed"},
		{`"` + v + `"`, v, "its quotation marks removed"}, {"'" + v + "'", v, "its quotation marks removed"},
		{` "` + v + "\"\n", v, "its quotation marks removed"},
		{v, `"` + v + `"`, "put into quotation marks"}, {v, "'" + v + "'", "put into quotation marks"},
		{v, v + "\n", "a newline put after it"}, {v, v + "\r\n", "a newline put after it"},
		{base64.StdEncoding.EncodeToString([]byte(v + "?>")), v + "?>", "decoded from base64"},
		{base64.RawStdEncoding.EncodeToString([]byte(v + "?")), v + "?", "decoded from base64"},
		{base64.URLEncoding.EncodeToString([]byte(v + "?>>")), v + "?>>", "decoded from base64"},
		{base64.StdEncoding.EncodeToString([]byte(v + "\n")), v, "decoded from base64"},
		{v + "?>", base64.StdEncoding.EncodeToString([]byte(v + "?>")), "encoded in base64"},
		{v + "?", base64.RawStdEncoding.EncodeToString([]byte(v + "?")), "encoded in base64"},
		{v + "?>>", base64.URLEncoding.EncodeToString([]byte(v + "?>>")), "encoded in base64"},
		{"ab%2Bcd+efghijklmnop", "ab+cd efghijklmnop", "percent-decoded"},
		{"ab%2Bcd+efghijklmnop", "ab+cd+efghijklmnop", "percent-decoded"},
		{"ab cd+efghijklmnop", "ab+cd%2Befghijklmnop", "percent-encoded"},
		{"ab cd/efghijklmnop", "ab%20cd%2Fefghijklmnop", "percent-encoded"},
		{"ABCDEFGHIJKLMNOPQ", "abcdefghijklmnopq", "in lower case"},
		{"abcdefghijklmnopq", "ABCDEFGHIJKLMNOPQ", "in upper case"},
		{"abcdefghijklmnopqrst", "abcdefghijklmnop", "cut off"},
		{"abcdefghijklmnopqrst", "abcdefghijklmnopqrs", "cut off"},
		{"abcdefghijklmnopqrst", "abcdefghijklmno", ""}, // too short to tell
		{"short", "short\n", ""},
		{"abcdefghijklmnopqrst", "another", ""},
	} {
		d := &Facts{Env: ledger.NewEnvironment([]ledger.Variable{
			{Name: "OF_THE_MACHINE", Value: row.from, SetBy: ledger.ByBase}, {Name: "FROM", Value: row.from,
				SetBy: ledger.ByUser}})}
		p := d.opaque(opaqueOf(row.to))
		if p.Derived != row.how || (len(p.Variables) == 1 && p.Variables[0] == "FROM" &&
			p.SetBy == ledger.ByUser) != (row.how != "") {
			t.Errorf("%q of %q: got %+v, want it %q", row.to, row.from, p, row.how)
		}
	}
}

func opaqueOf(v string) *exchange.Opaque {
	return &exchange.Opaque{Length: len(v), Prefix: v[:min(8, len(v))], Fingerprint: exchange.Fingerprint(v)}
}

// TestWhereAPartIsFrom: variables, files, headers, endpoints, and a token that a file
// had before.
func TestWhereAPartIsFrom(t *testing.T) {
	const token = "a-token-with-a-length"
	until := time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC)
	d := &Facts{Env: ledger.NewEnvironment([]ledger.Variable{
		{Name: "A", Value: token, SetBy: ledger.ByHost}, {Name: "B", Value: token, SetBy: ledger.ByUser},
		{Name: "C", Value: "http://127.0.0.1:1/x", SetBy: ledger.ByWiring}})}
	d.Files = map[string]string{"/b": "other", "/f": " " + token + "\n", "/g": "key = K+/=1==\n", "/z": token}
	d.Headers = map[string]string{exchange.Fingerprint(token): "x-token"}
	d.Issuers = map[string]string{exchange.Fingerprint(token): "an endpoint", "AKIA1": "a call"}
	d.Rotated = map[string]Rotated{exchange.Fingerprint("former"): {File: "/f", Until: until},
		exchange.Fingerprint(token): {File: "/old", Until: until}}
	p := d.opaque(opaqueOf(token))
	want := ledger.Part{Shown: "21 characters, a-token-…", Variables: []string{"A", "B"}, SetBy: ledger.ByHost,
		File:   "/f",
		Header: "x-token", Endpoint: "an endpoint"}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v, want %+v", p, want)
	}
	if p := d.opaque(opaqueOf("former")); p.File != "/f" ||
		p.Derived != "as it was until 2026-11-21 07:30:00Z, when a new token took its place" {
		t.Errorf("got %+v", p)
	}
	if p := d.opaque(opaqueOf("K+/=1")); p.File != "/g" {
		t.Errorf("a word of a file: %+v", p)
	}
	if p := d.opaque(nil); !p.Absent() {
		t.Errorf("got %+v of nothing", p)
	}
	tr := d.trace(&exchange.Exchange{Seq: 7, Host: "127.0.0.1:1", Presented: exchange.Presented{KeyID: "AKIA1",
		KeyOwner:    "owner",
		ScopeRegion: token, TokenOwner: "other", TokenKeyID: "AKIA1"}})
	if tr.Seq != 7 || tr.KeyID.Shown != "AKIA1" || tr.KeyID.Owner != "owner" || tr.KeyID.Endpoint != "a call" ||
		tr.Token.Owner != "other" || tr.Token.Endpoint != "a call" || !tr.Region.Alike ||
		len(tr.Region.Variables) != 2 ||
		!slices.Equal(tr.Endpoint.Variables, []string{"C"}) {
		t.Errorf("got %+v", tr)
	}
	if tr := d.trace(&exchange.Exchange{Presented: exchange.Presented{NotKeyID: opaqueOf(token)}}); tr.KeyID.Shown !=
		"21 characters, a-token-…" || !tr.Region.Absent() || tr.Region.Alike {
		t.Errorf("what is no key id: %+v", tr)
	}
	d.Secrets = map[string]string{"AKIA1": token}
	if tr := d.trace(&exchange.Exchange{Presented: exchange.Presented{SecretOf: "AKIA1"}}); tr.Secret.Shown !=
		"the secret of AKIA1 (21 characters)" || tr.Secret.Endpoint != "a call" || len(tr.Secret.Variables) != 2 {
		t.Errorf("got %+v", tr.Secret)
	}
}

// TestAdviceOnEndpoints: each refusal of an endpoint that ends a search has something
// to change, from the page of its service.
func TestAdviceOnEndpoints(t *testing.T) {
	const again = "Have the program ask again after a moment"
	for behaviour, want := range map[string][2]string{
		"imds/token-too-far":   {"--http-put-response-hop-limit 2", "instance-metadata-v2"},
		"imds/token-missing":   {"PUT /latest/api/token", "instance-metadata-v2"},
		"imds/token-expired":   {"Ask for a new session token", "instance-metadata-v2"},
		"imds/token-forwarded": {"NO_PROXY=169.254.169.254", "instance-metadata-v2"},
		"imds/disabled":        {"HttpEndpoint=enabled", "configuring-instance-metadata-service"},
		"imds/no-role":         {"instance profile", "iam-roles-for-amazon-ec2"},
		"imds/assume-role":     {"ec2.amazonaws.com", "troubleshoot_iam-ec2"},
		"imds/token-method":    {"PUT /latest/api/token", "instance-metadata-v2"},
		"imds/token-slash":     {"without a slash at the end", "instance-metadata-v2"},
		"imds/token-ttl":       {"1 to 21600", "instance-metadata-v2"},
		"imds/token-invalid":   {"exactly what PUT", "instance-metadata-v2"},
		"imds/not-found": {"/latest/meta-data/iam/security-credentials/",
			"instance-metadata-security-credentials"},
		"ecs/unknown-id":                    {"task role", "task-iam-roles"},
		"ecs/assume-role":                   {"ecs-tasks.amazonaws.com", "task-iam-roles"},
		"ecs/no-id":                         {"its id included", "task-iam-roles"},
		"ecs/not-found":                     {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "task-iam-roles"},
		"eks-pod-identity/address":          {"[fd00:ec2::23]", "pod-identities"},
		"eks-pod-identity/claims":           {"anew for each request", "pod-identities"},
		"eks-pod-identity/refused":          {"sts:TagSession", "pod-identities"},
		"eks-pod-identity/no-association":   {"create-pod-identity-association", "pod-identities"},
		"eks-pod-identity/no-token":         {"as the header Authorization", "pod-id-minimum-sdk"},
		"eks-pod-identity/unparsable-token": {"without a scheme", "pod-identities"},
		"eks-pod-identity/not-found":        {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "pod-identities"},
		"snapstart/token":                   {"without a scheme", "snapstart-activate"},
		"snapstart/not-found":               {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "snapstart-activate"},
		"sso-portal/token":                  {"aws sso login", "feature-sso-credentials"},
		"sso-portal/forbidden":              {"sso_account_id", "feature-sso-credentials"},
		"sso-oidc/grant":                    {"aws sso login", "feature-sso-credentials"},
		"signin/grant":                      {"aws login", "feature-login-credentials"},
		"signin/ended":                      {"aws login", "feature-login-credentials"},
		"gce-metadata/flavor":               {"AWS_EC2_METADATA_DISABLED=true", "feature-imds-credentials"},
		"azure-metadata/verb":               {"AWS_EC2_METADATA_DISABLED=true", "feature-imds-credentials"},
		"azure-metadata/header":             {"AWS_EC2_METADATA_DISABLED=true", "feature-imds-credentials"},
		"amplify-listener/unknown":          {"Leave the listener alone", "amplify-SSR-compute-role"},
		"oidc/unauthorized":                 {"Authorization: Bearer", "docs.github.com"},
		"imds/throttled":                    {again, "feature-retry-behavior"}, "ecs/failure": {again,
			"feature-retry-behavior"},
		"x/fault": {again, "feature-retry-behavior"}, "x/not-ready": {again, "feature-retry-behavior"},
	} {
		a, known := adviceOn(behaviour)
		if !known || !strings.Contains(a.Change, want[0]) || !strings.Contains(a.Source, want[1]) {
			t.Errorf("%s: %t, %+v, want %q", behaviour, known, a, want)
		}
	}
	if a, known := adviceOn("imds/ok"); known {
		t.Errorf("got %+v", a)
	}
	d := &Facts{Result: &ledger.Result{Lookups: []metadata.Lookup{{Behaviour: "imds/token-ttl"}, {Endpoint: "e",
		Behaviour: "ecs/unknown-id"}, {Endpoint: "e", Behaviour: "ecs/unknown-id"}, {Behaviour: "imds/no-role"}}}}
	if l, a, ok := d.RefusedLookup(); !ok || l.Endpoint != "e" || !strings.Contains(a.Change, "task role") {
		t.Errorf("got %+v, %+v, %t", l, a, ok)
	}
	if got, want := d.Vainly(), []string{"the host's endpoint e, which refused",
		"the host's endpoint , which refused"}; !slices.Equal(got,
		want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, _, ok := (&Facts{Result: &ledger.Result{}}).RefusedLookup(); ok {
		t.Error("nothing was refused")
	}
	for status, want := range map[int]string{403: "It asked the host's endpoint e (GET /p) and was answered 403: n.",
		0: "It asked the host's endpoint e (GET /p) and got no answer: n."} {
		if got := Told(metadata.Lookup{Endpoint: "e", Method: "GET", Path: "/p", Status: status,
			Note: "n"}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestPlacesOfCredentials: the addresses at which SDKs look on every host
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
func TestPlacesOfCredentials(t *testing.T) {
	for address, want := range map[string]string{
		"169.254.169.254": "instance metadata", "fd00:ec2::254": "instance metadata",
		"169.254.170.2": "the container endpoint of ECS", "169.254.170.23": "the agent of EKS Pod Identity",
		"fd00:ec2::23": "the agent of EKS Pod Identity", "169.254.170.3": "",
	} {
		if got := PlaceOf(seen.Attempt{Addr: netip.MustParseAddr(address)}); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
	at := time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC)
	r := &ledger.Result{
		Probes: []ledger.Probe{{Target: "a place", Method: "PUT", Time: at}, {Target: "a place", Method: "GET",
			Time: at.Add(time.Second)}},
		Refused: []seen.Attempt{{Addr: netip.MustParseAddr("169.254.170.2"), Time: at, Count: 3},
			{Addr: netip.MustParseAddr("10.0.0.1"), Time: at, Count: 1}},
	}
	got := (&Facts{Result: r}).Elsewhere()
	if want := []string{"a place, which this host does not have",
		"the container endpoint of ECS at 169.254.170.2, which this host does not have"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	list := elsewhere(r)
	if len(list) != 2 || list[0].Offer.Name != "a place" || list[0].Asked.Count != 2 ||
		list[0].Sort != ledger.OfPlace ||
		list[1].Offer.Name != "the container endpoint of ECS" || list[1].Asked.Count != 3 ||
		!list[0].Asked.First.Equal(at) || !list[0].Asked.Last.Equal(at.Add(time.Second)) {
		t.Errorf("got %+v", list)
	}
	if a, b := probeVersion(ledger.Probe{Method: "PUT"}), probeVersion(ledger.Probe{Method: "GET"}); a != "2" ||
		b != "1" {
		t.Errorf("versions %s and %s", a, b)
	}
}

func TestAnswersInWords(t *testing.T) {
	for _, row := range []struct {
		status int
		note   string
		want   string
	}{{0, "", ledger.NoAnswer}, {0, "n", ledger.NoAnswer + ", n"}, {200, "n", "200"}, {299, "", "299"},
		{301, "", "led on with 301"}, {399, "n", "led on with 399, n"}, {400, "", "refused with 400"},
		{403, "n", "refused with 403, n"}} {
		if got := answerOf(row.status, row.note); got != row.want {
			t.Errorf("%+v: got %q", row, got)
		}
	}
	for d, want := range map[time.Duration]string{-time.Minute: "60 seconds behind", time.Minute: "60 seconds ahead of",
		0: "0 seconds ahead of"} {
		if got := Off(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
	if Times(1) != "once" || Times(2) != "2 times" {
		t.Errorf("%s, %s", Times(1), Times(2))
	}
}

// TestFilesWhereverTheyLie: a host's path, below whatever directory stands for it.
func TestFilesWhereverTheyLie(t *testing.T) {
	for _, row := range []struct {
		file, path string
		want       bool
	}{{"/tmp/home/.aws/config", "~/.aws/config", true}, {"/x/var/run/t", "/var/run/t", true},
		{"/var/run/t", "/var/run/t", true},
		{"/var/run/u", "/var/run/t", false}, {"t", "/var/run/t", false}, {"var/run/t", "/var/run/t", true}} {
		if got := endsIn(row.file, row.path); got != row.want {
			t.Errorf("%+v: got %t", row, got)
		}
	}
}

// TestReaches: a place with variables is there where the host's, or for a user's key
// the project's, are there, or what the harness puts in their place.
func TestReaches(t *testing.T) {
	for _, row := range []struct {
		name      string
		offer     fixtures.Offer
		by        ledger.SetBy
		overrides ledger.SetBy
		want      bool
	}{
		{"nothing leads to it", fixtures.Offer{}, ledger.ByBase, "", true},
		{"the host's", fixtures.Offer{Variables: []string{"V"}}, ledger.ByHost, "", true},
		{"wiring", fixtures.Offer{Variables: []string{"V"}}, ledger.ByWiring, "", true},
		{"set by a user of the host, as declared", fixtures.Offer{Variables: []string{"V"}}, ledger.ByUser, "", true},
		{"the project's instead", fixtures.Offer{Variables: []string{"V"}}, ledger.ByUser, ledger.ByHost, false},
		{"the project's", fixtures.Offer{Variables: []string{"V"}, User: true}, ledger.ByUser, "", true},
		{"the host's instead", fixtures.Offer{Variables: []string{"V"}, User: true}, ledger.ByHost, "", false},
		{"another variable", fixtures.Offer{Variables: []string{"W"}}, ledger.ByHost, "", false},
		{"a header", fixtures.Offer{Variables: []string{"W"}, Headers: []string{"x"}}, ledger.ByHost, "", true},
	} {
		r := &ledger.Result{Environment: []ledger.Variable{{Name: "V", SetBy: row.by, Overrides: row.overrides}}}
		if got := reaches(r, &Offered{Offer: row.offer}); got != row.want {
			t.Errorf("%s: got %t", row.name, got)
		}
	}
}

// TestPresents: by key id, and for an identity token by where it is from.
func TestPresents(t *testing.T) {
	identity := &exchange.Exchange{Seq: 1, Presented: exchange.Presented{IdentityToken: opaqueOf("tok")}}
	web := fixtures.OfferWebIdentity
	for _, row := range []struct {
		name  string
		e     *exchange.Exchange
		part  ledger.Part
		offer fixtures.Offer
		want  bool
	}{
		{"its key", &exchange.Exchange{Presented: exchange.Presented{KeyID: "A"}}, ledger.Part{}, fixtures.Offer{},
			true},
		{"another key", &exchange.Exchange{Presented: exchange.Presented{KeyID: "B"}}, ledger.Part{}, fixtures.Offer{},
			false},
		{"nothing", &exchange.Exchange{}, ledger.Part{}, fixtures.Offer{Kind: web}, false},
		{"its variable", identity, ledger.Part{Variables: []string{"V"}}, fixtures.Offer{Kind: web,
			Variables: []string{"V"}}, true},
		{"no web identity", identity, ledger.Part{Variables: []string{"V"}}, fixtures.Offer{Variables: []string{"V"}},
			false},
		{"another variable", identity, ledger.Part{Variables: []string{"W"}}, fixtures.Offer{Kind: web,
			Variables: []string{"V"}}, false},
		{"its header", identity, ledger.Part{Header: "h"}, fixtures.Offer{Kind: web, Headers: []string{"h"}}, true},
		{"its file", identity, ledger.Part{File: "/x/t"}, fixtures.Offer{Kind: web, Files: []string{"/t"}}, true},
		{"another file", identity, ledger.Part{File: "/x/u"}, fixtures.Offer{Kind: web, Files: []string{"/t"}}, false},
		{"no file", identity, ledger.Part{}, fixtures.Offer{Kind: web, Files: []string{""}}, false},
	} {
		traces := []ledger.Trace{{Seq: 2}, {Seq: 1, IdentityToken: row.part}}
		if got := presents(traces, row.e, &Offered{Offer: row.offer}, []string{"A"}); got != row.want {
			t.Errorf("%s: got %t", row.name, got)
		}
	}
}

// TestRowOfAPlace: what was asked and answered there, and which calls used it, what STS
// gave for it among them.
func TestRowOfAPlace(t *testing.T) {
	at := time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC)
	r := &ledger.Result{
		Lookups: []metadata.Lookup{{Endpoint: "meta", Time: at, Status: 200, Version: "2"},
			{Endpoint: "other", Time: at, Status: 200}},
		Exchanges: []exchange.Exchange{
			{Seq: 1, Time: at, Presented: exchange.Presented{KeyID: "A"}, Issued: "B", IssuedUntil: at.Add(time.Hour)},
			{Seq: 2, Time: at, Presented: exchange.Presented{KeyID: "B"}},
			{Seq: 3, Time: at, Presented: exchange.Presented{KeyID: "C", TokenKeyID: "A"}},
			{Seq: 4, Time: at, Presented: exchange.Presented{KeyID: "C"}},
		},
	}
	row := rowOf(r, nil, &Offered{Offer: fixtures.Offer{Endpoint: "meta"}, KeyIDs: []string{"A"}, Principal: "p"})
	if !row.There || row.Principal != "p" || !row.Asked.Seen || row.Asked.Count != 1 || !slices.Equal(row.Used,
		[]int64{1, 2}) ||
		!slices.Equal(row.TokenOnly, []int64{3}) || len(row.Issued) != 1 || row.Issued[0].KeyID != "B" ||
		row.Issued[0].Count != 1 || !row.Issued[0].End.Equal(at.Add(time.Hour)) {
		t.Errorf("got %+v", row)
	}
	row = rowOf(r, nil, &Offered{Offer: fixtures.Offer{Kind: fixtures.OfferVariables}, KeyIDs: []string{"A"}})
	if row.Asked.Seen || row.Asked.Count != 0 || !slices.Equal(row.Used, []int64{1}) || len(row.Issued) != 0 {
		t.Errorf("got %+v", row)
	}
	r.Files = []ledger.FileAccess{{Declared: "~/.aws/config", Seen: true, Count: 2, First: at,
		Last: at.Add(time.Minute)},
		{Declared: "/helper", Seen: true, Count: 1, Program: true, First: at, Last: at}, {Declared: "/blind"}}
	for file, want := range map[string]string{"~/.aws/config": "2 opened true", "/helper": "1 started true",
		"/blind": "0  false"} {
		row := rowOf(r, nil, &Offered{Offer: fixtures.Offer{Files: []string{file}}})
		answer := ""
		if len(row.Asked.Answers) > 0 {
			answer = row.Asked.Answers[0]
		}
		if got := fmt.Sprint(row.Asked.Count, " ", answer, " ", row.Asked.Seen); got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

// TestIssuesAreUsedInTime: calls after the end of credentials, after a refusal that says
// so, and after others took their place.
func TestIssuesAreUsedInTime(t *testing.T) {
	at := time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)
	old := verdict.Because(verdict.StageAuthenticate, verdict.OldToken{}, "")
	call := func(seq int64, key string, after time.Duration, refusal *verdict.Refusal) exchange.Exchange {
		return exchange.Exchange{Seq: seq, Time: at.Add(after), Presented: exchange.Presented{KeyID: key},
			Verdict: verdict.Verdict{Refusal: refusal}}
	}
	r := &ledger.Result{
		Lookups: []metadata.Lookup{{Endpoint: "e", KeyID: "A", Time: at}, {Endpoint: "e", KeyID: "A",
			Time: at.Add(time.Second)},
			{Endpoint: "e", KeyID: "B", Time: at.Add(time.Minute)}, {Endpoint: "e"}, {Endpoint: "f", KeyID: "F"}},
		Exchanges: []exchange.Exchange{call(1, "A", 0, nil), call(2, "A", 2*time.Minute, nil), call(3, "A", time.Hour,
			nil),
			call(4, "B", time.Hour, old), call(5, "B", time.Minute, nil)},
	}
	got := issues(r, &Offered{Offer: fixtures.Offer{Endpoint: "e"}}, nil, map[string]time.Time{"A": at.Add(time.Hour)})
	if len(got) != 2 || got[0].KeyID != "A" || got[0].Count != 2 || !got[0].First.Equal(at) ||
		!got[0].Last.Equal(at.Add(time.Second)) ||
		!got[0].End.Equal(at.Add(time.Hour)) || !slices.Equal(got[0].Used, []int64{1, 2, 3}) ||
		!slices.Equal(got[0].Late, []int64{3}) || !slices.Equal(got[0].Superseded, []int64{2, 3}) {
		t.Errorf("got %+v", got)
	}
	if len(got) == 2 && (got[1].KeyID != "B" || !slices.Equal(got[1].Late, []int64{4}) || got[1].Superseded != nil) {
		t.Errorf("got %+v", got[1])
	}
	got = issues(r, &Offered{KeyIDs: []string{"A", "Z"}}, nil, map[string]time.Time{"A": at.Add(time.Hour)})
	if len(got) != 1 || got[0].KeyID != "A" || !got[0].First.IsZero() {
		t.Errorf("got %+v", got)
	}
}

// TestWhatIsKnownOfKeys: whose they are, and by which names.
func TestWhatIsKnownOfKeys(t *testing.T) {
	d := &Facts{Env: ledger.NewEnvironment([]ledger.Variable{
		{Name: "OWN", Value: "AKIAIOSFODNN7EXAMPLE", SetBy: ledger.ByUser},
		{Name: "OFFERED", Value: "AKIAIOSFODNN7EXAMPLE", SetBy: ledger.ByUser},
		{Name: "HOST", Value: "AKIAIOSFODNN7EXAMPLE", SetBy: ledger.ByHost},
		{Name: "SESSION", Value: "ASIAIOSFODNN7EXAMPLE", SetBy: ledger.ByUser},
		{Name: "SHORT", Value: "AKIA12345678901", SetBy: ledger.ByUser}, {Name: "SIXTEEN", Value: "AKIA123456789012",
			SetBy: ledger.ByUser},
		{Name: "EMPTY", SetBy: ledger.ByHost},
		{Name: "SOURCED", Value: "x", SetBy: ledger.ByHost,
			Provenance: &fixtures.Provenance{Source: "https://example.com/a"}}})}
	d.Offered = []string{"OFFERED"}
	if got, want := Names(d.UserKeys()), []string{"OFFERED", "OWN", "SIXTEEN"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Names(d.OwnKeys()), []string{"OWN", "SIXTEEN"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if d.Has("EMPTY") || d.Has("NONE") || !d.Has("SOURCED") {
		t.Error("a variable with a value")
	}
	if got := d.ProvenanceOf([]string{"HOST", "SOURCED"}); got != "https://example.com/a" {
		t.Errorf("got %q", got)
	}
	if got := d.ProvenanceOf([]string{"HOST"}); got != "" {
		t.Errorf("got %q", got)
	}
	if d.IsPlatform("arn:aws:iam::111122223333:user/a") {
		t.Error("there is no platform")
	}
	d.Platform = "111122223333"
	if !d.IsPlatform("arn:aws:iam::111122223333:user/a") || d.IsPlatform("arn:aws:iam::1111222233334:user/a") {
		t.Error("the platform's account")
	}
	for _, row := range []struct {
		key  ledger.Part
		want bool
	}{
		{ledger.Part{SetBy: ledger.ByHost}, true}, {ledger.Part{SetBy: ledger.ByUser}, false}, {ledger.Part{}, false},
		{ledger.Part{Endpoint: "e"}, true}, {ledger.Part{Endpoint: "e", Variables: []string{"V"}, SetBy: ledger.ByUser},
			false},
	} {
		if got := (&Call{Trace: ledger.Trace{KeyID: row.key}}).OfHost(); got != row.want {
			t.Errorf("%+v: got %t", row.key, got)
		}
	}
	refused := &Call{Exchange: &exchange.Exchange{Verdict: verdict.Verdict{Refusal: verdict.Because(
		verdict.StageAuthenticate, verdict.UnknownKey{}, "")}}}
	accepted := &Call{Exchange: &exchange.Exchange{Verdict: verdict.Verdict{Accepted: true}}}
	if !refused.Because(verdict.TokenExpired, verdict.KeyUnknown) || refused.Because(verdict.TokenExpired) ||
		accepted.Because(verdict.KeyUnknown) {
		t.Error("another reason")
	}
	if got := d.From(ledger.Part{File: "/f"}); got != "" {
		t.Errorf("got %q of no environment", got)
	}
	d.Have = Environment
	if got := d.From(ledger.Part{File: "/f"}); got != ", from the file /f" {
		t.Errorf("got %q", got)
	}
}

// TestUnusedPlaces are the ones that are there, good for a program, and used by no call.
func TestUnusedPlaces(t *testing.T) {
	d := &Facts{Rows: []ledger.Row{
		{There: true, Offer: fixtures.Offer{Name: "good"}}, {Offer: fixtures.Offer{Name: "not there"}},
		{There: true, Used: []int64{1}, Offer: fixtures.Offer{Name: "used"}},
		{There: true, Offer: fixtures.Offer{Name: "platform", Platform: true}},
		{There: true, Offer: fixtures.Offer{Name: "ended", Ended: true}},
		{There: true, Offer: fixtures.Offer{Name: "example", Variables: []string{"EXAMPLE"}}},
		{There: true, Offer: fixtures.Offer{Name: "without a role", Endpoint: "e"}},
		{There: true, Offer: fixtures.Offer{Name: "with a role", Endpoint: "e", Role: "r"}},
		{There: true, Offer: fixtures.Offer{Name: "the user's", Endpoint: "e", User: true}},
	}}
	d.Offered = []string{"EXAMPLE"}
	var got []string
	for _, row := range d.Unused() {
		got = append(got, row.Offer.Name)
	}
	if want := []string{"good", "with a role", "the user's"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	c := &Call{Facts: d, Exchange: &exchange.Exchange{Able: []string{"arn:aws:iam::1:role/team/app-task",
		"arn:aws:iam::1:user/u"}}}
	d.RoleOfPrincipal = map[string]string{"app-task": "task"}
	for _, row := range []struct {
		row  ledger.Row
		want bool
	}{
		{ledger.Row{Offer: fixtures.Offer{Role: "task"}}, true}, {ledger.Row{Offer: fixtures.Offer{Role: "other"}},
			false},
		{ledger.Row{Principal: "arn:aws:iam::1:user/u"}, true}, {ledger.Row{Principal: "arn:aws:iam::1:user/v"}, false},
	} {
		if got := c.May(&row.row); got != row.want {
			t.Errorf("%+v: got %t", row.row, got)
		}
	}
	d.Result, d.RequestHeaders = &ledger.Result{}, []string{"x-token"}
	if got := d.HeadersUnsent(); len(got) != 1 {
		t.Errorf("got %q", got)
	}
	d.Result.Visits = []ledger.Visit{{}}
	if got := d.HeadersUnsent(); got != nil {
		t.Errorf("got %q", got)
	}
	for want, row := range []ledger.Row{{}, {Offer: fixtures.Offer{Machine: true}},
		{Offer: fixtures.Offer{User: true, Kind: fixtures.OfferVariables}}} {
		if got := rank(&row); got != want {
			t.Errorf("%+v is the %dth", row, got)
		}
	}
}

// TestProfiles: the profile that a program takes, and what it leads to
// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html).
func TestProfiles(t *testing.T) {
	const config = "stray = 1\n[default]\nregion = eu-west-1\n[profile a]\nrole_arn = r\nsource_profile = b\n" +
		"[profile b]\n" +
		"credential_process = p\nsource_profile = a\n[sso-session s]\nsso_start_url = x\n[services d]\n[profile " +
		"s]\nsso_session=s\n" +
		"[profile w]\nweb_identity_token_file = f\n[profile l]\nlogin_session = l\n[profile c]\ncredential_source = " +
		"Environment\n" +
		"sso_start_url = u\n"
	for _, row := range []struct{ variable, value, want string }{
		{"", "", "the default profile:"},
		{"AWS_PROFILE", "a", "the profile a (AWS_PROFILE):role_arn source_profile credential_process"},
		{"AWS_DEFAULT_PROFILE", "s", "the profile s (AWS_DEFAULT_PROFILE):sso_session"},
		{"AWS_PROFILE", "w", "the profile w (AWS_PROFILE):web_identity_token_file"},
		{"AWS_PROFILE", "l", "the profile l (AWS_PROFILE):login_session"},
		{"AWS_PROFILE", "c", "the profile c (AWS_PROFILE):credential_source sso_start_url"},
		{"AWS_PROFILE", "none", ""}, {"AWS_PROFILE", "sso-session s", ""},
	} {
		d := &Facts{Env: ledger.NewEnvironment([]ledger.Variable{{Name: row.variable, Value: row.value}})}
		d.Files = map[string]string{"/home/u/.aws/config": config, "/home/u/config": "[default]\nrole_arn = no\n"}
		p, ok := d.ProfileTaken()
		if got := p.String() + ":" + strings.Join(p.Leads, " "); ok != (row.want != "") || ok && got != row.want {
			t.Errorf("%+v: got %q, %t", row, got, ok)
		}
		if d.NoRegion() {
			t.Error("the files set a region")
		}
	}
	d := &Facts{Env: ledger.NewEnvironment([]ledger.Variable{{Name: "AWS_CONFIG_FILE", Value: "/c"},
		{Name: "AWS_SHARED_CREDENTIALS_FILE", Value: "/s"}}), Result: &ledger.Result{}}
	for file, want := range map[string]bool{"/c": true, "/s": true, "/x/.aws/config": true, "/x/.aws/credentials": true,
		"/x/.aws/other": false, "/x/aws/config": false} {
		if got := d.ofProfiles(file); got != want {
			t.Errorf("%s: got %t", file, got)
		}
	}
	if !d.NoRegion() {
		t.Error("nothing sets a region")
	}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		d.Env = ledger.NewEnvironment([]ledger.Variable{{Name: name, Value: "eu-west-1"}})
		if d.NoRegion() {
			t.Errorf("%s sets a region", name)
		}
	}
	d.Rows = []ledger.Row{{Offer: fixtures.Offer{Name: "instance metadata", Machine: true}}}
	if got := d.RegionOfEndpoint(); got != " Instance metadata has it at /latest/meta-data/placement/region, "+
		"and the program did not ask there." {
		t.Errorf("got %q", got)
	}
	for _, path := range []string{"/latest/meta-data/placement/region", "/latest/dynamic/instance-identity/document"} {
		d.Result.Lookups = []metadata.Lookup{{Path: path}}
		if got := d.RegionOfEndpoint(); got != "" {
			t.Errorf("%s: got %q", path, got)
		}
	}
}

// TestWithout takes away one kind of data after another.
func TestWithout(t *testing.T) {
	whole := func() *Facts {
		return &Facts{Have: All, Env: ledger.NewEnvironment([]ledger.Variable{{Name: "V", Value: "v"}}),
			Calls: []*Call{{}},
			Rows:  []ledger.Row{{}}, Known: Known{Platform: "p"}, Result: &ledger.Result{
				Exchanges: []exchange.Exchange{{}}, Environment: []ledger.Variable{{}}, Hidden: []string{"h"},
				Lookups: []metadata.Lookup{{}}, Probes: []ledger.Probe{{}}, Refused: []seen.Attempt{{}},
				NameFailures: []ledger.NameFailure{{}}, TLSFailures: []seen.TLSFailure{{}}, Stdout: []byte("o"),
				Stderr: []byte("e"),
				Err:    errors.New("x"), Visits: []ledger.Visit{{}}, ExitCode: 1, Signal: "s", TimedOut: true,
				Stopped: true, Duration: 1,
				Port: 1, Listening: []uint16{1}, Met: []seen.Met{{}}}}
	}
	for kind, gone := range map[Needs]func(*Facts) bool{
		Calls: func(d *Facts) bool { return d.Calls == nil && d.Result.Exchanges == nil },
		Environment: func(d *Facts) bool {
			return d.Result.Environment == nil && d.Result.Hidden == nil && !d.Has("V") && d.Platform == ""
		},
		Offers:  func(d *Facts) bool { return d.Rows == nil },
		Lookups: func(d *Facts) bool { return d.Result.Lookups == nil },
		Attempts: func(d *Facts) bool {
			r := d.Result
			return r.Probes == nil && r.Refused == nil && r.NameFailures == nil && r.TLSFailures == nil
		},
		Output: func(d *Facts) bool {
			r := d.Result
			return r.Stdout == nil && r.Stderr == nil && r.Err == nil && r.Visits == nil
		},
		Ending: func(d *Facts) bool {
			r := d.Result
			return r.ExitCode == 0 && r.Signal == "" && !r.TimedOut && !r.Stopped && r.Duration == 0 && r.Port == 0 &&
				r.Listening == nil && r.Met == nil
		},
	} {
		d := whole()
		before := d.Result
		d.Without(kind)
		if d.Have != All&^kind || !gone(d) || kind != Offers && reflect.DeepEqual(before, d.Result) && kind != Calls {
			t.Errorf("without %s: %+v", kind, d.Result)
		}
		if strings.Contains(d.Have.String(), kind.String()) || kind.String() == "" || strings.Count(d.Have.String(),
			"; ") != 5 {
			t.Errorf("without %s there is %s", kind, d.Have)
		}
		if before.ExitCode != 1 || before.Exchanges == nil {
			t.Error("the result itself was changed")
		}
		others := 0
		for other := Calls; other <= Ending; other <<= 1 {
			if other != kind && reflect.DeepEqual(whole().Result.Lookups, d.Result.Lookups) {
				others++
			}
		}
		if others == 0 && kind != Lookups {
			t.Errorf("without %s the lookups are gone", kind)
		}
	}
}

// TestWayToSTS: how it ended before STS got a request.
func TestWayToSTS(t *testing.T) {
	for _, row := range []struct {
		name             string
		r                ledger.Result
		what, change, by string
	}{
		{"a name", ledger.Result{NameFailures: []ledger.NameFailure{{Name: "s3.amazonaws.com"},
			{Name: "sts.us-east-1.amazonaws.com"}}},
			"looked up sts.us-east-1.amazonaws.com", "resolves names", ""},
		{"a FIPS name", ledger.Result{NameFailures: []ledger.NameFailure{{Name: "sts-fips.us-east-1.amazonaws.com"}}},
			"looked up sts-fips", "resolves names", ""},
		{"an alert", ledger.Result{TLSFailures: []seen.TLSFailure{{Name: "sts.amazonaws.com",
			Problem: "remote error: tls: unknown ca", Count: 2}}},
			"remote error: tls: unknown ca, 2 times", "the CAs of this system", ""},
		{"no alert", ledger.Result{TLSFailures: []seen.TLSFailure{{Name: "sts.amazonaws.com", Problem: "EOF",
			Count: 1}}},
			"EOF, once", "the CAs of this system", "L"},
		{"a refusal", ledger.Result{Refused: []seen.Attempt{{Name: "sts.amazonaws.com", Network: "tcp", Port: 443}}},
			"reach sts.amazonaws.com:443", "Open the way", ""},
		{"a proxy", ledger.Result{Refused: []seen.Attempt{{Addr: netip.MustParseAddr("10.0.0.9"), Network: "tcp",
			Port: 3128}}},
			"through the proxy of HTTPS_PROXY", "Correct HTTPS_PROXY", "L"},
		{"nothing", ledger.Result{Refused: []seen.Attempt{{Addr: netip.MustParseAddr("10.0.0.8"), Network: "tcp",
			Port: 1}}}, "", "", ""},
	} {
		d := &Facts{Result: &row.r, Env: ledger.NewEnvironment([]ledger.Variable{{Name: "HTTPS_PROXY",
			Value: "http://10.0.0.9:3128"}})}
		what, change, by := d.brokenWay()
		if !strings.Contains(what, row.what) || !strings.Contains(change, row.change) || by != row.by ||
			(what == "") != (row.what == "") {
			t.Errorf("%s: got %q, %q, %q", row.name, what, change, by)
		}
		d.Calls = []*Call{{Exchange: &exchange.Exchange{Call: "sts:AssumeRoleWithWebIdentity"}}}
		if what, _, _ := d.brokenWay(); what != "" {
			t.Errorf("%s: STS got a request, and %q", row.name, what)
		}
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		d := &Facts{Env: ledger.NewEnvironment([]ledger.Variable{{Name: name, Value: "http://proxy:1"}})}
		if got := d.proxyOf(seen.Attempt{Name: "proxy"}); got != name {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// TestOutOfReach and what was handed out.
func TestOutOfReach(t *testing.T) {
	d := &Facts{Result: &ledger.Result{Isolation: "endpoint"}}
	if d.OutOfReach() != "" || d.WasHandedCredentials() {
		t.Error("nothing hinders, and nothing was handed out")
	}
	d.Result.Blind = "x"
	d.Result.Lookups = []metadata.Lookup{{}, {KeyID: "A"}}
	if got := d.OutOfReach(); !strings.HasPrefix(got, "Isolation endpoint shows only") || !d.WasHandedCredentials() {
		t.Errorf("got %q", got)
	}
}

// TestExcerpt: of a long line the words around what matches, and no half words.
func TestExcerpt(t *testing.T) {
	d := &Facts{Result: &ledger.Result{}}
	long := "one two three four five six seven MATCH " + strings.Repeat("word ", 60)
	text := "before\n" + long + "\nafter"
	at := strings.Index(text, "MATCH")
	got := d.LineAround(text, []int{at, at + 5})
	if !strings.HasPrefix(got, "… three four five six seven MATCH word ") || !strings.HasSuffix(got, "word …") ||
		len([]rune(got)) > MaxQuote+len(" …") {
		t.Errorf("got %q", got)
	}
	for _, row := range []struct{ text, want string }{
		{"a\nb MATCH c\nd", "b MATCH c"},
		{"a\nb MATCH\nd", "b MATCH"},
		{"MATCH", "MATCH"},
		{"MATCH " + strings.Repeat("x", MaxQuote-6), "MATCH " + strings.Repeat("x", MaxQuote-6)},
		{"MATCH " + strings.Repeat("x", MaxQuote-5), "MATCH …"},
	} {
		at := strings.Index(row.text, "MATCH")
		if got := d.LineAround(row.text, []int{at, at + 5}); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}
