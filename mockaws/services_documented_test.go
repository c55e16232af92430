package mockaws_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws"
)

// The documentation names the services that are there, each of them and no other.
func TestDocumentationListsTheServices(t *testing.T) {
	text, err := os.ReadFile("../harness/docs/mock.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`The services are\s([^;]+);`).FindSubmatch(text)
	if found == nil {
		t.Fatal(`docs/mock.md has no sentence "The services are ...;"`)
	}
	sentence := strings.Join(strings.Fields(string(found[1])), " ")
	listed := regexp.MustCompile(`, | and `).Split(sentence, -1)
	var there []string
	for _, s := range mockaws.New().Services() {
		there = append(there, s.ID)
	}
	slices.Sort(listed)
	slices.Sort(there)
	if !slices.Equal(listed, there) {
		t.Errorf("docs/mock.md lists %s\nthere are      %s", strings.Join(listed, ", "), strings.Join(there, ", "))
	}
}
