package project

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// SchemaFile is the file with Schema, from this folder.
const SchemaFile = "../docs/schema/project.schema.json"

// SchemaID names the schema; it is a name and no address.
const SchemaID = "urn:hostproof:project:1"

//go:generate go test . -run TestFilesAreCurrent -update

// Schema is a JSON Schema (draft 2020-12) of Project as YAML or JSON, for editors
// and for bindings in other languages.
func Schema() ([]byte, error) {
	s := structSchema(reflect.TypeFor[Project]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = SchemaID
	s["title"] = "What a project sets"
	properties := s["properties"].(map[string]any)
	for _, setting := range Settings() {
		properties[setting.Key].(map[string]any)["description"] = setting.Help
	}
	data, err := json.MarshalIndent(s, "", "  ")
	return append(data, '\n'), err
}

// durations are what time.ParseDuration reads.
const durations = `^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))+)$`

// sizes are what isolation.Size reads.
const sizes = `^[0-9]+(\.[0-9]+)? ?([kKmMgGtTpP]([iI]?[bB])?|[bB])?$`

// special is the schema of a type that reflection cannot tell; nil for others.
func special(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return map[string]any{"type": "string", "pattern": durations}
	case reflect.TypeFor[isolation.Mode]():
		return enum(isolation.Names()...)
	case reflect.TypeFor[isolation.Size]():
		return map[string]any{"type": []string{"string", "integer"}, "pattern": sizes}
	case reflect.TypeFor[oidc.Defect]():
		return enum(oidc.Defects()...)
	case reflect.TypeFor[Role]():
		actions := map[string]any{"type": "array", "items": map[string]any{"type": "string"}}
		return map[string]any{"oneOf": []any{actions, structSchema(t)}}
	}
	return nil
}

func enum[T ~string](values ...T) map[string]any { return map[string]any{"enum": values} }

func schemaOf(t reflect.Type) map[string]any {
	if of := special(t); of != nil {
		return of
	}
	if _, own := reflect.PointerTo(t).MethodByName("UnmarshalYAML"); own {
		return map[string]any{} // a seed's policy, a document of IAM's
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Struct:
		return structSchema(t)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Interface:
		return map[string]any{}
	}
	panic(fmt.Sprintf("project: no schema for a field of type %s", t))
}

func structSchema(t reflect.Type) map[string]any {
	properties := map[string]any{}
	addFields(t, properties)
	return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
}

func addFields(t reflect.Type, properties map[string]any) {
	for field := range fields(t) {
		key, options, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case key == "-" || !field.IsExported():
		case strings.Contains(options, "inline"):
			addFields(field.Type, properties)
		default:
			properties[key] = schemaOf(field.Type)
		}
	}
}
