package diagnose

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/harness/diagnose/facts"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/isolation"
	_ "github.com/hostproof/hostproof/harness/isolation/all" // what each cannot see
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// row is one situation in a rule's testdata: what the rule says of it, or that it
// says nothing.
type row struct {
	Name string
	// Calls are the AWS calls of the run.
	Calls []callRow
	// Of is the number of the call that a rule about calls is asked of, from 1.
	Of int
	// Run is the rest of the result, by the names of its JSON form.
	Run            map[string]any
	Stdout, Stderr string
	// Host and User are variables that the host and the project set.
	Host, User map[string]string
	// Known is what the deployment knows, by the names of its fields.
	Known map[string]any
	// Refused are addresses that the program could not connect to, TLS the problems
	// of handshakes with sts.amazonaws.com.
	Refused []string
	TLS     []string
	Visits  []visitRow
	// Lookups are requests to the host's endpoints.
	Lookups []metadata.Lookup

	// Speaks are texts of the finding, Hides texts that it must not have. A row with
	// neither wants silence.
	Speaks, Hides []string
	Silent        bool
	// Kind and Hazard are given where they are other than the rule's.
	Kind   ledger.Kind
	Hazard *bool
}

// callRow is an AWS call at noon: an exchange by the names of its JSON form, and in
// short what is tedious there.
type callRow struct {
	Exchange map[string]any `yaml:",inline"`
	// Token, Bearer, Identity and NotKeyID are texts that the request presents.
	Token, Bearer, Identity, NotKeyID string
	// As is the principal; the call was accepted unless Refused gives a reason.
	As, Refused, Detail string
	Cause               map[string]any // of Refused, as in the journal
	// Ahead is how far the signer's clock was ahead.
	Ahead time.Duration
	Agent string
}

type visitRow struct {
	Path, Problem, Body string
	Status              int
	Calls               []int64
}

func into(t *testing.T, from any, to any) {
	t.Helper()
	data, err := json.Marshal(from)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(to); err != nil {
		t.Fatal(err)
	}
}

func (c *callRow) exchange(t *testing.T, seq int) mockaws.Exchange {
	t.Helper()
	e := mockaws.Exchange{Seq: int64(seq), Time: noon, Status: 200}
	if c.Exchange != nil {
		into(t, c.Exchange, &e)
	}
	p := &e.Presented
	if p.Scheme == "" {
		p.Scheme = "sigv4"
	}
	p.Token, p.Bearer = mockaws.Describe(c.Token), mockaws.Describe(c.Bearer)
	p.IdentityToken, p.NotKeyID = mockaws.Describe(c.Identity), mockaws.Describe(c.NotKeyID)
	e.Header = map[string][]string{"User-Agent": {c.Agent}, "X-Amz-Date": {noon.Add(c.Ahead).Format(facts.BasicFormat)}}
	e.Verdict.Principal, e.Verdict.Accepted = c.As, c.Refused == ""
	if c.Refused != "" {
		e.Verdict.Refusal = new(verdict.Refusal)
		into(t, map[string]any{"stage": verdict.StageAuthenticate, "reason": c.Refused, "detail": c.Detail,
			"cause": c.Cause}, e.Verdict.Refusal)
	}
	return e
}

func (r *row) facts(t *testing.T) *facts.Facts {
	t.Helper()
	result := &ledger.Result{Host: "somewhere", Isolation: string(isolation.Sandbox), Duration: 2 * time.Second}
	if r.Run != nil {
		into(t, r.Run, result)
	}
	backend, err := isolation.Find(isolation.Mode(result.Isolation))
	if err != nil {
		t.Fatal(err)
	}
	result.Blind = backend.Blind()
	result.Stdout, result.Stderr, result.Lookups = []byte(r.Stdout), []byte(r.Stderr), r.Lookups
	for i := range r.Calls {
		result.Exchanges = append(result.Exchanges, r.Calls[i].exchange(t, i+1))
	}
	for by, values := range map[ledger.SetBy]map[string]string{ledger.ByHost: r.Host, ledger.ByUser: r.User} {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			result.Environment = append(result.Environment, ledger.Variable{Name: name, Value: values[name], SetBy: by})
		}
	}
	for _, address := range r.Refused {
		to := netip.MustParseAddrPort(address)
		result.Refused = append(result.Refused,
			isolation.Attempt{Addr: to.Addr(), Port: to.Port(), Network: "tcp", Count: 1})
	}
	for _, problem := range r.TLS {
		result.TLSFailures = append(result.TLSFailures,
			isolation.TLSFailure{Name: "sts.amazonaws.com", Problem: problem, Count: 1})
	}
	for _, v := range r.Visits {
		result.Visits = append(result.Visits, ledger.Visit{
			Method: "GET", Path: v.Path, Status: v.Status, Problem: v.Problem, Body: []byte(v.Body), Calls: v.Calls,
		})
	}
	var known Known
	if r.Known != nil {
		into(t, r.Known, &known)
	}
	return facts.OfRun(result, known)
}

