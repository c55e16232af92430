package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// SchemaFile is the file with Schema, from this folder.
const SchemaFile = "../docs/schema/result.schema.json"

// SchemaID names the schema; it is a name and no address.
const SchemaID = "urn:hostproof:result:1"

// Comments finds the sentence about a type, or about one of its fields: the name of
// the field is empty for the type itself.
type Comments func(t reflect.Type, field string) string

// Schema is the JSON Schema, draft 2020-12, of a Result. The descriptions are the
// comments of the Go code.
func Schema(comments Comments) ([]byte, error) {
	s := schemas{comments: comments, defs: map[string]any{}, names: map[string]reflect.Type{}}
	root := s.structSchema(reflect.TypeFor[Result]())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = SchemaID
	root["title"] = "Result"
	root["properties"].(map[string]any)["version"].(map[string]any)["const"] = Version
	root["$defs"] = s.defs
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(root)
	return out.Bytes(), err
}

// schemas makes the schemas of types. Each struct has one definition.
type schemas struct {
	comments Comments
	defs     map[string]any
	names    map[string]reflect.Type
}

// written are the types that write themselves, and types of any form.
var written = map[reflect.Type]map[string]any{
	reflect.TypeFor[time.Time]():     {"type": "string", "format": "date-time"},
	reflect.TypeFor[time.Duration](): {"type": "integer"},
	reflect.TypeFor[netip.Addr]():    {"type": "string"},
	reflect.TypeFor[verdict.Cause](): {"type": "object"},
}

// plain are the types of JSON by the kind in Go.
var plain = map[reflect.Kind]string{
	reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer",
	reflect.Uint16: "integer", reflect.Float64: "number",
}

func (s *schemas) schemaOf(t reflect.Type) map[string]any {
	if of, ok := written[t]; ok {
		out := map[string]any{}
		for key, value := range of {
			out[key] = value
		}
		return out
	}
	if name, ok := plain[t.Kind()]; ok && !isLeaf(t) {
		return map[string]any{"type": name}
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return s.schemaOf(t.Elem())
	case t.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "items": s.schemaOf(t.Elem())}
	case t.Kind() == reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.schemaOf(t.Elem())}
	case t.Kind() == reflect.Struct && !isLeaf(t):
		return map[string]any{"$ref": "#/$defs/" + s.define(t)}
	}
	panic(fmt.Sprintf("contract: no schema for a %s", t))
}

// define makes the definition of a struct, once, and returns its name.
func (s *schemas) define(t reflect.Type) string {
	name := t.Name()
	switch known := s.names[name]; known {
	case t:
		return name
	case nil:
	default:
		panic(fmt.Sprintf("contract: %s and %s have the same name", known, t))
	}
	s.names[name] = t
	s.defs[name] = s.structSchema(t)
	return name
}

func (s *schemas) structSchema(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range fieldsOf(t) {
		of := s.member(f)
		if said := s.comments(f.owner, f.of.Name); said != "" {
			of["description"] = said
		}
		properties[f.key] = of
		if !f.optional {
			required = append(required, f.key)
		}
	}
	out := map[string]any{"type": "object", "properties": properties, "required": required}
	if said := s.comments(t, ""); said != "" {
		out["description"] = said
	}
	return out
}

func (s *schemas) member(f field) map[string]any {
	switch {
	case f.isPrincipal():
		return s.schemaOf(reflect.TypeFor[Principal]())
	case f.isConfidence():
		return map[string]any{"enum": []string{fixtures.ConfidenceWord(fixtures.Verified),
			fixtures.ConfidenceWord(fixtures.Likely), fixtures.ConfidenceWord(fixtures.Unverified)}}
	}
	return s.schemaOf(f.of.Type)
}
