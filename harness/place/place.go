// Package place finds the line of a program's source that the program's own output
// names: the innermost frame, within the project, of the last stack that it printed.
//
// Nothing is concluded from a frame alone. The file has to be one of the project, with
// that many lines, and neither installed nor generated there.
package place

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/headline"
)

// Place is a line of a file.
type Place struct {
	// File is a path from the project's root, with slashes; empty where no file is
	// known.
	File string
	// Line is counted from 1; 0 where the file is known and the line is not.
	Line int
}

// Project is where a program's source is.
type Project struct {
	root string // paths are told from there
	dir  string // in which the program runs
}

// In is the project of a program that runs in a folder. Its root is the nearest folder
// above, or that one, that is a clone of a repository (it has .git), or else the folder.
func In(dir string) Project {
	dir, err := filepath.Abs(dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return Project{}
	}
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Lstat(filepath.Join(root, ".git")); err == nil {
			return Project{root, dir}
		}
		if root == filepath.Dir(root) {
			return Project{dir, dir}
		}
	}
}

// maxRead bounds what is looked at of an output, in bytes from its end.
const maxRead = 256 << 10

// maxFile bounds the files that can be meant, in bytes: a bundle is longer.
const maxFile = 4 << 20

// form is how a runtime writes a frame: with a file and a line, and in Java's case
// with the class, whose package is a folder.
type form struct {
	*regexp.Regexp
	innermostLast bool
}

// forms are tried in this order. Each pattern has the groups file and line, and one
// may have a class.
var forms = []form{
	// Python
	{regexp.MustCompile(`^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)`), true},
	// Java
	{regexp.MustCompile(`^\s+at (?P<class>[\w.$/]+)\.[\w$<>]+\((?P<file>\w+\.\w+):(?P<line>\d+)\)`), false},
	// Node.js
	{regexp.MustCompile(
		`^\s+at .*?(?:\(|\bat |\basync )?(?P<file>(?:file://)?/[^()]+?):(?P<line>\d+):\d+\)?$`), false},
	// PHP, and its first line
	{regexp.MustCompile(`^#\d+ (?P<file>[^()]+)\((?P<line>\d+)\): `), false},
	{regexp.MustCompile(` in (?P<file>/[^:]+):(?P<line>\d+)$`), false},
	// Go
	{regexp.MustCompile(`^\t(?P<file>/\S+\.go):(?P<line>\d+)(?: \+0x[0-9a-f]+)?$`), false},
	// Rust
	{regexp.MustCompile(`panicked at (?P<file>[^:'"]+):(?P<line>\d+):\d+:?$`), false},
	// Ruby, and its first line
	{regexp.MustCompile(`^\s+(?:from )?(?P<file>[^\s:]+\.rb):(?P<line>\d+):in `), false},
	{regexp.MustCompile(`^(?P<file>[^\s:]+\.rb):(?P<line>\d+):in `), false},
	// a compiler, and the first line of Node.js
	{regexp.MustCompile(`^(?P<file>(?:file://)?[^\s:]+\.\w+):(?P<line>\d+)(?::\d+)?(?::|$)`), false},
}

// within are the lines that Go and PHP print between the frames of a stack.
var within = regexp.MustCompile(`^(goroutine \d+|Stack trace:|created by |\S+\(.*\)$|\s|$)`)

// Of is the place that an output names; empty where it names none of the project.
func (project Project) Of(output []byte) Place {
	if extra := len(output) - maxRead; extra > 0 {
		output = output[extra:]
	}
	var found Place
	begun := false // the stack that is being read has had a frame of the project
	for line := range strings.SplitSeq(headline.Printable(strings.ToValidUTF8(string(output), "\uFFFD")), "\n") {
		p, last, ok := project.frame(strings.TrimRight(line, "\r"))
		switch {
		case ok && (last || !begun):
			found, begun = p, true
		case !ok && !within.MatchString(line):
			begun = false
		}
	}
	return found
}

// frame is the place of the project that a line names, and whether its runtime prints
// the innermost frame last.
func (project Project) frame(line string) (p Place, innermostLast, ok bool) {
	for _, f := range forms {
		m := f.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[f.SubexpIndex("line")])
		if err != nil {
			continue
		}
		class := ""
		if i := f.SubexpIndex("class"); i > 0 {
			class = m[i]
		}
		for _, file := range candidates(m[f.SubexpIndex("file")], class) {
			if rel := project.own(file); rel != "" && hasLine(filepath.Join(project.root, rel), n) {
				return Place{filepath.ToSlash(rel), n}, f.innermostLast, true
			}
		}
	}
	return Place{}, false, false
}

// candidates are the paths that a frame's file may stand for.
func candidates(file, class string) []string {
	if rest, ok := strings.CutPrefix(file, "file://"); ok {
		if path, err := url.PathUnescape(rest); err == nil {
			file = path
		}
	}
	if class == "" {
		return []string{filepath.FromSlash(file)}
	}
	class = class[strings.LastIndex(class, "/")+1:] // a module stands in front
	folder := ""
	if i := strings.LastIndex(class, "."); i >= 0 {
		folder = strings.ReplaceAll(class[:i], ".", "/")
	}
	var out []string
	for _, source := range []string{"src/main/java", "src/main/kotlin", "src/test/java", "src", ""} {
		out = append(out, filepath.Join(filepath.FromSlash(source), filepath.FromSlash(folder), file))
	}
	return out
}

// foreign are folders of what is installed or generated.
var foreign = []string{"node_modules", "site-packages", "dist-packages", "vendor", ".venv", "venv", ".next", ".nuxt",
	".output", ".svelte-kit", "target", "build", "dist"}

// own is the path from the root of a file that is the project's own, or empty.
func (project Project) own(file string) string {
	if project.root == "" {
		return ""
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(project.dir, file)
	}
	file, err := filepath.EvalSymlinks(file)
	if err != nil {
		return ""
	}
	rel, err := filepath.Rel(project.root, file)
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	for part := range strings.SplitSeq(filepath.ToSlash(rel), "/") {
		if slices.Contains(foreign, part) {
			return ""
		}
	}
	return rel
}

// hasLine says whether a file is a regular one that has a line of that number.
func hasLine(file string, n int) bool {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile || n < 1 {
		return false
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	lines := bytes.Count(text, []byte("\n"))
	if len(text) > 0 && text[len(text)-1] != '\n' {
		lines++
	}
	return n <= lines
}

// Program is the file of a program that its command line names: the first argument
// that is a file of the project, as in "node app.mjs".
func (project Project) Program(argv []string) Place {
	for _, arg := range argv {
		if rel := project.own(arg); rel != "" && hasLine(filepath.Join(project.root, rel), 1) {
			return Place{File: filepath.ToSlash(rel)}
		}
	}
	return Place{}
}