// ask asks a rule all that it may say of the facts.
func (r *row) ask(u *rule.Rule, f *facts.Facts) (out []ledger.Finding) {
	note := func(found ledger.Finding, ok bool) {
		if ok {
			out = append(out, found)
		}
	}
	if u.Call != nil {
		for i, c := range f.Calls {
			if r.Of == 0 || r.Of == i+1 {
				note(u.OnCall(c))
			}
		}
	}
	if u.Run != nil && len(f.Result.Visits) == 0 {
		note(u.OnRun(f))
	} else if u.Run != nil && u.Visit == nil {
		note(u.OnRun(f))
	}
	if u.Visit != nil {
		for i := range f.Result.Visits {
			v := &f.Result.Visits[i]
			f.About = &facts.Said{Text: string(v.Body), Where: "answered"}
			note(u.OnVisit(f, v))
		}
		f.About = nil
	}
	return out
}

func rowsOf(t *testing.T, u *rule.Rule) (out []row) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("rules", strings.ReplaceAll(string(u.Kind), "-", ""), "testdata",
		"*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var rows []row
		decoder := yaml.NewDecoder(bytes.NewReader(data))
		decoder.KnownFields(true)
		if err := decoder.Decode(&rows); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, rows...)
	}
	return out
}

// TestRules asks each rule of the situations in its folder. A rule without one in
// which it speaks and one in which it must be silent is not tested, and fails.
func TestRules(t *testing.T) {
	for _, u := range Rules() {
		t.Run(string(u.Kind), func(t *testing.T) {
			var speaks, silent int
			for _, r := range rowsOf(t, u) {
				if r.Silent {
					silent++
				} else {
					speaks++
				}
				t.Run(r.Name, func(t *testing.T) { r.check(t, u) })
			}
			if speaks == 0 || silent == 0 {
				t.Errorf("%d rows in which it speaks and %d in which it is silent: write at least one of each into "+
					"its testdata", speaks, silent)
			}
		})
	}
}

func (r *row) check(t *testing.T, u *rule.Rule) {
	if r.Silent == (len(r.Speaks) > 0) {
		t.Fatal("a row has either texts under speaks, or silent: true")
	}
	found := r.ask(u, r.facts(t))
	if r.Silent {
		if len(found) > 0 {
			t.Errorf("says %+v, want silence", found)
		}
		return
	}
	if len(found) != 1 {
		t.Fatalf("%d findings, want one: %+v", len(found), found)
	}
	f := found[0]
	if want := cmpKind(r.Kind, u.Kind); f.Kind != want {
		t.Errorf("kind %s, want %s", f.Kind, want)
	}
	if want := r.Hazard; want != nil && f.Hazard != *want || want == nil && f.Hazard != u.Hazard {
		t.Errorf("hazard %t", f.Hazard)
	}
	for _, text := range r.Speaks {
		if !strings.Contains(f.Paragraph(), text) {
			t.Errorf("says %q, want %q in it", f.Paragraph(), text)
		}
	}
	for _, text := range r.Hides {
		if strings.Contains(f.Paragraph(), text) {
			t.Errorf("says %q, and %q must not be in it", f.Paragraph(), text)
		}
	}
	if f.Change == "" {
		t.Error("says nothing of what to change")
	}
}

func cmpKind(given, rules ledger.Kind) ledger.Kind {
	if given != "" {
		return given
	}
	return rules
}

// TestFolders: each folder is a rule that is asked, and says what it is about.
func TestFolders(t *testing.T) {
	folders, err := filepath.Glob("rules/*/rule.go")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, u := range Rules() {
		folder := strings.ReplaceAll(string(u.Kind), "-", "")
		listed[filepath.Join("rules", folder, "rule.go")] = true
		for what, text := range map[string]string{"title": u.Doc.Title, "text": u.Doc.Text, "example": u.Doc.Example} {
			if strings.TrimSpace(text) == "" || strings.HasSuffix(text, ".") == (what == "title") {
				t.Errorf("%s: its Doc has the %s %q", folder, what, text)
			}
		}
		if u.Needs == 0 || u.Call == nil && u.Run == nil && u.Visit == nil {
			t.Errorf("%s: it needs no data, or looks at none", folder)
		}
		documented := strings.HasPrefix(u.Source, "https://") && slices.Contains([]string{"V", "L", "U"}, u.Confidence)
		if u.Kind != Refused && !documented {
			t.Errorf("%s: source %q, confidence %q", folder, u.Source, u.Confidence)
		}
	}
	for _, path := range folders {
		if !listed[path] {
			t.Errorf("%s is in no list of list.go: no run asks it", path)
		}
	}
	if len(folders) != len(listed) {
		t.Errorf("%d folders, and %d rules are listed", len(folders), len(listed))
	}
}

// TestRulesNeedWhatTheySay: without the data that a rule does not claim to look at
// it says the same.
func TestRulesNeedWhatTheySay(t *testing.T) {
	for _, u := range Rules() {
		for _, r := range rowsOf(t, u) {
			t.Run(string(u.Kind)+"/"+r.Name, func(t *testing.T) {
				with, without := r.facts(t), r.facts(t)
				without.Without(facts.All &^ (u.Needs | u.Uses))
				a, b := r.ask(u, with), r.ask(u, without)
				if len(a) != len(b) || len(a) > 0 && a[0].Paragraph() != b[0].Paragraph() {
					t.Errorf("with all data it says\n%+v\nand with what it needs\n%+v", a, b)
				}
			})
		}
	}
}

// TestPage holds the page of the handbook to the rules.
func TestPage(t *testing.T) {
	const path = "../docs/findings.md"
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := WritePage(&want); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not what the rules say: go generate ./harness/diagnose", path)
	}
}
