package starter

import (
	"cmp"
	"encoding/xml"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"
)

// lookAtGo reads the packages at the top of a module and in cmd.
func lookAtGo(f *Found, project fs.FS, _ string) {
	f.Runner, f.goPackage = "go", "main"
	if name := packageIn(project, "."); name != "" {
		f.goPackage = name
	}
	command := ""
	if f.goPackage == "main" && packageIn(project, ".") != "" {
		command = "."
	} else if found, err := fs.Glob(project, "cmd/*/main.go"); err == nil && len(found) == 1 {
		command = "./" + path.Dir(found[0])
	}
	if command != "" {
		f.Command = []string{"go", "run", command}
		f.install = []string{"go build -o hostproof-program " + command}
	}
}

// packageIn is the name of the package in a folder, other than its tests.
func packageIn(project fs.FS, dir string) string {
	files, err := fs.Glob(project, path.Join(dir, "*.go"))
	if err != nil {
		return ""
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, read(project, name), parser.PackageClauseOnly)
		if err == nil {
			return file.Name.Name
		}
	}
	return ""
}

// lookAtJava reads pom.xml, and finds no package for its language. The jar is the one
// that is there, or the one that Maven makes for Spring Boot by default.
func lookAtJava(f *Found, project fs.FS, text string) {
	f.install = []string{"mvn --batch-mode package"}
	if exists(project, "mvnw") {
		f.install = []string{"./mvnw --batch-mode package"}
	}
	var pom struct {
		ArtifactID string `xml:"artifactId"`
		Version    string `xml:"version"`
		Packaging  string `xml:"packaging"`
		Parent     struct {
			ArtifactID string `xml:"artifactId"`
		} `xml:"parent"`
	}
	boot := xml.Unmarshal([]byte(text), &pom) == nil && pom.Parent.ArtifactID == "spring-boot-starter-parent"
	if jars, err := fs.Glob(project, "target/*.jar"); err == nil && len(jars) > 0 {
		f.Command = []string{"java", "-jar", jars[0]}
	} else if jar := pom.ArtifactID + "-" + pom.Version + ".jar"; boot && cmp.Or(pom.Packaging, "jar") == "jar" &&
		pom.Version != "" && !strings.Contains(jar, "$") {
		f.Command = []string{"java", "-jar", "target/" + jar}
	}
	if boot && f.Command != nil && strings.Contains(text, "spring-boot-starter-web") {
		f.Port = 8080
	}
}

// lookAtRust reads Cargo.toml, and finds no package for its language.
func lookAtRust(f *Found, project fs.FS, text string) {
	f.install = []string{"cargo build"}
	if exists(project, "src/main.rs") && strings.Contains(text, "[package]") {
		f.Command = []string{"cargo", "run"}
	}
}
