package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var llmsLink = regexp.MustCompile(`\]\(([^)]+)\.html\)`)

// TestLLMsListsEachPage: what a language model reads first leads to each page of the
// handbook, and to nothing that is not there.
func TestLLMsListsEachPage(t *testing.T) {
	var listed []string
	for _, m := range llmsLink.FindAllStringSubmatch(read(t, "public/llms.txt"), -1) {
		listed = append(listed, m[1]+".md")
	}
	for _, page := range pages(t) {
		if page != "index.md" && page != readme && !slices.Contains(listed, filepath.ToSlash(page)) {
			t.Errorf("llms.txt has no %s", page)
		}
	}
	for _, page := range listed {
		if _, err := os.Stat(page); err != nil {
			t.Error(err)
		}
	}
}

// TestSkillIsOne holds the skill to the form that agents read
// (https://github.com/agentskills/agentskills/blob/main/docs/specification.mdx).
func TestSkillIsOne(t *testing.T) {
	files, err := filepath.Glob("../skills/*/SKILL.md")
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	_, rest, _ := strings.Cut(read(t, files[0]), "---\n")
	head, body, found := strings.Cut(rest, "---\n")
	var matter map[string]string
	if err := yaml.Unmarshal([]byte(head), &matter); err != nil || !found {
		t.Fatal(err)
	}
	if matter["name"] != filepath.Base(filepath.Dir(files[0])) || len(matter["description"]) > 1024 ||
		len(matter["description"]) < 100 || len(matter) != 2 || strings.Count(body, "\n") > 500 {
		t.Errorf("got %v", matter)
	}
}
