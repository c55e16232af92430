package mutation

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Drawn are the parts of the module that Draw changes, without what is below them
// where they end in no "/...".
var Drawn = []string{
	"./fixtures/...", "./mockaws/...", "./harness/diagnose/...", "./harness/explain", "./harness/capture",
	"./harness/leak", "./harness/report", "./harness/ledger", "./harness/casefile", "./harness/matrix",
	"./harness/internal/deploy", "./harness/project",
}

// hosts is where the hosts' own YAML lies.
const hosts = "fixtures/hosts"

// goPackage is what the go command lists of a package.
type goPackage struct {
	ImportPath, Dir, Name, Export      string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
	Deps                               []string
	Standard                           bool
}

func (p *goPackage) tested() bool { return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 }

func (p *goPackage) imports(path string) bool {
	return slices.Contains(slices.Concat(p.Imports, p.TestImports, p.XTestImports), path)
}

// Draw draws changes by chance. Each line of code that can be changed has the same
// chance, and of its changes that compile one is taken; the same seed draws the same
// changes of the same code. The tests of each are the ones of the changed package and
// of the packages that import it, without the scenarios.
func Draw(ctx context.Context, root string, seed uint64, count int, parts []string) ([]Mutant, error) {
	d := &drawing{root: root, fset: token.NewFileSet(), listed: map[string]*goPackage{}}
	if err := d.list(ctx, parts); err != nil {
		return nil, err
	}
	lines, err := d.lines(parts)
	if err != nil {
		return nil, err
	}
	chance := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // it is to be drawn again
	chance.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	var drawn []Mutant
	for _, l := range lines {
		if len(drawn) == count {
			break
		}
		if m, ok := d.mutant(l, chance); ok {
			m.ID = fmt.Sprintf("%d-%03d", seed, len(drawn)+1)
			drawn = append(drawn, m)
		}
	}
	return drawn, nil
}

// site is one line and its changes.
type site struct {
	file  string // relative to the module's root
	line  int
	in    *goPackage // nil for a host
	edits []edit
}

type drawing struct {
	root   string
	fset   *token.FileSet
	listed map[string]*goPackage
	wanted []*goPackage // the packages to change
	types  types.Importer
}

// list asks the go command for all packages, and which of them are to change.
func (d *drawing) list(ctx context.Context, parts []string) error {
	all, err := goList(ctx, d.root, "-export", "-deps", "./...")
	if err != nil {
		return err
	}
	for _, p := range all {
		d.listed[p.ImportPath] = p
	}
	wanted, err := goList(ctx, d.root, parts...)
	if err != nil {
		return err
	}
	d.wanted = slices.DeleteFunc(wanted, d.ofTests)
	d.types = importer.ForCompiler(d.fset, "gc", func(path string) (io.ReadCloser, error) {
		p := d.listed[path]
		if p == nil || p.Export == "" {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(p.Export)
	})
	return nil
}

// ofTests reports whether a package is there for tests alone: an internal one that no
// other code imports.
func (d *drawing) ofTests(p *goPackage) bool {
	if p.Name == "main" || !strings.Contains(p.ImportPath, "/internal/") {
		return false
	}
	for _, other := range d.listed {
		if slices.Contains(other.Imports, p.ImportPath) {
			return false
		}
	}
	return true
}

func goList(ctx context.Context, root string, args ...string) ([]*goPackage, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-json"}, args...)...)
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	var list []*goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &goPackage{}
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		list = append(list, p)
	}
}

// lines are all that can be changed, in an order that is always the same.
func (d *drawing) lines(parts []string) (lines []site, err error) {
	for _, p := range d.wanted {
		for _, name := range p.GoFiles {
			path := filepath.Join(p.Dir, name)
			src, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			f, err := parser.ParseFile(d.fset, path, src, parser.ParseComments)
			if err != nil {
				return nil, err
			}
			if ast.IsGenerated(f) {
				continue
			}
			lines = append(lines, d.byLine(path, src, p, goSites(d.fset, f, src))...)
		}
	}
	if slices.Contains(parts, "./fixtures/...") {
		inHosts, err := d.hosts()
		lines = append(lines, inHosts...)
		return lines, err
	}
	return lines, nil
}

func (d *drawing) hosts() (lines []site, err error) {
	err = filepath.WalkDir(filepath.Join(d.root, hosts), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != "host.yaml" {
			return err
		}
		src, err := os.ReadFile(path)
		lines = append(lines, d.byLine(path, src, nil, hostSites(src))...)
		return err
	})
	return lines, err
}

