package iam

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Text is the policy document with its spaces and line breaks as it was put. One that was
// put as an object, in a seed, has the text of [Policy.String].
func (p *Policy) Text() string {
	if p == nil || p.text == "" {
		return p.String()
	}
	return p.text
}

// Position is a place in the text of a policy document: a line, and a character of that
// line, both counted from 1.
type Position struct{ Line, Column int }

// span is where a statement stands in a text: offsets in bytes.
type span struct{ from, to int }

// statementSpans are the statements of a document, as AWS's parser counts them. One
// starts after the token before it: the bracket of the list, the statement before it, or,
// where Statement is no list, its own opening brace. It ends after its closing brace.
// AWS, recorded 2025-04-21 (localstack/localstack, tests/aws/services/iam/test_iam.snapshot.json,
// test_simulate_principle_policy): the statement of {"Version": "2012-10-17", "Statement": {...}},
// whose brace is character 40 and whose end is 112, is 41 to 113. That a later statement of a
// list starts where the one before it ends is inferred from that.
func statementSpans(text string) []span {
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil
	}
	var found []span
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return found
		}
		spans, err := spansOf(d)
		if err != nil {
			return found
		}
		if key == "Statement" {
			found = spans
		}
	}
	return found
}

// spansOf reads a value: an object, or a list of them.
func spansOf(d *json.Decoder) (found []span, err error) {
	opening, err := d.Token()
	if err != nil {
		return nil, err
	}
	from := int(d.InputOffset())
	if opening == json.Delim('{') {
		err = passOver(d, 1)
		return []span{{from, int(d.InputOffset())}}, err
	}
	for opening == json.Delim('[') && d.More() {
		if err = passOver(d, 0); err != nil {
			return nil, err
		}
		to := int(d.InputOffset())
		found = append(found, span{from, to})
		from = to
	}
	if opening == json.Delim('[') {
		_, err = d.Token()
	}
	return found, err
}

// passOver reads to the end of a value of which depth brackets are open.
func passOver(d *json.Decoder, depth int) error {
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth <= 0 {
			return nil
		}
	}
}

// after is where a piece of text ends that begins at the position. A column counts characters.
func (p Position) after(piece string) Position {
	lines := strings.Count(piece, "\n")
	if lines == 0 {
		return Position{p.Line, p.Column + utf8.RuneCountInString(piece)}
	}
	last := piece[strings.LastIndexByte(piece, '\n')+1:]
	return Position{p.Line + lines, 1 + utf8.RuneCountInString(last)}
}

// place is where a statement stands.
type place struct{ start, end Position }

// placesOf are where the statements of a document stand. It reads the text once, whatever
// the number of statements.
func placesOf(text string) (places []place) {
	at, offset := Position{1, 1}, 0
	for _, s := range statementSpans(text) {
		start := at.after(text[offset:s.from])
		at, offset = start.after(text[s.from:s.to]), s.to
		places = append(places, place{start, at})
	}
	return places
}

// placeOf is where the n-th statement of the policy stands, counted from 0.
func (p *Policy) placeOf(n int) place {
	if places := p.places(); n < len(places) {
		return places[n]
	}
	return place{}
}
