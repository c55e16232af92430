package all_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Every service's tests call it with each kind of wrong credentials, and compare the
// answers with the table of its protocol.
func TestEveryServiceChecksItsRefusals(t *testing.T) {
	files, err := filepath.Glob("../*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`mocktest\.Refusals\(t, "([^"]+)", `)
	checked := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllSubmatch(text, -1) {
			checked[string(m[1])] = true
		}
	}
	for _, s := range builtin() {
		if !checked[s.ID] {
			t.Errorf(`no test of %s calls mocktest.Refusals(t, %q, ...): add its cheapest call`, s.ID, s.ID)
		}
	}
}
