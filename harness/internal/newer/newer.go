// Package newer asks the registries, through their own clients, for releases that are
// newer than what this project pins: the libraries of the subjects, and the models that
// the mock's table was made of.
package newer

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/mockaws/service/catalog/models"
)

// Pin is a release that the project holds to.
type Pin struct {
	Client  string // whose registry has it: npm, pip, go, cargo, mvn or apt
	Name    string
	Version string
	Of      []string // the programs that use it, or what else is made of it
}

// Answer is what a registry has for a pin.
type Answer struct {
	Pin
	Newest string // "" where Err says why
	Err    error
}

// IsNewer is whether the registry has another release than the pinned one, as newest.
func (a Answer) IsNewer() bool { return a.Err == nil && a.Newest != a.Version }

// String is one line of a report.
func (a Answer) String() string {
	of := strings.Join(a.Of, ", ")
	switch {
	case a.Err != nil:
		return fmt.Sprintf("%s %s@%s: no answer: %v (%s)", a.Client, a.Name, a.Version, a.Err, of)
	case a.IsNewer():
		return fmt.Sprintf("%s %s: %s -> %s (%s)", a.Client, a.Name, a.Version, a.Newest, of)
	}
	return fmt.Sprintf("%s %s: %s is the newest (%s)", a.Client, a.Name, a.Version, of)
}

// Pins are all of the project, sorted by client and name. Packages of a release of
// Debian that is in the making are left out: it has one version of each, and a
// program says itself when that is no longer the pinned one.
func Pins() []Pin {
	release := models.Version()
	list := []Pin{{Client: "pip", Name: "botocore", Version: release.Version,
		Of: []string{"the mock's table of services, of " + release.Built}}}
	for _, p := range subjects.Programs() {
		if p.Debian != "" {
			continue
		}
		for _, library := range strings.Split(p.Library, ", ") {
			at := strings.LastIndexByte(library, '@')
			list = add(list, Pin{clientOf(p.Install), library[:at], library[at+1:], []string{p.Name}})
		}
	}
	slices.SortFunc(list, func(a, b Pin) int {
		return cmp.Or(cmp.Compare(a.Client, b.Client), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
	})
	return list
}

// add adds a pin, or its program to the same pin.
func add(list []Pin, p Pin) []Pin {
	i := slices.IndexFunc(list, func(other Pin) bool {
		return other.Client == p.Client && other.Name == p.Name && other.Version == p.Version
	})
	if i < 0 {
		return append(list, p)
	}
	list[i].Of = append(list[i].Of, p.Of...)
	return list
}

// clients are named by the language, the first word of a subject's name.
var clients = map[string]string{"node": "npm", "python": "pip", "go": "go", "rust": "cargo", "java": "mvn",
	"kotlin": "mvn", "ruby": "apt", "php": "apt", "aws": "pip"}

func clientOf(subject string) string {
	language, _, _ := strings.Cut(subject, "-")
	return clients[language]
}

// debian are the names of packages of Debian that hold a library.
var debian = map[string]string{"aws-sdk-s3": "ruby-aws-sdk-s3",
	"async-aws/core": "php-async-aws-core"}

// Runner runs a client and returns what it prints.
type Runner func(ctx context.Context, dir string, command ...string) ([]byte, error)

// Run is a Runner that runs the client.
func Run(ctx context.Context, dir string, command ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, line)
	}
	return out, nil
}

// Ask asks for the newest release of each pin. Each name is asked for once.
func Ask(ctx context.Context, run Runner, pins []Pin) ([]Answer, error) {
	dir, err := os.MkdirTemp("", "hostproof-newer-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	seen := map[[2]string]Answer{}
	var list []Answer
	for _, p := range pins {
		key := [2]string{p.Client, p.Name}
		a, ok := seen[key]
		if !ok {
			a.Newest, a.Err = newest(ctx, run, dir, p)
			seen[key] = a
		}
		a.Pin = p
		list = append(list, a)
	}
	return list, nil
}

func newest(ctx context.Context, run Runner, dir string, p Pin) (string, error) {
	client, ok := asks[p.Client]
	if !ok {
		return "", errors.New("no registry's client is known for it")
	}
	command, err := client.command(dir, p)
	if err != nil {
		return "", err
	}
	out, err := run(ctx, dir, command...)
	if err != nil {
		return "", err
	}
	version, err := client.version(out, p)
	if err == nil && version == "" {
		err = errors.New("its answer names no version")
	}
	return version, err
}

// asks has, for each client, how it is asked and how its answer is read.
var asks = map[string]struct {
	command func(dir string, p Pin) ([]string, error)
	version func(out []byte, p Pin) (string, error)
}{
	"npm": {plain("npm", "view", "{name}", "version"), whole},
	"pip": {plain("python3", "-m", "pip", "index", "versions", "{name}", "--disable-pip-version-check"),
		matched(`^\S+ \((\S+)\)`)},
	"go":    {plain("go", "list", "-m", "-json", "{name}@latest"), ofModule},
	"cargo": {plain("cargo", "info", "{name}"), matched(`(?m)^version: (\S+)`)},
	"apt":   {ofDebian, matched(`(?m)^  Candidate: (?:\d+:)?([\w.]+)`)},
	"mvn":   {ofMaven, ofUpdates},
}

func plain(words ...string) func(string, Pin) ([]string, error) {
	return func(_ string, p Pin) ([]string, error) {
		out := slices.Clone(words)
		for i, word := range out {
			out[i] = strings.Replace(word, "{name}", p.Name, 1)
		}
		return out, nil
	}
}

func ofDebian(_ string, p Pin) ([]string, error) {
	name, ok := debian[p.Name]
	if !ok {
		return nil, errors.New("its package of Debian is not known")
	}
	return []string{"apt-cache", "policy", name}, nil
}

// ofMaven has Maven's plugin look at a project that has one dependency, the pinned one.
func ofMaven(dir string, p Pin) ([]string, error) {
	group, artifact, _ := strings.Cut(p.Name, ":")
	pom := filepath.Join(dir, "pom.xml")
	text := fmt.Sprintf(`<project><modelVersion>4.0.0</modelVersion>
<groupId>x</groupId><artifactId>x</artifactId><version>1</version><packaging>pom</packaging><dependencies>
<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>
</dependencies></project>`, group, artifact, p.Version)
	return []string{"mvn", "-B", "-f", pom,
			"org.codehaus.mojo:versions-maven-plugin:2.16.2:display-dependency-updates"},
		os.WriteFile(pom, []byte(text),
			0o600)
}

func whole(out []byte, _ Pin) (string, error) { return strings.TrimSpace(string(out)), nil }

func ofModule(out []byte, _ Pin) (string, error) {
	var module struct{ Version string }
	err := json.Unmarshal(out, &module)
	return strings.TrimPrefix(module.Version, "v"), err
}

func matched(pattern string) func([]byte, Pin) (string, error) {
	re := regexp.MustCompile(pattern)
	return func(out []byte, _ Pin) (string, error) {
		m := re.FindSubmatch(out)
		if m == nil {
			return "", nil
		}
		return string(m[1]), nil
	}
}

var update = regexp.MustCompile(`(?m)^\[INFO\] .* -> (\S+)\s*$`)

// ofUpdates reads what Maven's plugin prints: the newer release, or that there is none.
func ofUpdates(out []byte, p Pin) (string, error) {
	if m := update.FindSubmatch(out); m != nil {
		return string(m[1]), nil
	}
	if bytes.Contains(out, []byte("No dependencies in Dependencies have newer versions")) {
		return p.Version, nil
	}
	return "", nil
}
