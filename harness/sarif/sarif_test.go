package sarif

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	published "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/place"
)

// publishedSchema is the schema that OASIS publishes, as a module of others has it.
func publishedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}",
		"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(
		token.NewFileSet(),
		filepath.Join(strings.TrimSpace(string(dir)), "schema.go"),
		nil,
		0,
	)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && len(lit.Value) > len(text) {
			text, err = strconv.Unquote(lit.Value)
		}
		return true
	})
	doc, err2 := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	if id := doc.(map[string]any)["id"]; id != schema {
		t.Fatalf("the schema's id is %v, want %s", id, schema)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(schema, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, findings []Finding) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, "1.2.3", findings); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// all has a finding of every rule, one of none, and each kind of place.
func all() (out []Finding) {
	places := []place.Place{{}, {File: "a b/c%d:e#f.mjs"}, {File: "app.mjs", Line: 7}}
	for i, r := range diagnose.Rules() {
		out = append(out, Finding{
			Host:     []string{"", "ecs", "vercel"}[i%3],
			At:       places[i%3],
			Expected: i%5 == 0,
			Finding: ledger.Finding{
				Kind:       r.Kind,
				Hazard:     r.Hazard,
				What:       "What <b>&.",
				Change:     "Change.",
				Seq:        int64(i),
				Source:     r.Source,
				Confidence: r.Confidence,
			},
		})
	}
	return append(out, Finding{Finding: ledger.Finding{Kind: Unexpected, What: "It failed."}})
}

// TestWriteIsSARIF holds what is written to the published schema, which allows nothing
// that it does not name, and reads it with the types of others.
func TestWriteIsSARIF(t *testing.T) {
	schema := publishedSchema(t)
	for name, findings := range map[string][]Finding{"nothing": nil, "everything": all()} {
		text := write(t, findings)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		read, err := published.FromBytes(text)
		if err != nil || len(read.Runs) != 1 || len(read.Runs[0].Results) != len(findings) {
			t.Errorf("%s: %v: %+v", name, err, read)
		}
	}
	// The schema can refuse.
	if schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{"results": []any{}}}}) == nil {
		t.Error("a run without a tool is taken for right")
	}
}

func TestWrite(t *testing.T) {
	text := write(t, []Finding{
		{Host: "ecs", At: place.Place{File: "src/a b.mjs", Line: 7},
			Finding: ledger.Finding{Kind: "not-allowed", What: "What.", Why: "Why.", Change: "Change.", Seq: 3}},
		{
			Host:    "ecs",
			Finding: ledger.Finding{Kind: "long-term-key", Hazard: true, What: "It worked.", Confidence: "V"},
		},
	})
	var got log
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	r := got.Runs[0]
	if r.AutomationDetails == nil || r.AutomationDetails.ID != "hostproof/ecs/" || r.Tool.Driver.Version != "1.2.3" {
		t.Errorf("got %+v", r)
	}
	first, second := r.Results[0], r.Results[1]
	at := first.Locations[0].PhysicalLocation
	if first.Level != "error" || first.Message.Text != "What. Why. Change." ||
		at.ArtifactLocation.URI != "src/a%20b.mjs" ||
		at.Region.StartLine != 7 ||
		first.Properties.Call != 3 {
		t.Errorf("got %+v at %+v", first, at)
	}
	if second.Level != "warning" || second.Locations[0].PhysicalLocation != nil ||
		second.Locations[0].LogicalLocations[0].Name != "ecs" || second.Properties.Confidence != "verified" {
		t.Errorf("got %+v", second)
	}
	for _, res := range r.Results {
		if d := r.Tool.Driver.Rules[res.RuleIndex]; d.ID != res.RuleID || d.ShortDescription == nil ||
			d.DefaultConfiguration.Level != res.Level {
			t.Errorf("%s has the rule %+v", res.RuleID, d)
		}
	}
}

// TestOf: problems show at the line that is known, hazards in the file, and no secret
// does.
func TestOf(t *testing.T) {
	const secret = "wJalrXUtnFEMIxK7MDENGxbPxRfiCYzzzzzzzzzz"
	r := &ledger.Result{Host: "ecs", Diagnosis: ledger.Diagnosis{Findings: []ledger.Finding{
		{Kind: "a", What: "It has " + secret, Why: secret, Change: secret}, {Kind: "b", Hazard: true},
	}}}
	r.KeepSecrets([]string{secret})
	file, line := place.Place{File: "a.mjs"}, place.Place{File: "a.mjs", Line: 3}
	got := Of(r, line, file)
	if len(got) != 2 || got[0].At != line || got[1].At != file || got[0].Host != "ecs" {
		t.Errorf("got %+v", got)
	}
	if text := write(t, got); bytes.Contains(text, []byte(secret)) {
		t.Errorf("it shows a secret: %s", text)
	}
	if got := Of(r, place.Place{}, file); got[0].At != file {
		t.Errorf("without a line: %+v", got[0])
	}
}
