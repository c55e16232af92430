package harness_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/hostproof/hostproof/"

// allowed says which of our packages a package may import, by the longest
// prefix that fits. The packages of one row may import each other, and what its
// list names; a folder with a row of its own is not theirs. Imports go one way:
// scenarios -> harness/expect -> harness -> {fixtures, mockaws} and
// mockaws -> service -> protocol -> {sigv4, iam}.
var allowed = map[string][]string{
	"mockaws/verdict":  {},
	"mockaws/sigv4":    {"mockaws/verdict", "mockaws/internal/checksums", "mockaws/sigv4/internal"},
	"mockaws/sigv2":    {"mockaws/verdict", "mockaws/sigv4"},
	"mockaws/iam":      {"mockaws/verdict"},
	"mockaws/fault":    {},
	"mockaws/shown":    {},
	"mockaws/exchange": {"mockaws/verdict", "mockaws/fault"},
	"mockaws/internal": {},
	"mockaws/oidc":     {},
	"mockaws/metadata": {"mockaws/fault"},
	"mockaws/protocol": {"mockaws/verdict", "mockaws/fault"},
	"mockaws":          {"mockaws"},
	"fixtures/steps":   {},
	"fixtures":         {"fixtures"},
	"harness": {"fixtures", "mockaws", "harness/isolation", "harness/project", "harness/ledger", "harness/diagnose",
		"harness/internal"},
	"harness/goclock":           {},
	"harness/leak":              {"harness/leak"},
	"harness/internal/ports":    {},
	"harness/internal/headline": {},
	"harness/internal/ini":      {},
	"harness/internal/inmemory": {"mockaws"},
	"harness/isolation":         {"harness/isolation", "harness/internal/ports", "mockaws/wire"},
	"harness/isolation/seen":    {},
	"harness/internal/deploy": {"fixtures", "mockaws", "harness/isolation", "harness/leak", "harness/goclock",
		"harness/project", "harness/ledger", "harness/diagnose", "harness/internal"},
	"harness/isolation/container": {"harness/isolation", "harness/internal", "mockaws"},
	"harness/need":                {"fixtures/steps"},
	"harness/ledger": {"fixtures", "mockaws/exchange", "mockaws/metadata", "mockaws/verdict", "mockaws/fault",
		"harness/isolation/seen", "harness/leak", "harness/internal", "mockaws/shown"},
	"harness/library": {"fixtures"},
	"harness/diagnose": {"harness/diagnose", "fixtures", "mockaws", "harness/ledger", "harness/library",
		"harness/isolation/seen", "harness/internal"},
	"harness/expect":   {"harness", "mockaws"},
	"harness/matrix":   {"harness", "mockaws", "fixtures"},
	"harness/project":  {"harness/isolation", "mockaws", "fixtures"},
	"harness/report":   {"harness/ledger", "harness/internal", "harness/junit", "mockaws", "fixtures"},
	"harness/junit":    {},
	"harness/place":    {"harness/internal/headline"},
	"harness/summary":  {"harness/ledger", "harness/junit", "harness/sarif"},
	"harness/sarif":    {"harness/diagnose", "harness/ledger", "harness/place", "fixtures"},
	"harness/casefile": {"harness", "fixtures", "mockaws"},
	"harness/capture":  {"fixtures", "harness/capture", "harness/internal/ini"},
	"harness/explain": {"fixtures", "harness/diagnose", "harness/ledger", "harness/library", "harness/internal",
		"mockaws"},
	"harness/conformance": {"mockaws"},
	"harness/peers":       {"fixtures"},
	"harness/cmd":         {"harness", "mockaws", "fixtures"},
	"scenarios":           {"harness", "fixtures", "mockaws"},

	// The judge works without the search for the mistake behind a wrong signature.
	"mockaws/sigv4/mistakes": {"mockaws/sigv4", "mockaws/shown"},
	"mockaws/sigv4/internal": {},

	// Services do not know each other: see TestServicesStandAlone.
	"mockaws/service": {
		"mockaws/service", "mockaws/verdict", "mockaws/exchange", "mockaws/sigv2", "mockaws/sigv4", "mockaws/iam",
		"mockaws/oidc",
		"mockaws/protocol",
		"mockaws/internal/spool", "mockaws/internal/checksums",
	},
	"mockaws/internal/mocktest":      {"mockaws"},
	"mockaws/service/internal":       {"mockaws/service", "mockaws/protocol", "mockaws/verdict"},
	"mockaws/service/catalog/models": {},
	"mockaws/service/dynamodb/ddb":   {},
}

