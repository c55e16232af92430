package starter

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/late"
)

// envFiles are where projects list their variables.
var envFiles = []string{".env.example", ".env.sample", ".env.template", ".env", ".env.local"}

var (
	assignment = late.MustCompile(`(?m)^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=`)
	// keyID is a name in a program's text, such as process.env.MY_ACCESS_KEY_ID.
	keyID = late.MustCompile(`\b([A-Z][A-Z0-9_]*ACCESS_KEY(?:_ID)?)\b`)
)

// keysOf are the names of a key and its secret in the project's list of variables, or else
// in the file that the command starts. AWS_ACCESS_KEY_ID and its secret are the project's on
// hosts where projects keep keys of their own and may give them these names.
func keysOf(project fs.FS, hosts, command []string) []string {
	for _, file := range envFiles {
		if keys := pairIn(read(project, file), assignment, hosts); keys != nil {
			return keys
		}
	}
	for _, word := range command {
		if word = path.Clean(word); !fs.ValidPath(word) {
			continue
		}
		for _, file := range []string{word, path.Join(word, "main.go")} {
			if keys := pairIn(read(project, file), keyID, hosts); keys != nil {
				return keys
			}
		}
	}
	return nil
}

// pairIn is a key's name and its secret's among the names that a pattern finds in a text.
func pairIn(text string, pattern *late.Regexp, hosts []string) []string {
	var names []string
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	for _, id := range names {
		secret := strings.Replace(id, "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", 1)
		if secret != id && slices.Contains(names, secret) && (!strings.HasPrefix(id, "AWS_") || mayName(hosts, id)) {
			return []string{id, secret}
		}
	}
	return nil
}

// mayName says whether on each host a project keeps a key of its own, and may give it a name.
func mayName(hosts []string, name string) bool {
	for _, host := range hosts {
		h, err := fixtures.Builtin().Host(host)
		if err != nil || len(h.ProjectKeys) == 0 {
			return false
		}
		if _, reserved := h.ReservedName(name); reserved {
			return false
		}
	}
	return len(hosts) > 0
}
