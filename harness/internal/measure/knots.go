package measure

import (
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Package is how a package hangs together, without its tests.
type Package struct {
	Path string
	// Files counts its files.
	Files int
	// Edges counts pairs of files of which the first uses something of the second.
	Edges int
	// Knot has the files of the largest group in which each needs each other.
	Knot []string
	// Exported are the names that the package shows, without methods and fields.
	Exported []string
}

// PackagesOf measures the packages that the patterns name, as go list reads them,
// in the module of a directory.
func PackagesOf(dir string, patterns ...string) ([]Package, error) {
	loaded, err := packages.Load(&packages.Config{
		Dir: dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedDeps | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo,
	}, patterns...)
	if err != nil {
		return nil, err
	}
	var all []Package
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("%s: %w", p.PkgPath, p.Errors[0])
		}
		all = append(all, measured(p))
	}
	return all, nil
}

func measured(p *packages.Package) Package {
	uses := fileUses(p)
	out := Package{Path: p.PkgPath, Files: len(p.Syntax), Exported: exported(p.Types.Scope())}
	for _, to := range uses {
		out.Edges += len(to)
	}
	for _, group := range components(uses) {
		if len(group) > len(out.Knot) && len(group) > 1 {
			out.Knot = group
		}
	}
	return out
}

// fileUses says for each file which others of its package it uses.
func fileUses(p *packages.Package) map[string][]string {
	fileOf := func(o types.Object) string { return filepath.Base(p.Fset.Position(o.Pos()).Filename) }
	uses := map[string][]string{}
	for id, o := range p.TypesInfo.Uses {
		if o.Pkg() != p.Types || !o.Pos().IsValid() {
			continue
		}
		from, to := filepath.Base(p.Fset.Position(id.Pos()).Filename), fileOf(o)
		if from != to && !slices.Contains(uses[from], to) {
			uses[from] = append(uses[from], to)
		}
	}
	return uses
}

func exported(scope *types.Scope) []string {
	return slices.DeleteFunc(scope.Names(), func(name string) bool { return !scope.Lookup(name).Exported() })
}

// components are the strongly connected groups of a graph, by Tarjan's algorithm
// (Depth-First Search and Linear Graph Algorithms, SIAM J. Comput. 1(2), 1972).
func components(edges map[string][]string) [][]string {
	t := &tarjan{edges: edges, index: map[string]int{}, low: map[string]int{}}
	for node := range edges {
		if t.index[node] == 0 {
			t.visit(node)
		}
	}
	return t.groups
}

type tarjan struct {
	edges      map[string][]string
	index, low map[string]int
	stack      []string
	groups     [][]string
}

func (t *tarjan) visit(node string) {
	n := len(t.index) + 1
	t.index[node], t.low[node] = n, n
	t.stack = append(t.stack, node)
	for _, to := range t.edges[node] {
		switch {
		case t.index[to] == 0:
			t.visit(to)
			t.low[node] = min(t.low[node], t.low[to])
		case slices.Contains(t.stack, to):
			t.low[node] = min(t.low[node], t.index[to])
		}
	}
	if t.low[node] == n {
		at := slices.Index(t.stack, node)
		group := slices.Clone(t.stack[at:])
		slices.SortFunc(group, strings.Compare)
		t.groups, t.stack = append(t.groups, group), t.stack[:at]
	}
}
