package diagnose

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// meant is a place of a host that a program there is meant to use.
type meant struct {
	host  *fixtures.Host
	all   []Offered
	place *Offered
}

// everyPlace are the places that programs are meant to use, of all built-in hosts: the
// one that is named first of each host.
func everyPlace(t *testing.T) (out []meant) {
	t.Helper()
	for _, h := range fixtures.Builtin().Hosts() {
		m := meant{host: h}
		for i, o := range h.Offers() {
			x := Offered{Offer: o, Principal: "arn:aws:sts::111122223333:assumed-role/" + o.Role + "/x"}
			if o.Kind != fixtures.OfferWebIdentity {
				x.KeyIDs = []string{fmt.Sprintf("ASIAEXAMPLEEXAMPLE%02d", i)}
			}
			m.all = append(m.all, x)
		}
		r := m.run()
		for _, miss := range facts.OfRun(&r, m.known()).Misses() {
			at := slices.IndexFunc(m.all, func(x Offered) bool { return x.Name == miss.Row.Offer.Name })
			m.place = &m.all[at]
			out = append(out, m)
			break
		}
	}
	return out
}

// known is what the deployment of such a host knows.
func (m *meant) known() Known {
	k := Known{Offers: m.all, Issuers: map[string]string{}}
	for _, o := range m.all {
		for _, id := range o.KeyIDs {
			k.Issuers[id] = o.Name
		}
	}
	return k
}

// run is a run of a program that failed and did nothing, in the host's environment.
func (m *meant) run() ledger.Result {
	r := ledger.Result{Host: m.host.Name, ExitCode: 1, Isolation: "sandbox"}
	for _, o := range m.all {
		by := ledger.ByHost
		if o.User {
			by = ledger.ByUser
		}
		for _, name := range o.Variables {
			value := "value of " + name
			if strings.HasSuffix(name, "ACCESS_KEY_ID") && len(o.KeyIDs) > 0 {
				value = o.KeyIDs[0]
			}
			r.Environment = append(r.Environment, ledger.Variable{Name: name, Value: value, SetBy: by})
		}
		for _, path := range o.Files {
			r.Files = append(r.Files, ledger.FileAccess{Path: path, Declared: path, Seen: true, Program: o.Program})
		}
	}
	const role = "arn:aws:iam::111122223333:role/x"
	for name, value := range map[string]string{"AWS_ROLE_ARN": role, "AWS_REGION": "us-east-1"} {
		if m.host.Sets(name) {
			r.Environment = append(r.Environment, ledger.Variable{Name: name, Value: value, SetBy: ledger.ByHost})
		}
	}
	return r
}

// call is an AWS call that was refused.
func call(scheme, key, principal string, reason verdict.Reason) mockaws.Exchange {
	e := refusedAs(principal, scheme, key, reason)
	e.Time, e.Presented.ScopeRegion, e.Service = noon, "us-east-1", "S3"
	e.Header = map[string][]string{}
	return e
}

const always, ofRole, never = "always", "of a role", "never"

// ofProgram are the ways in which a program fails to use a place, whatever it is. What
// each must be told names the place, says why, and what to change.
var ofProgram = []struct {
	name string
	does func(m *meant, r *ledger.Result)
	// kinds are the kinds that say it right.
	kinds []ledger.Kind
	says  string
	// about says that the place itself is what it is about: always, where it has a role,
	// or never.
	about string
}{
	{"it asks nowhere", func(_ *meant, r *ledger.Result) {
		r.Stderr = []byte("Unable to locate credentials\n")
	}, []ledger.Kind{NoCall}, "", always},
	{"it asks nowhere and calls all the same", func(_ *meant, r *ledger.Result) {
		r.Exchanges = append(r.Exchanges, call("none", "", "anonymous", verdict.Denied))
	}, []ledger.Kind{Unsigned}, "without any signature", always},
	{"it swallows that it found none", func(_ *meant, r *ledger.Result) {
		r.ExitCode, r.Stderr = 0, []byte("Unable to locate credentials\n")
	}, []ledger.Kind{SwallowedFailure}, "", always},
	{"it was given an empty key", func(_ *meant, r *ledger.Result) {
		r.Exchanges = append(r.Exchanges, call("sigv4", "", "", verdict.MalformedCredential))
	}, []ledger.Kind{Refused}, "is empty", ofRole},
	{"it was given a placeholder", func(_ *meant, r *ledger.Result) {
		r.Exchanges = append(r.Exchanges, call("sigv4", "undefined", "", verdict.KeyUnknown))
	}, []ledger.Kind{UnknownKey}, "undefined", ofRole},
	{"its calls end at an endpoint in AWS's place", func(_ *meant, r *ledger.Result) {
		r.Stderr = []byte("Could not connect to the endpoint URL\n")
		r.Environment = append(r.Environment, ledger.Variable{Name: "AWS_ENDPOINT_URL", Value: "http://10.0.0.9:4566",
			SetBy: ledger.ByUser})
		r.Refused = append(r.Refused, seen.Attempt{Addr: netip.MustParseAddr("10.0.0.9"), Port: 4566, Network: "tcp",
			Count: 1})
	}, []ledger.Kind{NoCall}, "AWS_ENDPOINT_URL", never},
}

