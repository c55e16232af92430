package mutation

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// notFacts are the keys of a host below which nothing changes what a program sees
// there: words for readers, and where facts are from.
var notFacts = map[string]bool{
	"title": true, "summary": true, "basis": true, "note": true, "notes": true, "notSimulated": true,
	"evidence": true, "purpose": true, "source": true, "entered": true, "checked": true, "confidence": true,
	"from": true, "reviewBy": true, "because": true, "why": true, "change": true, "advice": true,
}

// hostSites are the changes of a host.yaml: a value that is another one, and an
// entry that is missing.
func hostSites(src []byte) []edit {
	var doc yaml.Node
	if yaml.Unmarshal(src, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	h := &hostText{lines: strings.SplitAfter(string(src), "\n")}
	h.walk(doc.Content[0])
	return h.edits
}

type hostText struct {
	lines []string
	edits []edit
}

// offset is where a line begins, counted from 1.
func (h *hostText) offset(line int) int {
	n := 0
	for _, l := range h.lines[:line-1] {
		n += len(l)
	}
	return n
}

func (h *hostText) walk(n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			if !notFacts[n.Content[i].Value] {
				h.walk(n.Content[i+1])
			}
		}
	case yaml.SequenceNode:
		for _, element := range n.Content {
			if n.Style&yaml.FlowStyle == 0 {
				h.entry(element)
			}
			h.walk(element)
		}
	case yaml.ScalarNode:
		h.value(n)
	}
}

// entry removes an element of a list that has lines of its own.
func (h *hostText) entry(n *yaml.Node) {
	dash := strings.Index(h.lines[n.Line-1], "-")
	end := n.Line + 1
	for end <= len(h.lines) && indent(h.lines[end-1]) > dash {
		end++
	}
	h.edits = append(h.edits, edit{"entry", h.offset(n.Line), h.offset(end), ""})
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// value changes a value that stands on one line: a number by one, a text by a
// letter.
func (h *hostText) value(n *yaml.Node) {
	line := h.lines[n.Line-1]
	at := n.Column - 1
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || at > len(line) {
		return
	}
	found := strings.Index(line[at:], n.Value)
	if n.Value == "" || found < 0 || found > 1 { // behind a quotation mark
		return
	}
	from := h.offset(n.Line) + at + found
	to := from + len(n.Value)
	changed := n.Value + "x"
	switch number, rest := leadingNumber(n.Value); {
	case n.Value == "true":
		changed = "false"
	case n.Value == "false":
		changed = "true"
	case number != "" && len(rest) < 3: // 15m, 4096
		if i, err := strconv.ParseInt(number, 10, 64); err == nil {
			changed = strconv.FormatInt(i+1, 10) + rest
		}
	}
	h.edits = append(h.edits, edit{"value", from, to, changed})
}

func leadingNumber(text string) (number, rest string) {
	rest = strings.TrimLeft(text, "0123456789")
	return text[:len(text)-len(rest)], rest
}
