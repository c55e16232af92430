package project

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the files anew that are made from Project")

// TestFilesAreCurrent: the schema and the page of the documentation are what the
// struct says.
func TestFilesAreCurrent(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string][]byte{SchemaFile: schema, PageFile: []byte(Page())} {
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what Project says: go generate ./harness/project", file)
		}
	}
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(SchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaAndDecoderAgree: what one takes the other takes.
func TestSchemaAndDecoderAgree(t *testing.T) {
	s := schema(t)
	for text, ok := range map[string]bool{
		"{set: {A: b}, unset: [C], keyAs: [A, B], lifetime: {metadata: -10m}}":                                  true,
		"{roles: {task: [\"s3:*\"], other: {trust: x, is: y}}, roleAllow: {\"*\": [\"s3:*\"]}}":                 true,
		"{issuers: {vercel: {claims: {a: 1, b: null}, defect: expired, lifetime: 1h, down: true}}}":             true,
		"{seeds: [{accounts: [{id: \"111122223333\", users: [{name: x}]}], buckets: [{name: b, account: c}]}]}": true,
		"{users: [{name: ci, key: [A, B], example: true}], subjectClock: 1h30m, isolation: sandbox}":            true,
		"{roles: {task: {policies: [{Version: x, Statement: []}, {name: p, document: {}}]}}}":                   true,
		"{hots: vercel}":                  false,
		"{set: [A]}":                      false,
		"{lifetime: {metadata: soon}}":    false,
		"{roles: {task: {allows: []}}}":   false,
		"{issuers: {vercel: {claim: x}}}": false,
		"{baked: [true]}":                 false,
		"{users: [{nam: ci}]}":            false,
		"{seeds: [{acounts: []}]}":        false,
	} {
		var plain any
		if err := yaml.Unmarshal([]byte(text), &plain); err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(plain); (err == nil) != ok {
			t.Errorf("the schema, of %s: %v", text, err)
		}
		if err := Decode([]byte(text), new(Project)); (err == nil) != ok {
			t.Errorf("the decoder, of %s: %v", text, err)
		}
	}
}

// TestEverySettingIsDescribed: a field without a sentence, a group or a schema is
// one that cannot be found.
func TestEverySettingIsDescribed(t *testing.T) {
	groups := map[string]bool{}
	for _, g := range Groups {
		groups[g.Key] = true
	}
	for _, s := range Settings() {
		if s.Help == "" || !groups[s.Group] || s.Key != s.field.Tag.Get("json") {
			t.Errorf("%s: help %q, group %q, json %q", s.Key, s.Help, s.Group, s.field.Tag.Get("json"))
		}
		if (s.Value == "") != (s.field.Type.Kind().String() == "bool") {
			t.Errorf("%s has the placeholder %q", s.Key, s.Value)
		}
	}
	if len(texts) != len(Settings()) {
		t.Errorf("%d texts for %d settings", len(texts), len(Settings()))
	}
}
