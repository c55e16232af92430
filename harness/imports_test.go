package harness_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/hostproof/hostproof/"

// allowed says which of our packages a package may import, by the longest
// prefix that fits. The packages of one row may import each other, and what its
// list names; a folder with a row of its own is not theirs. Imports go one way, scenarios -> harness/expect -> harness
// -> {fixtures, mockaws} and mockaws -> service -> protocol -> {sigv4, iam}.
var allowed = map[string][]string{
	"mockaws/verdict":  {},
	"mockaws/sigv4":    {"mockaws/verdict", "mockaws/internal/checksums", "mockaws/sigv4/internal"},
	"mockaws/sigv2":    {"mockaws/verdict", "mockaws/sigv4"},
	"mockaws/iam":      {"mockaws/verdict"},
	"mockaws/fault":    {},
	"mockaws/internal": {},
	"mockaws/oidc":     {},
	"mockaws/metadata": {"mockaws/fault"},
	"mockaws/protocol": {"mockaws/verdict", "mockaws/fault", "mockaws/sigv4", "mockaws/iam"},
	"mockaws":          {"mockaws", "internal"},
	"fixtures/steps":   {},
	"internal/plural":  {},
	"internal/yamlerr": {},
	"fixtures":         {"fixtures"},
	"harness": {"fixtures", "mockaws", "harness/isolation", "harness/project", "harness/ledger", "harness/diagnose",
		"harness/internal"},
	"harness/goclock":           {},
	"harness/leak":              {"harness/leak"},
	"harness/internal/ports":    {},
	"harness/internal/headline": {},
	"harness/internal/inmemory": {"mockaws"},
	"harness/isolation":         {"harness/isolation", "harness/internal/ports"},
	"harness/internal/deploy": {"fixtures", "mockaws", "harness/isolation", "harness/leak", "harness/goclock",
		"harness/project", "harness/ledger", "harness/diagnose", "harness/internal"},
	"harness/isolation/container": {"harness/isolation", "harness/internal", "mockaws", "fixtures/steps"},
	"harness/need":                {"fixtures/steps"},
	"harness/ledger":              {"fixtures", "mockaws", "harness/isolation", "harness/leak", "harness/internal"},
	"harness/library":             {"fixtures"},
	"harness/diagnose": {"harness/diagnose", "fixtures", "mockaws", "harness/ledger", "harness/library",
		"harness/isolation",
		"harness/internal"},
	"harness/expect":   {"harness", "mockaws"},
	"harness/matrix":   {"harness", "mockaws", "fixtures", "internal"},
	"harness/project":  {"harness/isolation", "mockaws", "fixtures"},
	"harness/report":   {"harness", "mockaws", "fixtures", "internal"},
	"harness/casefile": {"harness", "fixtures", "mockaws", "internal"},
	"harness/capture":  {"fixtures", "harness/capture"},
	"harness/explain": {"fixtures", "harness/diagnose", "harness/ledger", "harness/library", "harness/internal",
		"mockaws"},
	"harness/conformance": {"mockaws"},
	"harness/peers":       {"fixtures", "mockaws"},
	"harness/cmd":         {"harness", "mockaws", "fixtures", "internal"},
	"scenarios":           {"scenarios", "harness", "fixtures", "mockaws"},

	// The judge works without the search for the mistake behind a wrong signature.
	"mockaws/sigv4/mistakes": {"mockaws/sigv4"},
	"mockaws/sigv4/internal": {},

	// Services do not know each other: see TestServicesStandAlone.
	"mockaws/service": {
		"mockaws/service", "mockaws/verdict", "mockaws/sigv2", "mockaws/sigv4", "mockaws/iam", "mockaws/oidc",
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
	"github.com/testcontainers/testcontainers-go": {"harness/isolation/container"},
	"github.com/moby/moby":                        {"harness/isolation/container"},
	"github.com/onsi/gomega":                      {"harness/expect", "scenarios"},
	"github.com/onsi/ginkgo/v2":                   {"scenarios"},
	"github.com/alecthomas/kong": {"harness/cmd", "mockaws/cmd", "mockaws/service/catalog/models/cmd",
		"fixtures/subjects"},
	// The judge is independent of the signer that it judges.
	"github.com/aws/aws-sdk-go-v2/aws/signer": {"fixtures/subjects", "harness/conformance",
		"mockaws/internal/mocktest"},
}

// standardOnly import nothing but the standard library and each other: they
// judge, and others may take them for their own servers.
var standardOnly = []string{"mockaws/sigv4", "mockaws/iam", "mockaws/verdict", "mockaws/fault"}

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

// TestImportRulesAreUsed keeps the tables from naming what is not there.
func TestImportRulesAreUsed(t *testing.T) {
	var from []string
	for _, im := range imports(t) {
		from = append(from, im.from)
	}
	for prefix := range allowed {
		if !slices.ContainsFunc(from, func(f string) bool { return fits(f, []string{prefix}) }) {
			t.Logf("no package under %s yet", prefix)
		}
	}
	if len(from) < 50 {
		t.Fatalf("found only %d imports: the walk does not see the module", len(from))
	}
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
