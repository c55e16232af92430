package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/prose"
)

// java declares the types of a result as records, which nest in one class: Java wants a
// file for each public type otherwise. Settings of a project are written, never read, and
// have a class of their own.
func java(types map[string]node) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s\npackage io.github.hostproof;\n\nimport java.util.List;\nimport java.util.Map;\n\n", made)
	b.WriteString("/** What a result is made of, by the names of its JSON Schema. What is absent is null, 0 or " +
		"false. */\n" +
		"public final class Schema {\n  private Schema() {}\n")
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if name != "Project" {
			writeJava(&b, name, types[name])
		}
	}
	b.WriteString("}\n")
	return []byte(b.String())
}

func writeJava(b *strings.Builder, name string, of node) {
	properties, _ := of["properties"].(node)
	said, _ := of["description"].(string)
	if said == "" {
		said = name
	}
	var fields, params []string
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		property := properties[key].(node)
		fields = append(fields, javaType(property)+" "+key)
		if said, _ := property["description"].(string); said != "" {
			params = append(params, javaDoc("@param "+key+" "+javaText(said)))
		}
	}
	fmt.Fprintf(b, "\n  /**\n%s   *\n%s   */\n", javaDoc(javaText(said)), strings.Join(params, ""))
	fmt.Fprintf(b, "  public record %s(\n      %s) {}\n", name, strings.Join(fields, ",\n      "))
}

// javaDoc are the lines of a text in a comment of a record.
func javaDoc(text string) string { return prose.Wrap(120, "   * ", "   * ", text) + "\n" }

// javaText is a text in a comment for javadoc, which reads HTML and its own tags.
func javaText(said string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*/", "*&#47;", "@", "&#64;",
		`\`, "&#92;").Replace(said)
}

func javaType(of node) string {
	if ref, ok := of["$ref"].(string); ok {
		return strings.TrimPrefix(ref, "#/$defs/")
	}
	if _, ok := of["enum"]; ok {
		return "String"
	}
	switch of["type"] {
	case "array":
		return "List<" + javaBoxed(of["items"].(node)) + ">"
	case "object":
		if values, ok := of["additionalProperties"].(node); ok {
			return "Map<String, " + javaBoxed(values) + ">"
		}
		return "Map<String, Object>"
	}
	if _, ok := of["const"].(float64); ok {
		return "long"
	}
	return simple(of, map[string]string{"integer": "long", "number": "double", "string": "String",
		"boolean": "boolean"}, "Object")
}

// javaBoxed is a type as a list or a map can hold it.
func javaBoxed(of node) string {
	name := javaType(of)
	if boxed, ok := map[string]string{"long": "Long", "double": "Double", "boolean": "Boolean"}[name]; ok {
		return boxed
	}
	return name
}
