package casefile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/hostproof/hostproof/mockaws/yamlerr"
)

// maxCase bounds a case, in bytes.
const maxCase = 1 << 20

// Load reads a case. The error is one line for each thing that is wrong, with
// its place in the file.
func Load(file string) (*Case, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: cannot be read: %w", file, errors.Unwrap(err))
	case info.IsDir():
		return nil, fmt.Errorf("%s: is a folder: name the cases in it, %s", file, filepath.Join(file, "*.txtar"))
	case info.Size() > maxCase:
		return nil, fmt.Errorf("%s: has %d bytes, and a case at most %d", file, info.Size(), maxCase)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: cannot be read: %w", file, errors.Unwrap(err))
	}
	return Parse(file, data)
}

// Parse reads a case from the content of a file of this name.
func Parse(file string, data []byte) (*Case, error) {
	return parseAll(&parser{file: file, data: data})
}

func parseAll(p *parser) (*Case, error) {
	c := p.parse()
	if len(p.problems) > 0 {
		return nil, errors.Join(p.problems...)
	}
	return c, nil
}

type parser struct {
	file     string
	data     []byte
	unlocked bool // the lock files are not made yet
	problems []error
}

func (p *parser) say(line int, format string, args ...any) {
	at := p.file
	if line > 0 {
		at += ":" + strconv.Itoa(line)
	}
	p.problems = append(p.problems, fmt.Errorf("%s: %s", at, fmt.Sprintf(format, args...)))
}

// settingsFile is the file with a case's settings.
const settingsFile = "case.yaml"

func (p *parser) parse() *Case {
	c := &Case{File: p.file, Name: strings.TrimSuffix(filepath.Base(p.file), ".txtar")}
	archive := txtar.Parse(p.data)
	p.header(c, string(archive.Comment))
	settings := p.sort(c, archive.Files)
	if settings == nil {
		p.say(0, "has no file %s: the case's settings and expectations", settingsFile)
		return nil
	}
	p.decode(c, settings)
	if len(p.problems) == 0 {
		p.check(c)
	}
	return c
}

// sort tells the archive's files apart.
func (p *parser) sort(c *Case, files []txtar.File) (settings []byte) {
	seen := map[string]bool{}
	for _, f := range files {
		line := p.lineOf(f.Name)
		switch {
		case seen[f.Name]:
			p.say(line, "a second file %s: give it another name", f.Name)
		case f.Name != path.Clean(f.Name) || !filepath.IsLocal(f.Name):
			p.say(line, "%q is no path below the program's directory", f.Name)
		case f.Name == settingsFile:
			settings = f.Data
		case strings.HasPrefix(f.Name, "hosts/"):
			c.hosts = append(c.hosts, f)
		case strings.HasPrefix(f.Name, locksFolder):
			p.lockFile(f.Name, line)
			c.locks = append(c.locks, f)
		default:
			c.files = append(c.files, f)
		}
		seen[f.Name] = true
	}
	return settings
}

// lineOf is the line of a file's marker.
func (p *parser) lineOf(name string) int {
	for i, line := range strings.Split(string(p.data), "\n") {
		if rest, ok := strings.CutPrefix(line, "-- "); ok &&
			strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "--")) == name {
			return i + 1
		}
	}
	return 0
}

// paragraphs of the comment, in their order.
var paragraphs = []string{"Issue", "Symptom", "Cause", "Forced"}

func (p *parser) header(c *Case, comment string) {
	text, last := map[string]string{}, ""
	for i, line := range strings.Split(comment, "\n") {
		key, rest, ok := strings.Cut(line, ":")
		switch {
		case ok && slices.Contains(paragraphs, key):
			if text[key] != "" {
				p.say(i+1, "a second %q: join the two", key+":")
			}
			last = key
			text[last] += strings.TrimSpace(rest)
		case strings.TrimSpace(line) == "":
		case last == "":
			p.say(i+1, "the comment begins with %q: want the paragraphs Issue:, Symptom:, Cause: and Forced:", line)
			return
		default:
			text[last] += " " + strings.TrimSpace(line)
		}
	}
	for _, name := range paragraphs {
		if text[name] == "" {
			p.say(0, "the comment says nothing under %q", name+":")
		}
	}
	c.Issues = strings.Fields(text["Issue"])
	for _, url := range c.Issues {
		if !strings.HasPrefix(url, "https://") {
			p.say(1, "issue %q is no public address: want https://github.com/OWNER/REPO/issues/N", url)
		}
	}
	c.Symptom, c.Cause, c.Forced = text["Symptom"], text["Cause"], text["Forced"]
}

// decode reads case.yaml; keys that the format does not have are problems.
func (p *parser) decode(c *Case, data []byte) {
	offset := p.lineOf(settingsFile)
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	err := dec.Decode(c)
	switch {
	case errors.Is(err, io.EOF):
		p.say(offset, "%s is empty", settingsFile)
	case err != nil:
		for _, wrong := range yamlerr.Problems(err, *c) {
			p.say(offset+wrong.Line, "%s", wrong.Text)
		}
	default:
		if err := dec.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
			p.say(offset, "%s has a second document: write one case a file", settingsFile)
		}
	}
	for name, r := range map[string]*Run{"broken": c.Broken, "fixed": c.Fixed, "workaround": c.Workaround} {
		if r != nil {
			r.Name = name
		}
	}
}
