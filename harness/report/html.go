package report

import (
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/plural"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"count": plural.Count}).Parse(pageHTML))

// page is what the template is filled with.
type page struct {
	Report *Report
	Data   string // the report as the page's script reads it
	CSS    template.CSS
	Script template.JS
	// ScriptHash lets the page's own script run, and no other.
	ScriptHash string
	Outcomes   []outcomeCount
	Unexpected int
	Columns    int
	Groups     []group
	Rows       []row
	Took       string
	Causes     []Cause
}

// Headline says in a line what came of it all.
func (p page) Headline() string {
	cells := plural.Count(len(p.Report.Cells), "cell")
	switch {
	case p.Columns == 1 && len(p.Report.Cells) > 1:
		return p.Report.answer(len(p.Causes))
	case p.Unexpected > 0:
		return fmt.Sprintf("%d of %s not as expected: %s", p.Unexpected, cells, plural.Count(len(p.Causes), "cause"))
	case len(p.Report.Cells) == 1:
		return "The cell is as expected"
	}
	return "All " + cells + " are as expected"
}

type outcomeCount struct {
	Outcome Outcome
	Word    string
	Count   int
}

// group is a subject's columns.
type group struct {
	Subject
	Index int
}

type row struct {
	Host
	Cells []gridCell
}

// gridCell is a cell of the grid; one of another shard has no Outcome.
type gridCell struct {
	Index   int // in the report's cells
	Group   int
	First   bool // of its group
	Outcome Outcome
	Label   string // for the pointer and the screen reader
	Off     bool   // not as expected
	Note    bool   // accepted, and the diagnosis has something to say
}

// WriteHTML writes the report as one page that needs nothing else: no request
// leaves it.
func (r *Report) WriteHTML(w io.Writer) error {
	data, err := r.packed()
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(pageJS))
	p := page{
		Report: r, Data: data, CSS: template.CSS(pageCSS), Script: template.JS(pageJS),
		ScriptHash: base64.StdEncoding.EncodeToString(sum[:]),
		Unexpected: r.Unexpected(), Took: took(r), Causes: r.Causes(),
	}
	counts := r.Count()
	for _, o := range Outcomes {
		if counts[o] > 0 {
			p.Outcomes = append(p.Outcomes, outcomeCount{o, word[o], counts[o]})
		}
	}
	for i, s := range r.Subjects {
		p.Groups = append(p.Groups, group{Subject: s, Index: i})
		p.Columns += len(s.Strategies)
	}
	p.Rows = r.rows()
	return pageTemplate.Execute(w, p)
}

// packed is the report as JSON, compressed to about a fifteenth, in base64 for
// URLs.
func (r *Report) packed() (string, error) {
	var text strings.Builder
	encoded := base64.NewEncoder(base64.RawURLEncoding, &text)
	compressed, _ := gzip.NewWriterLevel(encoded, gzip.BestCompression)
	err := errors.Join(json.NewEncoder(compressed).Encode(r), compressed.Close(), encoded.Close())
	return text.String(), err
}

func (r *Report) rows() (rows []row) {
	index := map[string]int{}
	for i := range r.Cells {
		index[r.Cells[i].Name()] = i
	}
	for _, h := range r.Hosts {
		line := row{Host: h}
		for group, s := range r.Subjects {
			for n, way := range s.Strategies {
				cell := gridCell{Group: group, First: n == 0, Index: -1}
				if i, ok := index[(&Cell{Host: h.Name, Subject: s.Name, Strategy: way.Name}).Name()]; ok {
					cell.fill(i, &r.Cells[i])
				}
				line.Cells = append(line.Cells, cell)
			}
		}
		rows = append(rows, line)
	}
	return rows
}

func (g *gridCell) fill(i int, c *Cell) {
	g.Index, g.Outcome, g.Off = i, c.Outcome, !c.AsExpected()
	g.Note = c.Outcome == Accepted && c.Finding != ""
	parts := []string{c.Status.text()}
	if g.Note {
		parts = append(parts, "with a note: "+c.Finding)
	}
	if g.Off {
		parts = append(parts, "not as expected")
	}
	g.Label = strings.Join(parts, "; ")
}

func took(r *Report) string {
	seconds := int(r.Duration.Round(1e9).Seconds())
	if seconds < 60 {
		return fmt.Sprintf("%d s", seconds)
	}
	return fmt.Sprintf("%d min %d s", seconds/60, seconds%60)
}
