package bindings_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hostproof/hostproof/harness/bindings/pack"
	"github.com/hostproof/hostproof/harness/need"
)

// TestJava gives an empty project the library by one dependency, from a Maven repository
// in a folder and without a network, and runs tests there.
func TestJava(t *testing.T) {
	need.InFull(t)
	project, test := mavenProject(t, "testdata/java")
	const change = "pass credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))"
	t.Run("story", func(t *testing.T) { project.story(t, change, test("VercelTest")...) })
	t.Run("the rest of the API", func(t *testing.T) { project.must(t, test("ApiTest")...) })
	t.Run("what is wrong", func(t *testing.T) {
		out, ok := project.run(t, test("WrongTest")...)
		for _, want := range []string{"@Host names 2 hosts", `@Host(set = "X"): want NAME=value`,
			"app.WrongTest has no method none() that returns a Project"} {
			if ok || !strings.Contains(out, want) {
				t.Errorf("it does not say %q:\n%s", want, out)
			}
		}
	})
	t.Run("init", func(t *testing.T) {
		const main = "package own;\n\nclass Main {\n  public static void main(String[] args) {%s}\n}\n"
		if err := os.RemoveAll(within(project.dir, "src")); err != nil {
			t.Fatal(err)
		}
		project.written(t, map[string]string{"netlify.toml": "", "src/main/java/own/Main.java": fmt.Sprintf(main, "")})
		project.begins(t, command(t), "src/main/java/own/Main.java",
			fmt.Sprintf(main, `throw new IllegalStateException("on purpose");`), test("HostproofTest")...)
	})
}

// TestTestcontainers has the module of Testcontainers make the mock's image and run it.
func TestTestcontainers(t *testing.T) {
	need.InFull(t)
	docker := need.Program(t, "docker", "install a Docker engine")
	if out, ok := (place{}).run(t, docker, "version", "--format", "{{.Server.Version}}"); !ok {
		need.Missing(t, "docker", fmt.Errorf("no Docker engine answers: %s", strings.TrimSpace(out)))
	}
	project, test := mavenProject(t, "testdata/testcontainers")
	// No registry has the image of the reaper here; the test stops its container itself.
	project.env = []string{"TESTCONTAINERS_RYUK_DISABLED=true"}
	project.must(t, test("ContainerTest")...)
}

// mavenProject is a project whose Maven has two folders for all repositories, and the
// command that runs a test there.
func mavenProject(t *testing.T, from string) (p place, test func(name string) []string) {
	t.Helper()
	cache := mavenCache(t)
	p = place{dir: t.TempDir()}
	p.filled(t, from)
	settings := within(p.dir, "settings.xml")
	if err := os.WriteFile(settings, []byte(offline(t, cache, artefacts(t, cache))), 0o600); err != nil {
		t.Fatal(err)
	}
	mvn := []string{"mvn", "--batch-mode", "--no-transfer-progress", "--settings", settings,
		"-Dmaven.repo.local=" + t.TempDir(), "test"}
	return p, func(name string) []string { return append(slices.Clone(mvn), "-Dtest="+name) }
}

// mavenCache is Maven's repository in the user's cache, with all that the library and the
// project are built and tested with.
func mavenCache(t *testing.T) string {
	t.Helper()
	dir := installed(t, "bindings-java")
	cache := filepath.Join(filepath.Dir(filepath.Dir(dir)), "maven")
	ready := within(dir, ".plugins")
	if _, err := os.Stat(ready); err != nil {
		place{dir: dir}.must(t, "mvn", "--batch-mode", "--quiet", "--strict-checksums", "-Dmaven.repo.local="+cache,
			"test")
		if err := os.WriteFile(ready, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cache
}

// artefacts is a Maven repository with the libraries and the command for this machine.
func artefacts(t *testing.T, cache string) string {
	t.Helper()
	mavenOnce.Do(func() {
		var s pack.Settings
		if s, mavenErr = forHere(); mavenErr == nil {
			mavenOut, mavenErr = pack.Maven(context.Background(), s, "-Dmaven.repo.local="+cache)
		}
	})
	if mavenErr != nil {
		t.Fatal(mavenErr)
	}
	return mavenOut
}

// The artefacts are made once for all tests.
var (
	mavenOnce sync.Once
	mavenOut  string
	mavenErr  error
)

// offline are the settings of a Maven that has two folders for all repositories.
func offline(t *testing.T, cache, own string) string {
	t.Helper()
	type repository struct {
		ID       string `xml:"id"`
		URL      string `xml:"url"`
		MirrorOf string `xml:"mirrorOf,omitempty"`
	}
	type profile struct {
		ID           string       `xml:"id"`
		Repositories []repository `xml:"repositories>repository"`
	}
	url := func(dir string) string { return "file://" + filepath.ToSlash(dir) }
	text, err := xml.Marshal(struct {
		XMLName  xml.Name     `xml:"settings"`
		Mirrors  []repository `xml:"mirrors>mirror"`
		Profiles []profile    `xml:"profiles>profile"`
		Active   []string     `xml:"activeProfiles>activeProfile"`
	}{
		Mirrors:  []repository{{"cache", url(cache), "*,!own"}},
		Profiles: []profile{{"own", []repository{{ID: "own", URL: url(own)}}}},
		Active:   []string{"own"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
