package hosts_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
)

// TestEveryHostIsClaimed reads the labels Accepts("host") and Refuses("host") in
// the scenarios: every host of the catalog has a spec that shows a call accepted
// there and one that shows a call refused. That the labels are true, Check sees
// to when the specs run.
func TestEveryHostIsClaimed(t *testing.T) {
	labels := map[string]map[string]bool{"Accepts": {}, "Refuses": {}}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if kind, host, ok := labelled(n); ok {
				labels[kind][host] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, h := range fixtures.Builtin().Hosts() {
		known[h.Name] = true
		for _, kind := range []string{"Accepts", "Refuses"} {
			if !labels[kind][h.Name] {
				t.Errorf("no spec is labelled %s(%q): every host needs a call that is accepted there and one "+
					"that is refused", kind, h.Name)
			}
		}
	}
	for kind, hosts := range labels {
		for host := range hosts {
			if !known[host] {
				t.Errorf("a spec is labelled %s(%q), and there is no such host", kind, host)
			}
		}
	}
}

// labelled is a call of Accepts or Refuses with one string.
func labelled(n ast.Node) (kind, host string, ok bool) {
	call, isCall := n.(*ast.CallExpr)
	if !isCall || len(call.Args) != 1 {
		return "", "", false
	}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		kind = f.Name
	case *ast.SelectorExpr:
		kind = f.Sel.Name
	}
	text, isText := call.Args[0].(*ast.BasicLit)
	if kind != "Accepts" && kind != "Refuses" || !isText {
		return "", "", false
	}
	host, err := strconv.Unquote(text.Value)
	return kind, host, err == nil
}