// exclusive names packages from elsewhere that only these of ours may import,
// outside of tests.
var exclusive = map[string][]string{
	"github.com/testcontainers/testcontainers-go": {"harness/isolation/container/testcontainers"},
	"github.com/moby/moby":                        {"harness/isolation/container"},
	"github.com/onsi/gomega":                      {"harness/expect", "scenarios"},
	"github.com/onsi/ginkgo/v2":                   {"scenarios"},
	"github.com/alecthomas/kong":                  {"harness/cmd", "mockaws/cmd", "mockaws/service/catalog/models/cmd"},
	// The judge is independent of the signer that it judges.
	"github.com/aws/aws-sdk-go-v2/aws/signer": {"harness/conformance", "mockaws/internal/mocktest"},
}

// standardOnly import nothing but the standard library and each other: they
// judge, and others may take them for their own servers.
var standardOnly = []string{"mockaws/sigv4", "mockaws/iam", "mockaws/verdict", "mockaws/fault", "mockaws/exchange",
	"mockaws/shown"}

func TestImportsGoOneWay(t *testing.T) {
	for _, im := range imports(t) {
		if within, ok := strings.CutPrefix(im.path, module); ok {
			own := longest(im.from, allowed)
			if !fits(within, allowed[own]) && longest(within, allowed) != own {
				t.Errorf("%s: %s must not import %s", im.file, im.from, within)
			}
			continue
		}
		for path, users := range exclusive {
			if (im.path == path || strings.HasPrefix(im.path, path+"/")) && !fits(im.from, users) {
				t.Errorf("%s: only %v may import %s", im.file, users, path)
			}
		}
		if first, _, _ := strings.Cut(im.path, "/"); strings.Contains(first, ".") && fits(im.from, standardOnly) {
			t.Errorf("%s: %s imports %s, but is to need only the standard library", im.file, im.from, im.path)
		}
	}
}

// TestServicesStandAlone: a service of the mock imports what services share, and no
// other service; what they share imports none of them.
func TestServicesStandAlone(t *testing.T) {
	const services = "mockaws/service"
	checked := 0
	for _, im := range imports(t) {
		name, inside := strings.CutPrefix(im.from, services)
		within, ours := strings.CutPrefix(im.path, module+services+"/")
		if !inside || name == "/all" || !ours {
			continue
		}
		checked++
		own, _, _ := strings.Cut(strings.TrimPrefix(name, "/"), "/")
		if own == "" || !fits(within, []string{own, "internal"}) {
			t.Errorf("%s: %s must not import %s", im.file, im.from, services+"/"+within)
		}
	}
	if checked == 0 {
		t.Fatal("no service imports anything of its own: the walk does not see them")
	}
}

// TestImportRulesAreUsed keeps the tables from naming what is not there, or allowing
// what no package does: a rule outlives the code that it was made for.
func TestImportRulesAreUsed(t *testing.T) {
	list := imports(t)
	if len(list) < 50 {
		t.Fatalf("found only %d imports: the walk does not see the module", len(list))
	}
	for _, problem := range stale(list, allowed, exclusive) {
		t.Error(problem)
	}
	for _, prefix := range standardOnly {
		if !slices.ContainsFunc(list, func(im imported) bool { return fits(im.from, []string{prefix}) }) {
			t.Errorf("standardOnly: there is no package %s", prefix)
		}
	}
}

