package casefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/hostproof/hostproof/harness/casefile/packages"
	"github.com/hostproof/hostproof/harness/internal/headline"
)

// Draft is what a report says of a bug: enough for a case that can be replayed, and
// that says what is left to fill in.
type Draft struct {
	// Report is the text of the report; its first address and the line that names its
	// error go into the case, and nothing else.
	Report []byte
	Host   string
	// Packages are the versions that go wrong, Mended the ones that go well; empty
	// where no mended version is known, and then the case has a workaround.
	Packages, Mended packages.Set
	// Program and Name are the reporter's program and its file name. Without them the
	// case has one that only loads the packages.
	Program []byte
	Name    string
}

// fillIn marks what only a person can say.
const fillIn = "FILL IN"

// Write is the case as a file of this name, with the lock files of its packages: it
// asks the registries for them.
func (d Draft) Write(ctx context.Context, file string) ([]byte, error) {
	if d.Host == "" {
		return nil, errors.New("a case needs a host: hostproof hosts lists them")
	}
	if d.Name != "" && argvOf(d.Name) == nil {
		return nil, fmt.Errorf(
			"cannot tell how to run %s: want a program of Node.js, Python, Java, Go, Rust or a shell",
			d.Name)
	}
	if d.Name == "" {
		d.Name, d.Program = stub(d.Packages)
	}
	settings, err := d.settings()
	if err != nil {
		return nil, err
	}
	archive := &txtar.Archive{Comment: d.comment(), Files: []txtar.File{
		{Name: settingsFile, Data: settings},
		{Name: path.Base(d.Name), Data: withNewline(d.Program)},
	}}
	return Lock(ctx, file, txtar.Format(archive))
}

func withNewline(text []byte) []byte {
	if len(text) == 0 || bytes.HasSuffix(text, []byte("\n")) {
		return text
	}
	return append(bytes.Clone(text), '\n')
}

var (
	address = regexp.MustCompile(`https://[^\s"'<>()\[\]]+`)
	// secretive is what may be a secret: a long run of letters and digits.
	secretive = regexp.MustCompile(`[A-Za-z0-9+/=_-]{40,}`)
)

// symptom is the line of the report that names the error, without what may be a
// secret.
func (d Draft) symptom() string {
	return secretive.ReplaceAllString(headline.Of(d.Report), "...")
}

func (d Draft) comment() []byte {
	issue := "https://example.com/" + strings.ReplaceAll(fillIn, " ", "-")
	if found := address.Find(d.Report); found != nil {
		issue = strings.TrimRight(string(found), ".,;:")
	}
	symptom := d.symptom()
	if symptom == "" {
		symptom = fillIn + ": what the reporter saw"
	}
	return fmt.Appendf(nil, "Issue: %s\nSymptom: %s\nCause: %s: why it goes wrong, as the issue's resolution says\n"+
		"Forced: %s: how this file makes it happen\n\n", issue, symptom, fillIn, fillIn)
}

// draftRun is a run as a draft has it.
type draftRun struct {
	Packages packages.Set   `yaml:",inline"`
	Expect   map[string]any `yaml:"expect"`
}

func (d Draft) settings() ([]byte, error) {
	expect := map[string]any{"exit": 1, "noCalls": true}
	if said := d.symptom(); said != "" {
		expect["stderr"] = []string{said}
	}
	mended, name := d.Mended, "fixed"
	if mended.Empty() {
		mended, name = d.Packages, "workaround"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s: the class of the bug, one of these:\n", fillIn)
	for _, c := range classNames() {
		fmt.Fprintf(&b, "#   %s: %s\n", c, Classes[Class(c)])
	}
	fmt.Fprintf(&b, "# and what is expected; hostproof replay -v shows what happens.\n")
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	err := enc.Encode(struct {
		Class   string              `yaml:"class"`
		Host    string              `yaml:"host"`
		Program []string            `yaml:"program,flow"`
		Broken  draftRun            `yaml:"broken"`
		Well    map[string]draftRun `yaml:",inline"`
	}{"E", d.Host, argvOf(d.Name), draftRun{d.Packages, expect}, map[string]draftRun{
		name: {mended, map[string]any{"exit": 0, "calls": []map[string]string{
			{"call": "sts:GetCallerIdentity", "accepted": "arn:aws:*"},
		}}},
	}})
	return b.Bytes(), err
}

// runners are the command lines of programs, by the end of their name.
var runners = map[string][]string{
	".mjs": {"node"}, ".js": {"node"}, ".cjs": {"node"}, ".py": {"python"}, ".sh": {"sh"}, ".java": {"java"},
}

// argvOf is how a program is run; nil where that cannot be told.
func argvOf(name string) []string {
	base := path.Base(name)
	if base == "main.go" || base == "main.rs" {
		return []string{"subject"}
	}
	if runner := runners[path.Ext(base)]; runner != nil {
		return append(runner[:len(runner):len(runner)], base)
	}
	return nil
}

// stub is a program that loads the packages and ends: where the reporter's own goes.
func stub(s packages.Set) (name string, program []byte) {
	first := func(list []string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(list[0], "@"), "@")
		if strings.HasPrefix(list[0], "@") {
			name = "@" + name
		}
		name, _, _ = strings.Cut(name, "==")
		name, _, _ = strings.Cut(name, "[")
		return name
	}
	switch {
	case len(s.Npm) > 0:
		return "program.mjs", fmt.Appendf(nil,
			"// %s: what the reporter does with it.\nimport * as loaded from %q;\n\n"+
				"console.log(Object.keys(loaded));\n", fillIn, first(s.Npm))
	case len(s.Pip) > 0:
		return "program.py", fmt.Appendf(nil, "# %s: what the reporter does with it.\nimport %s\n", fillIn,
			strings.ReplaceAll(first(s.Pip), "-", "_"))
	case len(s.Cargo) > 0:
		return "main.rs", fmt.Appendf(nil, "// %s: what the reporter does with %s.\nfn main() {}\n", fillIn,
			first(s.Cargo))
	case len(s.Maven) > 0:
		return "Program.java", fmt.Appendf(nil, "// %s: what the reporter does with it.\nclass Program {\n"+
			"    public static void main(String[] args) {\n    }\n}\n", fillIn)
	}
	return "program.sh", fmt.Appendf(nil, "# %s: what the reporter runs.\n", fillIn)
}
