package report_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/report"
)

// TestSVG checks that the picture is one well-formed file which asks for nothing
// elsewhere, with each label, a mark for each cell, and one for each outcome of
// the legend.
func TestSVG(t *testing.T) {
	r := sample()
	r.Subjects[1].Strategies[1].Name = "a<b>"
	for i := range r.Cells {
		if r.Cells[i].Strategy == "process" {
			r.Cells[i].Strategy = "a<b>"
		}
	}
	text := written(t, r.WriteSVG)
	labels, marks := map[string]bool{}, map[string]int{}
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
		switch token := token.(type) {
		case xml.CharData:
			labels[string(token)] = true
		case xml.StartElement:
			countMarks(token, marks)
		}
	}
	for _, want := range []string{"vercel", "local", "node-ai-sdk@3.0.70", "aws-cli", "explicit", "by-hand", "a<b>",
		"5 accepted", "2 refused by AWS", "1 not judged"} {
		if !labels[want] {
			t.Errorf("lacks the label %q", want)
		}
	}
	counts := r.Count()
	for outcome, class := range map[report.Outcome]string{report.Accepted: "ok", report.Refused: "bad",
		report.NoCall: "none", report.Failed: "warn", report.Broken: "warn-mark"} {
		if marks[class] != counts[outcome]+1 { // one in the legend
			t.Errorf("%d marks of %s, want %d and one in the legend", marks[class], outcome, counts[outcome])
		}
	}
	if marks["off"] != r.Unexpected() {
		t.Errorf("%d frames, %d cells are not as expected", marks["off"], r.Unexpected())
	}
	if strings.Contains(strings.Replace(text, `xmlns="http://www.w3.org/2000/svg"`, "", 1), "://") {
		t.Error("it asks for something elsewhere")
	}
}

// countMarks counts the marks in the one path of a class.
func countMarks(e xml.StartElement, marks map[string]int) {
	var class, path string
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "class":
			class = a.Value
		case "d":
			path = a.Value
		}
	}
	if e.Name.Local == "path" {
		marks[class] += strings.Count(path, "M")
	}
}

// TestSVGFitsAColumn: with all hosts, the picture is read at its own size in a column of
// 900 pixels, and labels of neighbours do not touch.
func TestSVGFitsAColumn(t *testing.T) {
	r := &report.Report{Subjects: []report.Subject{{Name: "node-anthropic-bedrock/mantle",
		Strategies: []report.Strategy{{Name: "explicit-undefined"}}}}}
	for _, h := range fixtures.Builtin().Hosts() {
		r.Hosts = append(r.Hosts, report.Host{Name: h.Name})
	}
	var picture struct {
		Width float64 `xml:"width,attr"`
		Text  []struct {
			Transform string `xml:"transform,attr"`
			Text      string `xml:",chardata"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal([]byte(written(t, r.WriteSVG)), &picture); err != nil {
		t.Fatal(err)
	}
	if len(r.Hosts) < 40 || picture.Width > 900 {
		t.Errorf("%d hosts are %v pixels wide", len(r.Hosts), picture.Width)
	}
	last := 0.0
	for _, label := range picture.Text {
		var x, y float64
		if n, _ := fmt.Sscanf(label.Transform, "translate(%f %f)", &x, &y); n != 2 {
			continue
		}
		if last > 0 && x-last < 11 { // letters are 10 pixels high
			t.Errorf("%s is %v pixels from its neighbour", label.Text, x-last)
		}
		last = x
	}
	if last == 0 {
		t.Error("no host has a label")
	}
}
