package report_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/hostproof/hostproof/harness/report"
)

func TestJSONFitsItsSchema(t *testing.T) {
	compiled := compile(t)
	for name, r := range map[string]*report.Report{"whole": sample(), "shard": shard(sample(), 1, 2)} {
		if err := validate(t, compiled, r); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	wrong := sample()
	wrong.Cells[0].Outcome = "fine"
	if err := validate(t, compiled, wrong); err == nil {
		t.Error("the schema takes an outcome that there is not")
	}
	wrong = sample()
	wrong.Schema = "hostproof-matrix/2"
	if err := validate(t, compiled, wrong); err == nil {
		t.Error("the schema takes another version")
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, r *report.Report) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, r.WriteJSON)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestJSONReadsBack(t *testing.T) {
	want := written(t, sample().WriteJSON)
	r, err := report.ReadJSON(strings.NewReader(want))
	if err != nil {
		t.Fatal(err)
	}
	if got := written(t, r.WriteJSON); got != want {
		t.Error("what was read is not what was written")
	}
}

func TestReadRefusesWhatIsNoReport(t *testing.T) {
	for text, says := range map[string]string{
		"":                                    "no report",
		"{}":                                  `its schema is ""`,
		`{"schema": "hostproof-matrix/9"}`:    "hostproof-matrix/1",
		`{"schema": "hostproof-matrix/1"} {}`: "something follows",
		`[1]`:                                 "no report",
	} {
		if _, err := report.ReadJSON(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want %q in it", text, err, says)
		}
	}
}

func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(
		`{"schema":"hostproof-matrix/1","cells":[{"host":"a","outcome":"refused","run":{"exchanges":[{}]}}],"hosts":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := report.ReadJSON(bytes.NewReader(data))
		if err != nil {
			return
		}
		// Whatever can be read can be written in every form.
		for _, write := range []func(io.Writer) error{r.WriteJSON, r.WriteJUnit, r.WriteHTML} {
			if err := write(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		_ = r.WriteTable(io.Discard, report.TableStyle{Colour: true})
		_, _ = report.Merge(r, r)
	})
}

// shard is a part of a report as matrix.Run would make it.
func shard(r *report.Report, index, total int) *report.Report {
	out := *r
	out.Shard = &report.Shard{Index: index, Total: total}
	out.Cells = nil
	for i := index - 1; i < len(r.Cells); i += total {
		out.Cells = append(out.Cells, r.Cells[i])
	}
	return &out
}

func TestShardsMergeIntoTheSameReport(t *testing.T) {
	want := sample()
	for total := 1; total <= len(want.Cells)+2; total++ {
		var shards []*report.Report
		for i := 1; i <= total; i++ {
			shards = append(shards, shard(want, i, total))
		}
		rand.Shuffle(len(shards), func(i, j int) { shards[i], shards[j] = shards[j], shards[i] })
		got, err := report.Merge(shards...)
		if err != nil {
			t.Fatal(err)
		}
		for name, write := range map[string][2]func(io.Writer) error{
			"JSON": {got.WriteJSON, want.WriteJSON}, "JUnit": {got.WriteJUnit, want.WriteJUnit}, "HTML": {got.WriteHTML,
				want.WriteHTML},
		} {
			if written(t, write[0]) != written(t, write[1]) {
				t.Errorf("%d shards: the merged %s is another", total, name)
			}
		}
	}
}

// TestMergedTime: the shards ran at the same time or one after another, and the whole
// took from the first beginning to the last end.
func TestMergedTime(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	one, two, three := shard(sample(), 1, 3), shard(sample(), 2, 3), shard(sample(), 3, 3)
	one.Started, one.Duration = noon.Add(time.Minute), 10*time.Minute
	two.Started, two.Duration = noon, time.Minute
	three.Started, three.Duration = noon.Add(2*time.Minute), time.Minute
	for _, shards := range [][]*report.Report{{one, two, three}, {three, one, two}, {two, three, one}} {
		got, err := report.Merge(shards...)
		if err != nil || !got.Started.Equal(noon) || got.Duration != 11*time.Minute {
			t.Errorf("from %s for %s, %v", got.Started, got.Duration, err)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	one, two, other := shard(sample(), 1, 3), shard(sample(), 2, 3), shard(sample(), 3, 3)
	other.Hosts = other.Hosts[:1]
	for says, shards := range map[string][]*report.Report{
		"no report":           {},
		"give shard 2/3, 3/3": {one},
		"give shard 3/3":      {two, one},
		"is there twice":      {one, two, one},
		"of another plan":     {one, other},
	} {
		if _, err := report.Merge(shards...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q in it", err, says)
		}
	}
	stranger := shard(sample(), 3, 3)
	stranger.Cells = slices.Clone(stranger.Cells)
	stranger.Cells[0].Host = "elsewhere"
	if _, err := report.Merge(one, two, stranger); err == nil || !strings.Contains(err.Error(),
		"not of the report's plan") {
		t.Errorf("got %v", err)
	}
}

func TestFilesAreReadBackFromBelow(t *testing.T) {
	dir := t.TempDir()
	for i := 1; i <= 2; i++ {
		if err := shard(sample(), i, 2).WriteFiles(filepath.Join(dir, fmt.Sprint("shard-", i))); err != nil {
			t.Fatal(err)
		}
	}
	found, err := report.ReadDir(dir)
	if err != nil || len(found) != 2 || found[1].Shard.Index != 2 {
		t.Fatalf("found %d reports, %v", len(found), err)
	}
	if err := os.WriteFile(filepath.Join(dir, report.JSONFile), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := report.ReadDir(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v, want the file's name", err)
	}
}

// junitShape is what the common schema of JUnit XML allows: an element's
// attributes and children; those with "!" must be there.
var junitShape = map[string]struct{ attributes, children []string }{
	"testsuites": {[]string{"name", "time", "tests", "failures", "disabled", "errors"}, []string{"testsuite"}},
	"testsuite": {[]string{"name!", "tests!", "failures", "errors", "time", "disabled", "skipped", "timestamp",
		"hostname", "id", "package"}, []string{"properties", "testcase", "system-out", "system-err"}},
	"testcase": {[]string{"name!", "assertions", "time", "classname", "status"}, []string{"skipped", "error",
		"failure", "system-out", "system-err"}},
	"error":      {[]string{"type", "message"}, nil},
	"failure":    {[]string{"type", "message"}, nil},
	"system-out": {nil, nil},
}

func TestJUnitHasTheCommonShape(t *testing.T) {
	text := written(t, sample().WriteJUnit)
	counts, stack := map[string]int{}, []string{}
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			counts[name]++
			if len(stack) == 0 && name != "testsuites" || len(stack) > 0 &&
				!slices.Contains(junitShape[stack[len(stack)-1]].children, name) {
				t.Errorf("%s within %v", name, stack)
			}
			checkAttributes(t, e)
			stack = append(stack, name)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
	want := map[string]int{"testsuites": 1, "testsuite": 2, "testcase": 10, "failure": 1, "error": 1, "system-out": 3}
	if fmt.Sprint(counts) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", counts, want)
	}
	for _, want := range []string{`tests="10" failures="1" errors="1"`,
		`<testsuite name="vercel" tests="5" failures="0" errors="0"`,
		`message="outcome failed, not accepted"`, "mixed-credentials: The access key id",
		`timestamp="2026-11-21T07:30:00"`} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func checkAttributes(t *testing.T, e xml.StartElement) {
	t.Helper()
	has := map[string]string{}
	for _, a := range e.Attr {
		has[a.Name.Local] = a.Value
		known := junitShape[e.Name.Local].attributes
		if !slices.Contains(known, a.Name.Local) && !slices.Contains(known, a.Name.Local+"!") {
			t.Errorf("%s has an attribute %s", e.Name.Local, a.Name.Local)
		}
	}
	for _, name := range junitShape[e.Name.Local].attributes {
		if name, must := strings.CutSuffix(name, "!"); must && has[name] == "" {
			t.Errorf("%s has no %s", e.Name.Local, name)
		}
	}
	for _, number := range []string{"tests", "failures", "errors", "skipped", "time"} {
		if value, ok := has[number]; ok {
			if _, err := strconv.ParseFloat(value, 64); err != nil {
				t.Errorf("%s of %s is no number: %q", number, e.Name.Local, value)
			}
		}
	}
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteTable(&b, report.TableStyle{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"host   │  1  2  3 │  4  5 ", "local  │  ✓  ∅  ✓ │ *! *? ", "vercel │  ✗  ✓  ✗ │  ✓  ✓ ",
		"✗ 1 of node-ai-sdk@3.0.70: The library takes the token from the environment. (vercel/ai#14136)\n  on vercel\n",
		"∅ 1 of node-ai-sdk@3.0.70: The library has no default chain. (vercel/ai#2780)\n  on local\n",
		"10 cells: ✓ 5 accepted, ✗ 2 refused by AWS, ∅ 1 no AWS call", "2 not as expected (*):",
		"local / aws-cli / chain", "cannot deploy: the disk is full",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("has an escape character, without colours")
	}
	b.Reset()
	if err := sample().WriteTable(&b, report.TableStyle{Colour: true}); err != nil || !strings.Contains(b.String(),
		"\x1b[31m✗\x1b[0m") {
		t.Errorf("%v: has no colours", err)
	}
}

// TestTableInBands checks that a grid too wide for the terminal goes on below,
// with every row and with columns numbered on.
func TestTableInBands(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteTable(&b, report.TableStyle{Width: 19}); err != nil {
		t.Fatal(err)
	}
	want := "host   │  1  2  3 \nlocal  │  ✓  ∅  ✓ \nvercel │  ✗  ✓  ✗ \n\nhost   │  4  5 \nlocal  │ *! *? \nvercel " +
		"│  ✓  ✓ \n\n"
	if !strings.HasPrefix(b.String(), want) {
		t.Errorf("got\n%s", b.String())
	}
}

var external = regexp.MustCompile(
	`(?i)(src|srcset|action|poster|data)\s*=\s*["']?(https?:)?//|@import|url\(|<(iframe|object|embed|base)\b`)

func TestPageIsOneFileAndEscapes(t *testing.T) {
	text := written(t, sample().WriteHTML)
	if at := external.FindString(text); at != "" {
		t.Errorf("the page asks for something elsewhere: %s", at)
	}
	if strings.Contains(text, "<script>alert") || strings.Count(text, "<script") != 1 {
		t.Error("what a subject printed is part of the page's code")
	}
	// The data is the report.
	r := unpacked(t, text)
	if written(t, r.WriteJSON) != written(t, sample().WriteJSON) {
		t.Error("the page's data is another report")
	}
}

// unpacked is the report that a page carries.
func unpacked(t *testing.T, page string) *report.Report {
	t.Helper()
	_, after, _ := strings.Cut(page, `<div id="data" hidden>`)
	data, _, _ := strings.Cut(after, "</div>")
	unzipped, err := gzip.NewReader(base64.NewDecoder(base64.RawURLEncoding, strings.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.NewDecoder(unzipped).Decode(&r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// TestSkippedSaysWhy checks that a cell that was not run is reported as such in each
// form, with the reason, and is neither a failure nor unexpected.
func TestSkippedSaysWhy(t *testing.T) {
	r := sample()
	r.Cells = r.Cells[5:10] // as expected, all of them
	const reason = "there is no cargo: install Rust"
	r.Cells[4] = report.Cell{Host: r.Cells[4].Host, Subject: r.Cells[4].Subject, Strategy: r.Cells[4].Strategy,
		Status: report.Status{Outcome: report.Skipped}, Problem: reason}
	if n := r.Unexpected(); n != 0 {
		t.Errorf("%d cells are not as expected", n)
	}
	if err := validate(t, compile(t), r); err != nil {
		t.Error(err)
	}
	table := written(t, func(w io.Writer) error { return r.WriteTable(w, report.TableStyle{}) })
	junit := written(t, r.WriteJUnit)
	page := written(t, r.WriteHTML)
	for _, want := range []struct{ in, what string }{
		{table, "- 1 skipped"}, {table, "skipped aws-cli: " + reason}, {table, "all that ran as expected"},
		{junit, `<skipped message="` + reason + `">`}, {junit, `skipped="1"`}, {junit, `failures="0"`},
		{page, `data-outcome="skipped"`}, {unpacked(t, page).Cells[4].Problem, reason},
	} {
		if !strings.Contains(want.in, want.what) {
			t.Errorf("no %q in\n%.2000s", want.what, want.in)
		}
	}
}
