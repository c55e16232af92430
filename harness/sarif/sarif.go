// Package sarif writes findings in SARIF 2.1.0, in which code scanners tell what they
// found (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
//
// The types of owenrumney/go-sarif do not fit: a validator and two schemas would come
// with them into the command. The tests hold what is written to its copy of the schema.
package sarif

import (
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/diagnose/rule"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/place"
)

// schema is where OASIS publishes the schema of the format.
const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// Unexpected is the rule of a replayed case's expectation that does not hold.
const Unexpected ledger.Kind = "not-as-expected"

// Finding is a finding and where it shows.
type Finding struct {
	ledger.Finding
	// Host is the simulated host; empty where there is none.
	Host string
	// At is the program's line, as far as it is known.
	At place.Place
	// Expected says that the program is there to have this finding: it is told as a
	// note, and not as an error.
	Expected bool
}

// Of are the findings of a run, without its secrets. Problems show at the line that
// the program's output names last, or else where hazards do: in its file.
func Of(r *ledger.Result, problems, file place.Place) (out []Finding) {
	for _, f := range r.Diagnosis.Findings {
		for _, text := range []*string{&f.What, &f.Why, &f.Change} {
			*text = r.Scrub(*text)
		}
		at := file
		if !f.Hazard && problems != (place.Place{}) {
			at = problems
		}
		out = append(out, Finding{Finding: f, Host: r.Host, At: at})
	}
	return out
}

// Where are the two places of a run of a program in a folder, for Of.
func Where(r *ledger.Result, argv []string, dir string) (problems, file place.Place) {
	project := place.In(dir)
	for _, output := range [][]byte{r.Stderr, r.Stdout} {
		if problems = project.Of(output); problems != (place.Place{}) {
			break
		}
	}
	return problems, project.Program(argv)
}

// Write writes a log with one run of this tool. Version is the tool's. Findings of one
// host get its name as the category by which GitHub tells uploads for one commit
// apart.
func Write(w io.Writer, version string, findings []Finding) error {
	l := run{Results: []result{}}
	l.Tool.Driver = driver{
		Name: "hostproof", Version: version, InformationURI: "https://github.com/hostproof/hostproof",
		Rules: descriptors(findings),
	}
	hosts := map[string]bool{}
	for _, f := range findings {
		l.Results = append(l.Results, f.result(l.Tool.Driver.Rules))
		hosts[f.Host] = true
	}
	if len(hosts) == 1 && findings[0].Host != "" {
		l.AutomationDetails = &automationDetails{"hostproof/" + findings[0].Host + "/"}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(log{schema, "2.1.0", []run{l}})
}

// descriptors are the rules that the findings name, each once.
func descriptors(findings []Finding) []descriptor {
	out, known := []descriptor{}, map[string]bool{}
	for _, f := range findings {
		if id := string(f.Kind); !known[id] {
			known[id] = true
			out = append(out, describe(id))
		}
	}
	slices.SortFunc(out, func(a, b descriptor) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func describe(id string) descriptor {
	rules := diagnose.Rules()
	i := slices.IndexFunc(rules, func(r *rule.Rule) bool { return string(r.Kind) == id })
	if i < 0 {
		return descriptor{ID: id}
	}
	r := rules[i]
	d := descriptor{ID: id, Name: id, ShortDescription: &message{r.Doc.Title}, FullDescription: &message{r.Doc.Text},
		Help: &message{r.Doc.Text}, DefaultConfiguration: &configuration{level(r.Hazard, false)}}
	if strings.HasPrefix(r.Source, "https://") {
		d.HelpURI = r.Source
	}
	return d
}

func level(hazard, expected bool) string {
	switch {
	case expected:
		return "note"
	case hazard:
		return "warning"
	}
	return "error"
}

// result is the finding as the log has it.
func (f Finding) result(rules []descriptor) result {
	out := result{RuleID: string(f.Kind), Level: level(f.Hazard, f.Expected), Message: message{f.Paragraph()},
		RuleIndex: slices.IndexFunc(rules, func(d descriptor) bool { return d.ID == string(f.Kind) })}
	var at location
	if f.At.File != "" {
		at.PhysicalLocation = &physicalLocation{ArtifactLocation: artifactLocation{
			URI: (&url.URL{Path: f.At.File}).String(),
		}}
	}
	if f.At.Line > 0 {
		at.PhysicalLocation.Region = &region{f.At.Line}
	}
	if f.Host != "" {
		at.LogicalLocations = []logicalLocation{{Name: f.Host, Kind: "host"}}
	}
	if f.At.File != "" || f.Host != "" {
		out.Locations = []location{at}
	}
	out.Properties = properties{
		Host: f.Host, Call: f.Seq, Library: f.Library, Source: f.Source,
		Confidence: fixtures.ConfidenceWord(f.Confidence),
	}
	return out
}
