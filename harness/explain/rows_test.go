package explain

import (
	"bytes"
	"os"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Rows are those of a table in testdata, at least so many of them; a field that is unknown
// is an error.
func Rows[T any](t *testing.T, name string, least int) (rows []T) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&rows); err != nil || len(rows) < least {
		t.Fatalf("%s: %d rows: %v", name, len(rows), err)
	}
	return rows
}
