package starter

import (
	"cmp"
	"encoding/xml"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
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

// lookAtJava reads pom.xml. The jar is the one that is there, or the one that Maven makes
// for Spring Boot by default. A pom of modules alone has no tests.
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
	if xml.Unmarshal([]byte(text), &pom) != nil {
		return // it is not for us to say what is wrong with it
	}
	if pom.Packaging != "pom" {
		f.Runner, f.Usual = "junit", !strings.Contains(text, "junit") && !strings.Contains(text, "boot-starter-test")
		f.javaMain = mainClass(project)
	}
	boot := pom.Parent.ArtifactID == "spring-boot-starter-parent"
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

// lookAtRust reads Cargo.toml. A workspace without a package has no tests.
func lookAtRust(f *Found, project fs.FS, text string) {
	f.install = []string{"cargo build"}
	m := packageOfCargo.FindStringSubmatch(text)
	if m == nil {
		return
	}
	f.Runner = "cargo"
	if exists(project, "src/main.rs") {
		f.Command, f.binary = []string{"cargo", "run"}, m[1]
	}
	if m := binaryOfCargo.FindStringSubmatch(text); m != nil && f.Command != nil {
		f.binary = m[1]
	}
}

// The names of a package and of the first program that has one of its own, in Cargo.toml.
var (
	packageOfCargo = late.MustCompile(`(?m)^\[package\]\s*\n(?:[^\[\n][^\n]*\n|\n)*?name\s*=\s*["']([\w-]+)["']`)
	binaryOfCargo  = late.MustCompile(`(?m)^\[\[bin\]\]\s*\n(?:[^\[\n][^\n]*\n|\n)*?name\s*=\s*["']([\w-]+)["']`)
)

var mainMethod = late.MustCompile(`\bstatic\s+(?:final\s+)?void\s+main\s*\(`)

// mainClass is the class, with its package, that starts a program in Java, empty where
// there is none or more than one.
func mainClass(project fs.FS) string {
	const sources, most = "src/main/java", 2000
	var found []string
	looked := 0
	err := fs.WalkDir(project, sources, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".java" {
			return err
		}
		if looked++; looked > most {
			return fs.SkipAll
		}
		if mainMethod.MatchString(read(project, name)) {
			class := strings.TrimSuffix(strings.TrimPrefix(name, sources+"/"), ".java")
			found = append(found, strings.ReplaceAll(class, "/", "."))
		}
		return nil
	})
	if err != nil || len(found) != 1 || looked > most {
		return ""
	}
	return found[0]
}
