package harness_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/endpoint"
)

// toy is a backend that no other code knows. It runs programs as endpoint does, and has
// a name and limits of its own.
type toy struct{ endpoint.Backend }

func (toy) Name() isolation.Mode { return "toy" }

func (toy) Limits() []string { return []string{"it holds nothing, since it is a toy"} }

func TestABackendIsOnePackageAndOneLine(t *testing.T) {
	isolation.Register(toy{})
	d := harness.StartTest(t, "vercel", harness.User("app"), harness.WithIsolation("toy"))
	r, err := d.Run(t.Context(), harness.Command("sh", "-c", `echo "$AWS_ENDPOINT_URL"`))
	if err != nil {
		t.Fatal(err)
	}
	if r.Isolation != "toy" || !strings.HasPrefix(string(r.Stdout), "http://127.0.0.1:") || r.ExitCode != 0 {
		t.Errorf("isolation %s printed %q and exited with %d", r.Isolation, r.Stdout, r.ExitCode)
	}
	if !strings.Contains(r.String(), "isolation toy: it holds nothing, since it is a toy\n") {
		t.Errorf("the report does not say what it cannot hold:\n%s", r)
	}
	if !strings.HasPrefix(d.Notice(), "isolation toy: ") {
		t.Errorf("notice: %s", d.Notice())
	}
	if _, err := harness.Start(t.Context(), "vercel", harness.WithIsolation("toys")); err == nil ||
		!strings.Contains(err.Error(), "toy or auto") {
		t.Errorf("the list of names lacks toy: %v", err)
	}
}

// TestNobodyElseComparesModes reads the whole module: code that compares the name of an
// isolation, or chooses by it, recognises what the backend's methods say.
func TestNobodyElseComparesModes(t *testing.T) {
	found := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.HasPrefix(path, filepath.Join("..", "harness", "isolation")+string(filepath.Separator)) {
			return err
		}
		found++
		for _, at := range comparesModes(t, path) {
			t.Errorf("%s compares the name of an isolation: ask the isolation.Backend instead", at)
		}
		return nil
	})
	if err != nil || found < 100 {
		t.Fatalf("%v, %d files", err, found)
	}
}

// comparesModes finds comparisons and cases with a constant of the backends' names.
func comparesModes(t *testing.T, path string) (at []string) {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	note := func(exprs ...ast.Expr) {
		if slices.ContainsFunc(exprs, namesMode) {
			at = append(at, files.Position(exprs[0].Pos()).String())
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				note(n.X, n.Y)
			}
		case *ast.CaseClause:
			note(n.List...)
		}
		return true
	})
	return at
}

// namesMode says whether an expression has isolation.Endpoint or another of the names in
// it.
func namesMode(e ast.Expr) (names bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := s.X.(*ast.Ident)
		names = names || ok && x.Name == "isolation" &&
			slices.Contains([]string{"Endpoint", "Sandbox", "Container", "Auto"}, s.Sel.Name)
		return true
	})
	return names
}
