package deploy

import (
	"reflect"
	"strings"
	"testing"
)

// TestParseGoRun: what is compiled is told apart from what the program gets, and a flag that could
// start another program than the compiler is left to the wall.
func TestParseGoRun(t *testing.T) {
	here := []string{"."}
	for line, want := range map[string]*goRun{
		"go run .":                             {packages: []string{"."}},
		"/usr/bin/go run ./cmd/x -v a.go":      {packages: []string{"./cmd/x"}, args: []string{"-v", "a.go"}},
		"go run a.go b.go c":                   {packages: []string{"a.go", "b.go"}, args: []string{"c"}},
		"go run a.go b.go":                     {packages: []string{"a.go", "b.go"}},
		"go.exe run -race -tags x --mod=mod .": {flags: []string{"-race", "-tags", "x", "--mod=mod"}, packages: here},
		"go run":                               nil,
		"go run -race":                         nil,
		"go run -tags":                         nil,
		"go build .":                           nil,
		"gofmt run .":                          nil,
		"go run example.com/x@latest":          nil,
		"go run -exec evil .":                  nil,
		"go run -toolexec=evil .":              nil,
		"go run -ldflags=-extld=evil .":        nil,
		"go run -C /elsewhere .":               nil,
	} {
		got := parseGoRun(strings.Fields(line))
		if got != nil && want != nil && len(got.flags)+len(want.flags) == 0 {
			got.flags = nil
		}
		if got != nil && want != nil && len(got.args)+len(want.args) == 0 {
			got.args = nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", line, got, want)
		}
	}
}
