package harness_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
)

// TestNoCodeComparesAHostsName: what is particular about a host stands in its
// fixture. Code that asks for a name is wrong about the hosts that extend it.
func TestNoCodeComparesAHostsName(t *testing.T) {
	names := namesOfHosts()
	n := 0
	for _, root := range []string{".", "../fixtures"} {
		err := filepath.WalkDir(root, func(file string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if e.IsDir() && (e.Name() == "testdata" || e.Name() == "node_modules") {
				return filepath.SkipDir
			}
			if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return nil
			}
			n++
			for _, found := range comparisons(t, file, nil, names) {
				t.Error(found)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 200 {
		t.Errorf("only %d files were looked at", n)
	}
}

// TestComparisonsAreFound shows that the test above can fail.
func TestComparisonsAreFound(t *testing.T) {
	const source = `package p
func f(h Host, s string) bool {
	if h.Name == "vercel" || "amplify-no-role" != s {
		return true
	}
	switch s {
	case "x", "netlify":
	}
	if strings.HasPrefix(h.Name, "amplify-") || slices.Contains([]string{"a", "fly"}, s) || h.Vendor == "Fly.io" {
		return regexp.MustCompile("vercel").MatchString(s) // finds words in a text
	}
	run("vercel")
	return map[string]bool{"cloud-run": true}[s]
}`
	var lines []string
	for _, found := range comparisons(t, "p.go", source, namesOfHosts()) {
		lines = append(lines, strings.Split(found, ":")[1])
	}
	if want := []string{"3", "3", "7", "9", "9", "9", "13"}; !slices.Equal(lines, want) {
		t.Errorf("found in lines %v, want %v", lines, want)
	}
}

// namesOfHosts are the names of all hosts and vendors, and the beginnings that
// several hosts of a vendor share. A kind of endpoint that is called like a host
// is none of them.
func namesOfHosts() map[string]bool {
	names := map[string]bool{}
	for _, h := range fixtures.Builtin().Hosts() {
		names[h.Name], names[h.Vendor] = true, true
		if begin, _, ok := strings.Cut(h.Name, "-"); ok {
			names[begin+"-"] = true
		}
	}
	for _, kind := range fixtures.EndpointKinds() {
		delete(names, kind)
	}
	return names
}

// comparisons are the places of a file where a string of names is compared with
// something: by an operator, a case, a lookup in a list or map, a beginning or end.
func comparisons(t *testing.T, file string, source any, names map[string]bool) (found []string) {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	check := func(list ...ast.Expr) {
		for _, e := range list {
			if text := literal(e); names[text] {
				at := set.Position(e.Pos())
				found = append(found,
					fmt.Sprintf(
						"%s:%d: compares something with the host %q: put what is particular there into its fixture",
						file, at.Line, text))
			}
		}
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			check(n.X, n.Y)
		case *ast.CaseClause:
			check(n.List...)
		case *ast.KeyValueExpr:
			check(n.Key)
		case *ast.IndexExpr:
			check(n.Index)
		case *ast.CallExpr:
			if asks(n) {
				check(n.Args...)
				for _, arg := range n.Args {
					if list, ok := arg.(*ast.CompositeLit); ok {
						check(list.Elts...)
					}
				}
			}
		}
		return true
	})
	return found
}

// asks reports whether a call compares its arguments.
func asks(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	of, ok := f.X.(*ast.Ident)
	return ok && (of.Name == "strings" || of.Name == "slices") &&
		slices.Contains([]string{"HasPrefix", "HasSuffix", "Contains", "EqualFold", "Index", "Compare", "CutPrefix",
			"TrimPrefix"}, f.Sel.Name)
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, _ := strconv.Unquote(lit.Value)
	return text
}
