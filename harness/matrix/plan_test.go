package matrix

import (
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/harness/report"
)

// TestBuiltinProject: the region where the host sets none and the project may, roles
// that may do all where there are any, a build's variables baked in, the start where
// credentials come with a request.
func TestBuiltinProject(t *testing.T) {
	at := func(phases ...string) *fixtures.ProjectVariables {
		return &fixtures.ProjectVariables{At: phases}
	}
	for _, row := range []struct {
		name        string
		host        fixtures.Host
		set         string
		roles       bool
		baked, init bool
	}{
		{"nothing", fixtures.Host{}, "AWS_DEFAULT_REGION AWS_REGION", false, false, false},
		{"a region of its own", fixtures.Host{Variables: []fixtures.Variable{{Name: "AWS_REGION"}}},
			"AWS_DEFAULT_REGION", false, false,
			false},
		{"both", fixtures.Host{Variables: []fixtures.Variable{{Name: "AWS_REGION"}, {Name: "AWS_DEFAULT_REGION"}}}, "",
			false, false, false},
		{"reserved names", fixtures.Host{Reserved: []fixtures.Reserved{{Prefixes: []string{"AWS_"}}}}, "", false, false,
			false},
		{"roles", fixtures.Host{Roles: []fixtures.Role{{Name: "r"}}}, "AWS_DEFAULT_REGION AWS_REGION", true, false,
			false},
		{"variables of builds", fixtures.Host{Phase: "runtime", ProjectVariables: at("build")},
			"AWS_DEFAULT_REGION AWS_REGION", false, true,
			false},
		{"variables of both", fixtures.Host{Phase: "runtime", ProjectVariables: at("build", "runtime")},
			"AWS_DEFAULT_REGION AWS_REGION",
			false, false, false},
		{"with a request", fixtures.Host{Variables: []fixtures.Variable{{Name: "T", Present: fixtures.Request}}},
			"AWS_DEFAULT_REGION AWS_REGION", false, false, true},
	} {
		p := BuiltinProject(&row.host)
		var set []string
		for name, value := range p.Set {
			if set = append(set, name); value != "${region}" {
				t.Errorf("%s: %s is %q", row.name, name, value)
			}
		}
		slices.Sort(set)
		if strings.Join(set, " ") != row.set || (len(p.RoleAllow["*"]) == 1) != row.roles || p.Baked != row.baked ||
			p.AtInit != row.init ||
			p.BearerAs != "MY_BEDROCK_API_KEY" || strings.Join(p.Buckets, " ") != "uploads" ||
			strings.Join(p.KeyAs, " ") != strings.Join(project.DefaultKeyAs, " ") {
			t.Errorf("%s: got %+v", row.name, p)
		}
	}
}

// TestPatterns: "*" stands for anything, also for nothing.
func TestPatterns(t *testing.T) {
	for _, row := range []struct {
		pattern, name string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"a*", "a", true}, {"a*", "ab", true}, {"a*", "ba", false},
		{"*a", "ba", true},
		{"*a", "ab", false}, {"a*c", "abc", true}, {"a*c", "ac", true}, {"a*c", "abcd", false}, {"*", "", true},
		{"a*b*c", "a1b2c", true},
		{"a*b*c", "acb", false},
	} {
		if got := fits(row.pattern, row.name); got != row.want {
			t.Errorf("%q on %q: got %t", row.pattern, row.name, got)
		}
	}
	if got := namesOf("aws-cli@2.1"); strings.Join(got, " ") != "aws-cli@2.1 aws-cli" {
		t.Errorf("got %q", got)
	}
}

// TestParts: every cell is of one shard, and neighbours are of different ones.
func TestParts(t *testing.T) {
	ways := func(names ...string) (out []report.Strategy) {
		for _, n := range names {
			out = append(out, report.Strategy{Name: n})
		}
		return out
	}
	p := &Plan{Hosts: []*fixtures.Host{{Name: "h"}, {Name: "i"}}, Subjects: []Subject{
		{Subject: report.Subject{Name: "s", Strategies: ways("x", "y")}},
		{Subject: report.Subject{Name: "t", Strategies: ways("z")}}}}
	names := func(cells []cell) string {
		var out []string
		for _, c := range cells {
			out = append(out, c.host.Name+c.subject.Name+c.strategy)
		}
		return strings.Join(out, " ")
	}
	for shard, want := range map[*report.Shard]string{nil: "hsx hsy htz isx isy itz",
		{Index: 1, Total: 2}: "hsx htz isy",
		{Index: 2, Total: 2}: "hsy isx itz", {Index: 1, Total: 1}: "hsx hsy htz isx isy itz",
		{Index: 4, Total: 4}: "isx"} {
		if got := names(p.part(shard)); got != want {
			t.Errorf("%+v: got %q, want %q", shard, got, want)
		}
	}
	if p.Size() != 6 {
		t.Errorf("%d cells", p.Size())
	}
	if err := p.narrow([]string{"x"}); err != nil || names(p.cells()) != "hsx isx" {
		t.Errorf("%v: %q", err, names(p.cells()))
	}
}

// TestRecordedReasons: what the diagnosis found, else the outcome; what is accepted needs
// none.
func TestRecordedReasons(t *testing.T) {
	for _, row := range []struct {
		c    report.Cell
		want string
	}{
		{report.Cell{Status: report.Status{Outcome: report.Accepted},
			Run: &report.Run{Findings: []report.Finding{{What: "W."}}}}, ""},
		{report.Cell{Status: report.Status{Outcome: report.Refused},
			Run: &report.Run{Findings: []report.Finding{{What: "W."}, {What: "X."}}}},
			"Seen: W."},
		{report.Cell{Status: report.Status{Outcome: report.Refused}, Run: &report.Run{}}, "Seen: refused."},
		{report.Cell{Status: report.Status{Outcome: report.NoCall}}, "Seen: no-call."},
	} {
		if got := because(&row.c); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}
