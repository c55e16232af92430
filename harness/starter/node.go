package starter

import (
	"encoding/json"
	"io/fs"
	"strings"
)

// manifest is what is read of package.json.
type manifest struct {
	Main            string
	Scripts         map[string]string
	Dependencies    map[string]any
	DevDependencies map[string]any
}

func (m *manifest) has(name string) bool {
	return m.Dependencies[name] != nil || m.DevDependencies[name] != nil
}

// lookAtNode reads package.json.
func lookAtNode(f *Found, project fs.FS, text string) {
	f.Runner, f.Usual = "node:test", true
	f.install, f.adding = packageManager(project)
	var m manifest
	if json.Unmarshal([]byte(text), &m) != nil {
		return // it is not for us to say what is wrong with it
	}
	for _, runner := range []string{"vitest", "jest"} {
		if m.has(runner) {
			f.Runner, f.Usual = runner, false
			break
		}
	}
	for _, framework := range frameworks {
		if m.has(framework.name) {
			f.Command, f.Port, f.Visit = framework.command, framework.port, visitOf(project)
			f.builds = "npm run build --if-present"
			f.install = append(f.install, f.builds)
			return
		}
	}
	f.Command = m.command(project)
}

// frameworks are servers that a build makes, with what starts them then. The first that
// is among the dependencies counts.
var frameworks = []struct {
	name    string // of the package that says so
	command []string
	port    int
}{
	{"next", []string{"npx", "next", "start"}, 3000},
	{"nuxt", []string{"node", ".output/server/index.mjs"}, 3000},
	// https://github.com/sveltejs/kit/blob/main/documentation/docs/25-build-and-deploy/40-adapter-node.md
	{"@sveltejs/adapter-node", []string{"node", "build"}, 3000},
	{"@sveltejs/kit", []string{"npx", "vite", "preview", "--port", "4173"}, 4173},
}

// command starts the program of a package: its script, or its main file if that is there.
func (m *manifest) command(project fs.FS) []string {
	words := strings.Fields(m.Scripts["start"])
	if len(words) > 1 && words[0] == "node" && plain(words) {
		return words
	}
	file := m.Main
	if file == "" || !exists(project, strings.TrimPrefix(file, "./")) {
		file = first(project, "app.mjs", "index.mjs", "app.js", "index.js", "server.js", "src/index.js",
			"src/index.mjs")
	}
	if file == "" || m.has("react-scripts") { // whose src/index.js is for browsers
		return nil
	}
	return []string{"node", file}
}

// plain says whether a script is words alone, without what a shell would do.
func plain(words []string) bool {
	return !strings.ContainsAny(strings.Join(words, ""), "&|;<>$`\"'*()")
}

// packageManager is what installs the dependencies as the lock file has them, and what adds
// the package that the test needs.
func packageManager(project fs.FS) (install []string, adding string) {
	switch first(project, "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "package-lock.json") {
	case "pnpm-lock.yaml":
		return []string{"corepack enable", "pnpm install --frozen-lockfile"}, "pnpm add --save-dev hostproof"
	case "yarn.lock":
		frozen := "--frozen-lockfile" // of version 1
		if exists(project, ".yarnrc.yml") {
			frozen = "--immutable"
		}
		return []string{"corepack enable", "yarn install " + frozen}, "yarn add --dev hostproof"
	case "bun.lock", "bun.lockb":
		return []string{"npm install --global bun", "bun install --frozen-lockfile"}, "bun add --dev hostproof"
	case "package-lock.json":
		return []string{"npm ci"}, "npm install --save-dev hostproof"
	}
	return []string{"npm install"}, "npm install --save-dev hostproof"
}
