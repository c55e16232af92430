package starter

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
)

// lookAtNode reads package.json.
func lookAtNode(f *Found, project fs.FS, text string) {
	var manifest struct {
		Main            string
		Scripts         map[string]string
		Dependencies    map[string]any
		DevDependencies map[string]any
	}
	f.Runner = "node:test"
	if json.Unmarshal([]byte(text), &manifest) != nil {
		return // it is not for us to say what is wrong with it
	}
	has := func(name string) bool {
		return manifest.Dependencies[name] != nil || manifest.DevDependencies[name] != nil
	}
	for _, runner := range []string{"vitest", "jest"} {
		if has(runner) {
			f.Runner = runner
			break
		}
	}
	if has("next") {
		f.Command, f.Port = []string{"npx", "next", "start"}, 3000
		return
	}
	if words := strings.Fields(manifest.Scripts["start"]); len(words) > 1 && words[0] == "node" && plain(words) {
		f.Command = words
		return
	}
	file := manifest.Main
	if file == "" || !exists(project, strings.TrimPrefix(file, "./")) {
		file = first(project, "app.mjs", "index.mjs", "app.js", "index.js", "server.js", "src/index.js",
			"src/index.mjs")
	}
	if file != "" {
		f.Command = []string{"node", file}
	}
}

// plain says whether a script is words alone, without what a shell would do.
func plain(words []string) bool {
	return !strings.ContainsAny(strings.Join(words, ""), "&|;<>$`\"'*()")
}

// lookAtPython reads pyproject.toml or requirements.txt.
func lookAtPython(f *Found, project fs.FS, text string) {
	f.Runner = "pytest"
	file := first(project, "app.py", "main.py", "server.py", "src/app.py", "src/main.py")
	switch {
	case file == "":
	case strings.Contains(text, "uvicorn") || strings.Contains(text, "fastapi"):
		module := strings.ReplaceAll(strings.TrimSuffix(file, ".py"), "/", ".")
		f.Command, f.Port = []string{"python", "-m", "uvicorn", module + ":app", "--port", "8000"}, 8000
	default:
		f.Command = []string{"python", file}
	}
}

// lookAtGo reads the package at the top of a module.
func lookAtGo(f *Found, project fs.FS, _ string) {
	f.Runner, f.goPackage = "go", "main"
	files, err := fs.Glob(project, "*.go")
	if err != nil {
		return
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, read(project, name), parser.PackageClauseOnly)
		if err != nil {
			continue
		}
		f.goPackage = file.Name.Name
		if f.goPackage == "main" {
			f.Command = []string{"go", "run", "."}
		}
		return
	}
}

// lookAtJava finds no package for its language.
func lookAtJava(f *Found, project fs.FS, _ string) {
	if jars, err := fs.Glob(project, "target/*.jar"); err == nil && len(jars) > 0 {
		f.Command = []string{"java", "-jar", jars[0]}
	}
}