// byLine sorts a file's changes by the line on which they begin.
func (d *drawing) byLine(path string, src []byte, in *goPackage, edits []edit) (lines []site) {
	name, err := filepath.Rel(d.root, path)
	if err != nil {
		name = path
	}
	of := map[int][]edit{}
	for _, e := range edits {
		line := 1 + bytes.Count(src[:e.from], []byte("\n"))
		of[line] = append(of[line], e)
	}
	for _, line := range slices.Sorted(maps.Keys(of)) {
		lines = append(lines, site{file: filepath.ToSlash(name), line: line, in: in, edits: of[line]})
	}
	return lines
}

// mutant takes one of a line's changes; false where none compiles, or no test has a
// chance to see it.
func (d *drawing) mutant(l site, chance *rand.Rand) (Mutant, bool) {
	tests := d.tests(l.in)
	src, err := os.ReadFile(filepath.Join(d.root, l.file))
	if err != nil || tests == "" {
		return Mutant{}, false
	}
	chance.Shuffle(len(l.edits), func(i, j int) { l.edits[i], l.edits[j] = l.edits[j], l.edits[i] })
	for _, e := range l.edits {
		if l.in != nil && !d.compiles(l, slices.Concat(src[:e.from], []byte(e.text), src[e.to:])) {
			continue
		}
		m := Mutant{File: l.file, Tests: tests, Kind: fmt.Sprintf("%s, line %d", e.kind, l.line), Limit: "90s"}
		if m.frame(src, e) {
			return m, true
		}
	}
	return Mutant{}, false
}

// frame sets a change's code: its lines, and as many around them as tell them apart.
func (m *Mutant) frame(src []byte, e edit) bool {
	from, to := e.from, e.to
	for {
		from = bytes.LastIndexByte(src[:from], '\n') + 1
		if i := bytes.IndexByte(src[to:], '\n'); i >= 0 {
			to += i
		} else {
			to = len(src)
		}
		m.Old = string(src[from:to])
		m.New = string(src[from:e.from]) + e.text + string(src[e.to:to])
		if strings.TrimSpace(m.Old) != "" && len(m.code().FindAllIndex(src, 2)) == 1 {
			return strings.TrimSpace(m.Old) != strings.TrimSpace(m.New)
		}
		if from == 0 && to == len(src) {
			return false
		}
		from, to = max(from-1, 0), min(to+1, len(src))
	}
}

// compiles checks the types of a package with one file changed.
func (d *drawing) compiles(l site, changed []byte) bool {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range l.in.GoFiles {
		path := filepath.Join(l.in.Dir, name)
		var src any
		if strings.HasSuffix(filepath.ToSlash(path), "/"+l.file) {
			src = changed
		}
		f, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
		if err != nil {
			return false
		}
		files = append(files, f)
	}
	config := types.Config{Importer: d.types}
	_, err := config.Check(l.in.ImportPath, fset, files, nil)
	return err == nil
}

// tests are the packages that may notice a change: first its own, then the ones
// that import it, beginning with the one that has least to build.
func (d *drawing) tests(p *goPackage) string {
	at := cmp.Or(p, d.listed[d.module()+"/fixtures"])
	if at == nil {
		return ""
	}
	var others []*goPackage
	for _, other := range d.listed {
		if other.tested() && other.imports(at.ImportPath) && other.ImportPath != at.ImportPath &&
			!strings.HasPrefix(d.name(other), "./scenarios") {
			others = append(others, other)
		}
	}
	slices.SortFunc(others, func(a, b *goPackage) int {
		return cmp.Or(cmp.Compare(len(a.Deps), len(b.Deps)), strings.Compare(a.ImportPath, b.ImportPath))
	})
	if at.tested() {
		others = slices.Insert(others, 0, at)
	}
	names := make([]string, len(others))
	for i, other := range others {
		names[i] = d.name(other)
	}
	return strings.Join(names, " ")
}

// name is a package as the go command takes it, such as "./mockaws".
func (d *drawing) name(p *goPackage) string {
	return "." + strings.TrimPrefix(p.ImportPath, d.module())
}

// module is the module's path: what all packages that are to change begin with.
func (d *drawing) module() string {
	if len(d.wanted) == 0 {
		return ""
	}
	p := d.wanted[0]
	name, err := filepath.Rel(d.root, p.Dir)
	if err != nil || name == "." {
		return p.ImportPath
	}
	return strings.TrimSuffix(p.ImportPath, "/"+filepath.ToSlash(name))
}
