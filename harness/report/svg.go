package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The measures of the picture, in pixels. All hosts and subjects make a picture that is
// about as wide as a column of text, so that it is read at its own size.
const (
	svgColumn = 12 // of a cell, including the gap to the next
	svgRow    = 13 // likewise
	svgSquare = 9  // of a cell
	svgGap    = 5  // between two subjects
	svgLetter = 6  // the width of a letter of the labels
	svgMargin = 10
	svgLegend = 17 // a line of the legend, which stands where one begins to read
)

// svgMarks draw an outcome in a square of svgSquare: each differs in shape, not
// only in colour.
var svgMarks = map[Outcome][]struct{ class, path string }{
	Accepted: {{"ok", "h9v9h-9z"}, {"ok-mark", "m2 4.8l1.9 1.9l3.2-4"}},
	Refused:  {{"bad", "h9v9h-9z"}, {"bad-mark", "m2.5 2.5l4 4m0-4l-4 4"}},
	NoCall:   {{"none", "m.8 4.5a3.7 3.7 0 1 0 7.4 0a3.7 3.7 0 1 0-7.4 0m1.2 2.5l5-5"}},
	Failed:   {{"warn", "m4.5.5l4.2 8h-8.4z"}},
	Broken:   {{"warn-mark", "m2.5 3a2 2 0 1 1 2 2v1.5m0 1.6v.6"}},
	Skipped:  {{"rest", "m2 4.5h5"}},
}

const svgStyle = `
text{font:10px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#12161c}
.way{fill:#596273}.group{font-weight:600}
.said{font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.ground{fill:#fff}.band{fill:#f3f5f8}
.ok{fill:#cfeeda}.bad{fill:#c4282d}.warn{fill:#d99a1c}
.ok-mark{stroke:#0b6b3c}.bad-mark{stroke:#fff}.warn-mark{stroke:#855000}.none{stroke:#6434a8}.rest{stroke:#8a94a3}.off{stroke:#12161c}
.ok-mark,.bad-mark,.warn-mark,.none,.rest,.off{fill:none;stroke-width:1.3}
@media (prefers-color-scheme:dark){
text{fill:#e8ecf2}.way{fill:#9aa5b5}.ground{fill:#0e1116}.band{fill:#161b22}
.ok{fill:#17432b}.bad{fill:#d13c42}.ok-mark{stroke:#63d89a}.warn-mark{stroke:#f3bd55}.none{stroke:#c9acf8}.off{stroke:#fff}}
`

// WriteSVG writes the grid as one small picture that follows the reader's
// colours, for a README or the summary of a CI run.
func (r *Report) WriteSVG(w io.Writer) error {
	s := &svg{report: r, paths: map[string]*strings.Builder{}}
	s.measure()
	s.labels()
	s.cells()
	_, err := io.WriteString(w, s.whole())
	return err
}

type svg struct {
	report        *Report
	left, top     float64 // where the cells begin
	ways          float64 // where the names of the ways end
	width, height float64
	columns       map[string]float64          // x by host
	rows          map[[2]string]float64       // y by subject and strategy
	body          strings.Builder             // the labels
	paths         map[string]*strings.Builder // by class
}

func letters(text string) float64 { return svgLetter * float64(utf8.RuneCountInString(text)) }

func (s *svg) measure() {
	var hosts, ways, subjects float64
	for _, h := range s.report.Hosts {
		hosts = max(hosts, letters(h.Name))
	}
	for _, x := range s.report.Subjects {
		subjects = max(subjects, letters(x.Name))
		for _, way := range x.Strategies {
			ways = max(ways, letters(way.Name))
		}
	}
	s.ways = svgMargin + subjects + 10 + ways
	legend := float64(len(s.report.Count()) * svgLegend)
	s.left, s.top = s.ways+6, svgMargin+max(hosts, legend)+12
	s.columns, s.rows = map[string]float64{}, map[[2]string]float64{}
	x, y := s.left, s.top
	for _, h := range s.report.Hosts {
		s.columns[h.Name] = x
		x += svgColumn
	}
	for _, subject := range s.report.Subjects {
		for _, way := range subject.Strategies {
			s.rows[[2]string{subject.Name, way.Name}] = y
			y += svgRow
		}
		y += svgGap
	}
	s.width, s.height = x+svgMargin, y+svgMargin
}

func (s *svg) labels() {
	for _, h := range s.report.Hosts {
		s.text(`transform="translate(%.4g %.4g)rotate(-90)"`, []any{s.columns[h.Name] + 8, s.top - 6}, h.Name)
	}
	for i, subject := range s.report.Subjects {
		y := s.rows[[2]string{subject.Name, subject.Strategies[0].Name}]
		if i%2 == 1 {
			fmt.Fprintf(&s.body, `<rect class="band" x="0" y="%.4g" width="%.4g" height="%d"/>`, y-4, s.width,
				len(subject.Strategies)*svgRow+svgGap-1)
		}
		s.text(`class="group" x="%d" y="%.4g"`, []any{svgMargin, y + 8}, subject.Name)
		for _, way := range subject.Strategies {
			y := s.rows[[2]string{subject.Name, way.Name}]
			s.text(`class="way" x="%.4g" y="%.4g" text-anchor="end"`, []any{s.ways, y + 8}, way.Name)
		}
	}
}

func (s *svg) text(attributes string, values []any, text string) {
	fmt.Fprintf(&s.body, "<text "+attributes+">", values...)
	_ = xml.EscapeText(&s.body, []byte(text))
	s.body.WriteString("</text>")
}

func (s *svg) cells() {
	for i := range s.report.Cells {
		c := &s.report.Cells[i]
		x, y := s.columns[c.Host], s.rows[[2]string{c.Subject, c.Strategy}]
		s.mark(c.Outcome, x, y)
		if !c.AsExpected() {
			s.draw("off", x, y, "m-1-1h11v11h-11z")
		}
	}
	y, counts := float64(svgMargin), s.report.Count()
	for _, o := range Outcomes {
		if counts[o] == 0 {
			continue
		}
		s.mark(o, svgMargin, y)
		s.text(`class="said" x="%d" y="%.4g"`, []any{svgMargin + svgSquare + 6, y + 8.5},
			fmt.Sprintf("%d %s", counts[o], word[o]))
		y += svgLegend
	}
}

func (s *svg) mark(o Outcome, x, y float64) {
	for _, m := range svgMarks[o] {
		s.draw(m.class, x, y, m.path)
	}
}

// draw adds to the one path of a class.
func (s *svg) draw(class string, x, y float64, path string) {
	b := s.paths[class]
	if b == nil {
		b = &strings.Builder{}
		s.paths[class] = b
	}
	fmt.Fprintf(b, "M%.4g %.4g%s", x, y, path)
}

// svgLayers are the classes of paths, what lies below first.
var svgLayers = []string{"ok", "bad", "warn", "ok-mark", "bad-mark", "warn-mark", "none", "rest", "off"}

func (s *svg) whole() string {
	var b strings.Builder
	fmt.Fprintf(&b,
		`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img">`,
		s.width, s.height, s.width, s.height)
	fmt.Fprintf(&b, "<title>%d hosts, %d subjects, %d cells</title><style>%s</style>", len(s.report.Hosts),
		len(s.report.Subjects), len(s.report.Cells), svgStyle)
	b.WriteString(`<rect class="ground" width="100%" height="100%"/>`)
	b.WriteString(s.body.String())
	for _, class := range svgLayers {
		if path := s.paths[class]; path != nil {
			fmt.Fprintf(&b, `<path class="%s" d="%s"/>`, class, path)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}