// TestStaleImportRules: each kind of stale rule is found, and a used one is not.
func TestStaleImportRules(t *testing.T) {
	list := []imported{
		{"harness/a/a.go", "harness/a", module + "mockaws/b"},
		{"harness/a/a.go", "harness/a", "example.com/lib/part"},
		{"harness/c/c.go", "harness/c", "fmt"},
	}
	for _, x := range []struct {
		name      string
		rules     map[string][]string
		exclusive map[string][]string
		want      string
	}{
		{"used", map[string][]string{"harness": {"mockaws"}}, map[string][]string{"example.com/lib": {"harness/a"}},
			""},
		{"no such package", map[string][]string{"gone": {}}, nil, "there is no package gone"},
		{"not imported", map[string][]string{"harness": {"mockaws", "fixtures"}}, nil,
			"harness may import fixtures, and does not"},
		{"another row's", map[string][]string{"harness": {"mockaws"}, "harness/a": {"mockaws"}}, nil,
			"harness may import mockaws, and does not"},
		{"not imported at all", nil, map[string][]string{"example.com/gone": {"harness"}},
			"harness may import example.com/gone, and does not"},
		{"not imported there", nil, map[string][]string{"example.com/lib": {"harness/a", "harness/b"}},
			"harness/b may import example.com/lib, and does not"},
	} {
		got := strings.Join(stale(list, x.rules, x.exclusive), "\n")
		if (x.want == "") != (got == "") || !strings.Contains(got, x.want) {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// stale are the rules that no import of the list needs, each in one sentence.
func stale(list []imported, rules, exclusive map[string][]string) (out []string) {
	imports := func(of func(from string) bool, path string) bool {
		return slices.ContainsFunc(list, func(im imported) bool { return of(im.from) && fits(im.path, []string{path}) })
	}
	for prefix, paths := range rules {
		governed := func(from string) bool { return longest(from, rules) == prefix }
		if !slices.ContainsFunc(list, func(im imported) bool { return governed(im.from) }) {
			out = append(out, "allowed: there is no package "+prefix)
			continue
		}
		for _, path := range paths {
			if !imports(governed, module+path) {
				out = append(out, "allowed: "+prefix+" may import "+path+", and does not")
			}
		}
	}
	for path, users := range exclusive {
		for _, user := range users {
			if !imports(func(from string) bool { return fits(from, []string{user}) }, path) {
				out = append(out, "exclusive: "+user+" may import "+path+", and does not")
			}
		}
	}
	return out
}

// plain are packages that read, judge and show what a run left behind, or that
// stand alone: who imports one gets none of the machinery that isolates a program.
var plain = []string{
	"harness/explain", "harness/ledger", "harness/diagnose", "harness/report", "harness/capture",
	"harness/conformance", "harness/leak", "harness/goclock", "harness/peers",
}

// machinery is what isolation needs, and they do not.
var machinery = []string{
	"github.com/vishvananda/netlink", "github.com/libp2p/go-yamux", "github.com/miekg/dns", "github.com/testcontainers",
}

// serverless are packages that know exchanges as data, without the server that
// records them.
var serverless = []string{"harness/explain", "harness/ledger", "harness/diagnose", "harness/report", "mockaws/service"}

// TestPlainPackagesLinkNoMachinery looks at everything that they link, at any depth.
// The face of the harness links all of it: there the walk must see it.
func TestPlainPackagesLinkNoMachinery(t *testing.T) {
	isMachinery := func(path string) bool { return fits(path, machinery) }
	isServer := func(path string) bool { return path == module+"mockaws" }
	for _, x := range []struct {
		names []string
		never func(path string) bool
	}{{plain, isMachinery}, {serverless, isServer}} {
		if !slices.ContainsFunc(linked(t, "harness"), x.never) {
			t.Fatal("not even the harness links what these packages must not: the walk does not see it")
		}
		for _, name := range x.names {
			for _, path := range linked(t, name) {
				if x.never(path) {
					t.Errorf("%s links %s; `go list -deps` shows the way to it", name, path)
				}
			}
		}
	}
}

// TestTheCommandLinksNoTestcontainers: it talks to an engine by the engine's own client.
// The package that has testcontainers find one links it: there the walk must see it.
func TestTheCommandLinksNoTestcontainers(t *testing.T) {
	const path = "github.com/testcontainers/testcontainers-go"
	if !slices.Contains(linked(t, "harness/isolation/container/testcontainers"), path) {
		t.Fatal("not even the package testcontainers links it: the walk does not see it")
	}
	if slices.Contains(linked(t, "harness/cmd/hostproof"), path) {
		t.Error("the command links " + path + "; `go list -deps` shows the way to it")
	}
}

// linked is what a package links, itself included, by import path.
func linked(t *testing.T, name string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", module+name)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	return strings.Fields(string(out))
}

type imported struct{ file, from, path string }

// imports lists every import of the module's non-test files.
func imports(t *testing.T) []imported {
	t.Helper()
	var out []imported
	root := ".."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && (d.Name() == "node_modules" || d.Name() == "testdata" ||
			strings.HasPrefix(d.Name(), ".")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			out = append(out, imported{path, filepath.ToSlash(rel), name})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func longest(pkg string, rules map[string][]string) string {
	best := ""
	for prefix := range rules {
		if fits(pkg, []string{prefix}) && len(prefix) > len(best) {
			best = prefix
		}
	}
	return best
}

func fits(pkg string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return pkg == p || strings.HasPrefix(pkg, p+"/") })
}
