package contract

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:generate go test . -run TestFilesAreCurrent -update

var update = flag.Bool("update", false, "write the files anew that are made from Result")

const module = "github.com/hostproof/hostproof/"

// TestFilesAreCurrent: the schema, and what the bindings have of it, are what the Go
// types say.
func TestFilesAreCurrent(t *testing.T) {
	schema, err := Schema(source{}.comment)
	if err != nil {
		t.Fatal(err)
	}
	files := languages(t, schema)
	files[SchemaFile] = schema
	for file, want := range files {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the types say: go generate ./harness/contract (%v)", file, err)
		}
	}
}

// source finds comments in the Go files of this module, by package.
type source map[string]map[string]string

func (s source) comment(t reflect.Type, field string) string {
	path := t.PkgPath()
	if s[path] == nil {
		s[path] = commentsOf(filepath.Join("..", "..", strings.TrimPrefix(path, module)))
	}
	return s[path][t.Name()+"."+field]
}

// commentsOf are the comments of a folder's types and fields, in one line each.
func commentsOf(dir string) map[string]string {
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		panic(fmt.Sprintf("no Go files in %s: %v", dir, err)) // they are our own
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			panic(err)
		}
		noteTypes(out, file)
	}
	return out
}

func noteTypes(out map[string]string, file *ast.File) {
	for _, d := range file.Decls {
		of, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range of.Specs {
			if declared, ok := spec.(*ast.TypeSpec); ok {
				noteType(out, declared, of.Doc)
			}
		}
	}
}

func noteType(out map[string]string, of *ast.TypeSpec, above *ast.CommentGroup) {
	doc := of.Doc
	if doc == nil {
		doc = above
	}
	out[of.Name.Name+"."] = line(doc)
	body, ok := of.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range body.Fields.List {
		said := line(f.Doc)
		if said == "" {
			said = line(f.Comment)
		}
		for _, name := range f.Names {
			out[of.Name.Name+"."+name.Name] = said
		}
	}
}

func line(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// compiled is the schema as it stands in its file.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(SchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate holds a JSON text to the schema, and to what a schema cannot say: nothing
// is null.
func validate(t *testing.T, s *jsonschema.Schema, text []byte) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if err := s.Validate(value); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	strict(t, value, schemaText(t), nil)
}

func schemaText(t *testing.T) map[string]any {
	t.Helper()
	var out map[string]any
	data, err := os.ReadFile(SchemaFile)
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// strict fails where a value has what the schema does not name, though programs must
// bear new keys.
func strict(t *testing.T, value any, schema map[string]any, root map[string]any) {
	t.Helper()
	if root == nil {
		root = schema
	}
	if ref, ok := schema["$ref"].(string); ok {
		schema = root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			strict(t, item, schema["items"].(map[string]any), root)
		}
	case map[string]any:
		properties, ok := schema["properties"].(map[string]any)
		for key, member := range v {
			of, known := properties[key].(map[string]any)
			switch {
			case ok && !known:
				t.Errorf("the schema does not name %q", key)
			case ok:
				strict(t, member, of, root)
			}
		}
	}
}
