package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// The files that the bindings have of the schemas.
const (
	typeScriptFile = "../bindings/node/types/schema.d.ts"
	pythonFile     = "../bindings/python/src/hostproof/_schema.py"
	javaFile       = "../bindings/java/src/main/java/io/github/hostproof/Schema.java"
	projectSchema  = "../docs/schema/project.schema.json"
)

// node is a part of a schema.
type node = map[string]any

// named are the types that a binding has: the two schemas and the definitions in them.
func named(t *testing.T, result []byte) map[string]node {
	t.Helper()
	project, err := os.ReadFile(projectSchema)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]node{}
	for name, text := range map[string][]byte{"Result": result, "Project": project} {
		var schema node
		if err := json.Unmarshal(text, &schema); err != nil {
			t.Fatal(err)
		}
		out[name] = schema
		defs, _ := schema["$defs"].(node)
		for name, of := range defs {
			out[name] = of.(node)
		}
	}
	return out
}

const made = "Made from the JSON Schemas by go generate ./harness/contract."

// languages are the files for the bindings.
func languages(t *testing.T, result []byte) map[string][]byte {
	types := named(t, result)
	return map[string][]byte{typeScriptFile: typeScript(types), pythonFile: python(types), javaFile: java(types)}
}

// typeScript declares the types.
func typeScript(types map[string]node) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s\n", made)
	for _, name := range slices.Sorted(maps.Keys(types)) {
		schema := types[name]
		b.WriteString("\n" + tsComment(schema, ""))
		fmt.Fprintf(&b, "export interface %s %s\n", name, tsObject(schema, ""))
	}
	return []byte(b.String())
}

func tsComment(of node, indent string) string {
	said, _ := of["description"].(string)
	if said == "" {
		return ""
	}
	return indent + "/** " + strings.ReplaceAll(said, "*/", "* /") + " */\n"
}

func tsObject(of node, indent string) string {
	properties, _ := of["properties"].(node)
	var b strings.Builder
	b.WriteString("{\n")
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		property := properties[key].(node)
		optional := "?"
		if isRequired(of, key) {
			optional = ""
		}
		b.WriteString(tsComment(property, indent+"  "))
		fmt.Fprintf(&b, "%s  %s%s: %s;\n", indent, key, optional, tsType(property, indent+"  "))
	}
	b.WriteString(indent + "}")
	return b.String()
}

func isRequired(of node, key string) bool {
	list, _ := of["required"].([]any)
	return slices.Contains(list, any(key))
}

func tsType(of node, indent string) string {
	if ref, ok := of["$ref"].(string); ok {
		return strings.TrimPrefix(ref, "#/$defs/")
	}
	if value, ok := of["const"]; ok {
		return literal(value)
	}
	if values, ok := of["enum"].([]any); ok {
		return joined(values, " | ", literal)
	}
	if either, ok := of["oneOf"].([]any); ok {
		return joined(either, " | ", func(v any) string { return tsType(v.(node), indent) })
	}
	switch of["type"] {
	case "array":
		return "Array<" + tsType(of["items"].(node), indent) + ">"
	case "object":
		if _, ok := of["properties"]; ok {
			return tsObject(of, indent)
		}
		if values, ok := of["additionalProperties"].(node); ok {
			return "Record<string, " + tsType(values, indent) + ">"
		}
		return "Record<string, unknown>"
	}
	return simple(of, map[string]string{"integer": "number", "number": "number", "string": "string",
		"boolean": "boolean"}, "unknown")
}

// simple is the name of a type without parts.
func simple(of node, names map[string]string, otherwise string) string {
	kind, _ := of["type"].(string)
	if name, ok := names[kind]; ok {
		return name
	}
	return otherwise
}

func literal(value any) string {
	text, _ := json.Marshal(value) // texts and numbers
	return string(text)
}

func joined(values []any, by string, each func(any) string) string {
	var parts []string
	for _, v := range values {
		parts = append(parts, each(v))
	}
	return strings.Join(parts, by)
}

// python declares the types as typed dictionaries. Python 3.9 knows no key that may be
// absent among others, so each type has two parts. They are written as calls, for a key
// may be a word of the language.
func python(types map[string]node) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "\"\"\"%s\"\"\"\n\nfrom __future__ import annotations\n\n"+
		"from typing import Any, Dict, List, Literal, TypedDict, Union\n\n__all__ = [\n", made)
	names := pythonOrder(types)
	for _, name := range slices.Sorted(slices.Values(names)) {
		fmt.Fprintf(&b, "    %q,\n", name)
	}
	b.WriteString("]\n")
	for _, name := range names {
		writePython(&b, name, types[name])
	}
	return []byte(b.String())
}

// pythonOrder has each type after the ones that it names.
func pythonOrder(types map[string]node) (out []string) {
	var visit func(name string)
	visit = func(name string) {
		if slices.Contains(out, name) {
			return
		}
		for _, other := range slices.Sorted(maps.Keys(types)) {
			text := literal(types[name]["properties"])
			if other != name && strings.Contains(text, `"#/$defs/`+other+`"`) {
				visit(other)
			}
		}
		out = append(out, name)
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		visit(name)
	}
	return out
}

func writePython(b *strings.Builder, name string, of node) {
	properties, _ := of["properties"].(node)
	var required, optional []string
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		if isRequired(of, key) {
			required = append(required, key)
		} else {
			optional = append(optional, key)
		}
	}
	b.WriteString("\n")
	parts := []string{}
	for _, part := range []struct {
		suffix, total string
		keys          []string
	}{{"Required", "True", required}, {"Optional", "False", optional}} {
		if len(part.keys) == 0 {
			continue
		}
		parts = append(parts, "_"+name+part.suffix)
		fmt.Fprintf(b, "_%s%s = TypedDict(\n    \"_%s%s\",\n    {\n", name, part.suffix, name, part.suffix)
		for _, key := range part.keys {
			fmt.Fprintf(b, "        %q: %s,\n", key, pyType(properties[key].(node)))
		}
		fmt.Fprintf(b, "    },\n    total=%s,\n)\n", part.total)
	}
	said, _ := of["description"].(string)
	if said == "" {
		said = name
	}
	fmt.Fprintf(b, "\n\nclass %s(%s):\n    \"\"\"%s\"\"\"\n\n", name, strings.Join(parts, ", "),
		strings.ReplaceAll(said, `\`, `\\`))
}

func pyType(of node) string {
	if ref, ok := of["$ref"].(string); ok {
		return strings.TrimPrefix(ref, "#/$defs/")
	}
	if value, ok := of["const"]; ok {
		return "Literal[" + literal(value) + "]"
	}
	if values, ok := of["enum"].([]any); ok {
		return "Literal[" + joined(values, ", ", literal) + "]"
	}
	if either, ok := of["oneOf"].([]any); ok {
		return "Union[" + joined(either, ", ", func(v any) string { return pyType(v.(node)) }) + "]"
	}
	switch of["type"] {
	case "array":
		return "List[" + pyType(of["items"].(node)) + "]"
	case "object":
		values, ok := of["additionalProperties"].(node)
		if _, fixed := of["properties"]; fixed || !ok {
			return "Dict[str, Any]"
		}
		return "Dict[str, " + pyType(values) + "]"
	}
	return simple(of, map[string]string{"integer": "int", "number": "float", "string": "str", "boolean": "bool"}, "Any")
}
