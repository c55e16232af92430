package bindings_test

import (
	"context"
	"encoding/xml"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/bindings/pack"
	"github.com/hostproof/hostproof/harness/need"
)

// TestJava gives an empty project the library by one dependency, from a Maven repository
// in a folder and without a network, and runs tests there.
func TestJava(t *testing.T) {
	need.InFull(t)
	cache := mavenCache(t)
	project := place{dir: t.TempDir()}
	project.filled(t, "testdata/java")
	settings := within(project.dir, "settings.xml")
	if err := os.WriteFile(settings, []byte(offline(t, cache, artefacts(t, cache))), 0o600); err != nil {
		t.Fatal(err)
	}
	mvn := []string{"mvn", "--batch-mode", "--no-transfer-progress", "--settings", settings,
		"-Dmaven.repo.local=" + t.TempDir(), "test"}

	const change = "pass credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))"
	t.Run("story", func(t *testing.T) { project.story(t, change, append(mvn, "-Dtest=VercelTest")...) })
	t.Run("the rest of the API", func(t *testing.T) { project.must(t, append(mvn, "-Dtest=ApiTest")...) })
	t.Run("what is wrong", func(t *testing.T) {
		out, ok := project.run(t, append(mvn, "-Dtest=WrongTest")...)
		for _, want := range []string{"@Host names 2 hosts", `@Host(set = "X"): want NAME=value`,
			"app.WrongTest has no method none() that returns a Project"} {
			if ok || !strings.Contains(out, want) {
				t.Errorf("it does not say %q:\n%s", want, out)
			}
		}
	})
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

// artefacts is a Maven repository with the library and the command for this machine.
func artefacts(t *testing.T, cache string) string {
	t.Helper()
	target, err := pack.Find(runtime.GOOS + "/" + runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := pack.Maven(context.WithoutCancel(t.Context()), pack.Settings{Root: "../..", Out: t.TempDir(),
		Version: "0.0.0", Targets: []pack.Target{target}}, "-Dmaven.repo.local="+cache)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

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
