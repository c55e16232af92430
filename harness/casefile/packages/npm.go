package packages

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hostproof/hostproof/fixtures/installer"
	"golang.org/x/tools/txtar"
)

var npm = &ecosystem{
	key: "npm", tool: "npm", hint: "install Node.js 20 or newer, with npm",
	pins:  func(s *Set) *[]string { return &s.Npm },
	parse: at,
	locks: []string{"package-lock.json"}, hashed: "package-lock.json", hash: `"integrity": "sha512-`,
	has:      inPackageLock,
	manifest: packageJSON,
	// The lock file has no addresses: where the registry is, is the machine's own affair.
	resolve: func(ctx context.Context, dir string, _ []pin) error {
		return installer.Run(ctx, dir, nil, "npm", "install", "--package-lock-only", "--ignore-scripts",
			"--omit-lockfile-registry-resolved", "--no-audit", "--no-fund", "--omit=dev")
	},
}

// packageJSON is the manifest that npm ci wants with a lock file.
func packageJSON(pins []pin, _ []txtar.File) []txtar.File {
	m := struct {
		Name         string            `json:"name"`
		Private      bool              `json:"private"`
		Dependencies map[string]string `json:"dependencies"`
	}{"case", true, map[string]string{}}
	for _, p := range pins {
		m.Dependencies[p.Name] = p.Version
	}
	data, _ := json.MarshalIndent(m, "", "  ") // strings alone
	return []txtar.File{{Name: "package.json", Data: append(data, '\n')}}
}

func inPackageLock(lock string, p pin) bool {
	var l struct {
		Packages map[string]struct{ Version string }
	}
	err := json.NewDecoder(bytes.NewReader([]byte(lock))).Decode(&l)
	return err == nil && l.Packages["node_modules/"+p.Name].Version == p.Version
}