// ofKey are the ways in which a program fails with the key that a place gave it.
var ofKey = []struct {
	name   string
	reason verdict.Reason
	kind   ledger.Kind
	says   string
}{
	{"it leaves the token out", verdict.TokenMissing, TokenLeftOut, "ASIAEXAMPLE"},
	{"it uses them after their end", verdict.TokenExpired, ExpiredCredentials, "have expired"},
	{"it signs with another secret", verdict.SignatureMismatch, WrongSecret, "ASIAEXAMPLE"},
}

// wrongly is advice to give a principal more that is not the program's own.
var wrongly = regexp.MustCompile(`(?i)\ballow \S+ on|to that principal`)

// tell checks what a run is told.
func (m *meant) tell(t *testing.T, r *ledger.Result, kinds []ledger.Kind, words ...string) {
	t.Helper()
	told, _ := Run(r, m.known())
	problems := told.Problems()
	if len(problems) == 0 {
		t.Errorf("%s, %s: nothing is said", m.host.Name, m.place.Name)
		return
	}
	f := problems[0]
	text := f.What + " " + f.Why + " " + f.Change
	if !slices.Contains(kinds, f.Kind) {
		t.Errorf("%s, %s: %s, want one of %v: %s", m.host.Name, m.place.Name, f.Kind, kinds, text)
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%s: want %q in: %s", m.host.Name, word, text)
		}
	}
	if wrongly.MatchString(text) || f.Change == "" || f.Why == "" {
		t.Errorf("%s: %s", m.host.Name, text)
	}
}

// TestEachPlaceIsNamed: on every host, for every way in which a program fails to use the
// place that is meant for it, the diagnosis names the place, the reason and a change.
func TestEachPlaceIsNamed(t *testing.T) {
	for _, m := range everyPlace(t) {
		for _, way := range ofProgram {
			r := m.run()
			way.does(&m, &r)
			words := []string{way.says}
			if way.about == always || way.about == ofRole && m.place.Role != "" {
				words = append(words, nameIn(&m))
			}
			t.Run(m.host.Name+"/"+way.name, func(t *testing.T) { m.tell(t, &r, way.kinds, words...) })
		}
		for _, way := range ofKey {
			if len(m.place.KeyIDs) == 0 || m.place.User {
				continue
			}
			r := m.run()
			r.Exchanges = append(r.Exchanges, call("sigv4", m.place.KeyIDs[0], m.place.Principal, way.reason))
			t.Run(m.host.Name+"/"+way.name, func(t *testing.T) { m.tell(t, &r, []ledger.Kind{way.kind}, way.says) })
		}
	}
}

// nameIn is what a finding must have of a place: its name, or else what leads to it.
func nameIn(m *meant) string {
	r := m.run()
	if p, ok := facts.OfRun(&r, m.known()).ProfileTaken(); ok && len(p.Leads) > 0 {
		return p.Leads[0]
	}
	return m.place.Name
}

// TestEachRefusalIsTold: on every host whose place is an endpoint, for every way in which
// that refuses, the answer stands in the finding, whatever the program says, and the
// program did not fail by itself.
func TestEachRefusalIsTold(t *testing.T) {
	for _, m := range everyPlace(t) {
		endpoint, ok := m.host.Endpoint(m.place.Endpoint)
		if !ok {
			continue
		}
		for _, b := range metadata.Behaviours() {
			if !strings.HasPrefix(b.Name, endpoint.Kind+"/") || b.Status != 0 && b.Status < 400 {
				continue
			}
			for _, exit := range []int{0, 1} {
				r := m.run()
				r.ExitCode, r.Stderr = exit, []byte("boom: command: not found\n")
				r.Lookups = append(r.Lookups, metadata.Lookup{Endpoint: m.place.Endpoint, Method: "GET", Path: "/x",
					Status: b.Status, Behaviour: b.Name, Note: "because"})
				if _, known := facts.Refusal(b.Name); exit == 0 && !known {
					continue // a step to another attempt, as a program may ask in vain
				}
				t.Run(fmt.Sprintf("%s/%s/%d", m.host.Name, b.Name, exit), func(t *testing.T) {
					m.tell(t, &r, []ledger.Kind{NoCall, SwallowedFailure}, m.place.Name, "because")
				})
			}
		}
	}
}

// TestTheMachinesRoleIsNotAllowedMore: on every host with a role for the program and
// another for the machine, a call that was made as the machine is told to be made as the
// program.
func TestTheMachinesRoleIsNotAllowedMore(t *testing.T) {
	hosts := 0
	for _, m := range everyPlace(t) {
		at := slices.IndexFunc(m.all, func(o Offered) bool { return o.Machine && o.Role != "" })
		if at < 0 || m.place.Machine || m.place.Role == "" {
			continue
		}
		hosts++
		machine := &m.all[at]
		r := m.run()
		key := machine.KeyIDs[0]
		r.Lookups = append(r.Lookups, metadata.Lookup{Endpoint: machine.Endpoint, Status: 200, KeyID: key})
		r.Exchanges = append(r.Exchanges, call("sigv4", key, machine.Principal, verdict.Denied))
		m.tell(t, &r, []ledger.Kind{WrongPrincipal}, m.place.Name, m.place.Role, "Do not allow it to the machine")
	}
	if hosts < 3 {
		t.Errorf("%d hosts have both", hosts)
	}
}
