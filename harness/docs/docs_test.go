// Package docs_test holds the README and the pages of this folder to what they
// promise a reader.
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

const readme = "../../README.md"

// most is how many lines the README may have, and how many columns a line.
const most = 120

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// pages are the README and the pages of this folder.
func pages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("*.md")
	if err != nil || len(found) < 8 {
		t.Fatalf("pages %v, %v", found, err)
	}
	guide, err := filepath.Glob("guide/*.md")
	if err != nil || len(guide) == 0 {
		t.Fatalf("pages %v, %v", guide, err)
	}
	languages, err := filepath.Glob("languages/*.md")
	if err != nil || len(languages) == 0 {
		t.Fatalf("pages %v, %v", languages, err)
	}
	return slices.Concat(found, guide, languages, []string{readme})
}

func TestReadmeIsShort(t *testing.T) {
	all := lines(read(t, readme))
	if len(all) > most {
		t.Errorf("README.md has %d lines, at most %d", len(all), most)
	}
	for i, line := range all {
		if n := utf8.RuneCountInString(line); n > most {
			t.Errorf("README.md:%d has %d columns, at most %d", i+1, n, most)
		}
	}
}

// TestReadmeBeginsWithTwoCommands: a script copies the first block and runs it.
func TestReadmeBeginsWithTwoCommands(t *testing.T) {
	_, block, _ := strings.Cut(read(t, readme), "```sh\n")
	block, _, _ = strings.Cut(block, "```")
	if block != "go run ./harness/cmd/hostproof demo\ngo test ./...\n" {
		t.Errorf("got %q", block)
	}
}

// TestReadmeIsForStrangers: words that mean something here and nothing to a
// reader who came a minute ago.
func TestReadmeIsForStrangers(t *testing.T) {
	text := regexp.MustCompile("(?s)```.*?```|`[^`]*`").ReplaceAllString(read(t, readme), "")
	for _, word := range []string{"subject", "strategy", "cell", "wiring", "wired", "baked", "shard", "forced"} {
		if regexp.MustCompile(`(?i)\b` + word + `s?\b`).MatchString(text) {
			t.Errorf("README.md says %q, which it does not explain", word)
		}
	}
}

func TestLinesOfPages(t *testing.T) {
	for _, page := range pages(t) {
		for i, line := range lines(read(t, page)) {
			table, image := strings.HasPrefix(line, "|"), strings.HasPrefix(line, "![")
			if n := utf8.RuneCountInString(line); n > 140 && !table && !image {
				t.Errorf("%s:%d has %d columns", page, i+1, n)
			}
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestLinksResolve(t *testing.T) {
	checked := 0
	for _, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			if strings.HasPrefix(m[1], "https://") {
				continue
			}
			checked++
			resolve(t, page, m[1])
		}
	}
	if checked < 12 {
		t.Errorf("only %d links were looked at", checked)
	}
}

func resolve(t *testing.T, page, target string) {
	t.Helper()
	file, anchor, _ := strings.Cut(target, "#")
	path := page
	if file != "" {
		path = filepath.Join(filepath.Dir(page), filepath.FromSlash(file))
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("%s: link to %s: %v", page, target, err)
		return
	}
	if anchor != "" && !slices.Contains(anchors(read(t, path)), anchor) {
		t.Errorf("%s: link to %s: %s has no such heading", page, target, path)
	}
}

var notInAnchors = regexp.MustCompile(`[^a-z0-9 _-]`)

// anchors are what GitHub makes of a page's headings.
func anchors(text string) (out []string) {
	for _, line := range lines(text) {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			out = append(out, strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(title), ""), " ", "-"))
		}
	}
	return out
}

// TestEveryPageIsReached: from the README or from the first page of the handbook, by links.
func TestEveryPageIsReached(t *testing.T) {
	text, index := read(t, readme), read(t, "index.md")
	for _, page := range pages(t) {
		if page != readme && !strings.Contains(text, "(harness/docs/"+page+")") && !strings.Contains(index,
			"("+page+")") {
			t.Errorf("neither README.md nor index.md has a link to %s", page)
		}
	}
}

// TestNamedFilesAreThere: paths of this repository that a page names in code.
func TestNamedFilesAreThere(t *testing.T) {
	named := regexp.MustCompile("`((?:harness|mockaws|scenarios|fixtures|\\.ci)/[A-Za-z0-9_./-]+)`")
	checked := 0
	for _, page := range pages(t) {
		for _, m := range named.FindAllStringSubmatch(read(t, page), -1) {
			checked++
			if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
				t.Errorf("%s names %s: %v", page, m[1], err)
			}
		}
	}
	if checked < 5 {
		t.Errorf("only %d paths were looked at", checked)
	}
}

// TestFindingsHaveTheirCases: the table of findings names files that replay.
func TestFindingsHaveTheirCases(t *testing.T) {
	rows := 0
	for _, line := range lines(read(t, "findings-in-libraries.md")) {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		if !strings.HasPrefix(line, "| ") || len(cells) != 4 || strings.TrimSpace(cells[0]) == "library" {
			continue
		}
		rows++
		for _, name := range strings.Split(cells[3], ",") {
			name = strings.Trim(name, " `")
			path := "../../scenarios/cases/testdata/" + name + ".txtar"
			if strings.Contains(name, "/") {
				path = "../../" + name
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	if rows < 15 {
		t.Errorf("only %d rows were looked at", rows)
	}
}

// TestNumberOfCases: the page says how many there are.
func TestNumberOfCases(t *testing.T) {
	files, err := filepath.Glob("../../scenarios/cases/testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`replays (\d+) bugs`).FindStringSubmatch(read(t, "cases.md"))
	if said == nil || said[1] != strconv.Itoa(len(files)) {
		t.Errorf("cases.md says %q, there are %d", said, len(files))
	}
}
