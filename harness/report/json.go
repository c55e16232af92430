package report

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

//go:embed schema.json
var schema []byte

// JSONSchema is the JSON Schema (draft 2020-12) of a report's JSON.
func JSONSchema() []byte { return schema }

// WriteJSON writes the report as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}

// ReadJSON reads what WriteJSON wrote. What is no report of this form is an
// error.
func ReadJSON(rd io.Reader) (*Report, error) {
	var r Report
	dec := json.NewDecoder(rd)
	if err := dec.Decode(&r); err != nil {
		return nil, fmt.Errorf("this is no report of a matrix: %w", err)
	}
	if r.Schema != Schema {
		return nil, fmt.Errorf("this is no report that can be read here: its schema is %q, not %s", r.Schema, Schema)
	}
	if dec.More() {
		return nil, errors.New("this is no report of a matrix: something follows it")
	}
	return &r, nil
}
