package pack

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMavenCommand: the jar with the command, and a project that names it for each system.
func TestMavenCommand(t *testing.T) {
	command := filepath.Join(t.TempDir(), "command")
	if err := os.WriteFile(command, []byte("the command"), 0o755); err != nil {
		t.Fatal(err)
	}
	s := Settings{Root: "../../..", Version: "1.2.3", Targets: Targets[len(Targets)-1:], Command: command}
	out := repository{t.TempDir(), s.Version}
	if err := s.commandJars(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	base := filepath.Join(out.dir, "io", "github", "hostproof", "hostproof-command", "1.2.3", "hostproof-command-1.2.3")
	jar := unzip(t, base+"-windows-arm64.jar")
	const folder = "io/github/hostproof/command/windows-arm64/"
	sum := "15d99e0420ae39209d0e6d2edba26f67e11e132f5b8f7f0325c499fffefb4d71"
	if got := string(jar[folder+"hostproof.exe"].data); got != "the command" {
		t.Errorf("the command: %q", got)
	}
	if got := string(jar[folder+"sha256"].data); got != sum+"\n" {
		t.Errorf("its hash: %q, want %s", got, sum)
	}
	if len(jar["META-INF/LICENSE"].data) == 0 {
		t.Error("there is no license")
	}
	for _, suffix := range []string{".md5", ".sha1", ".sha256"} {
		if _, err := os.Stat(base + "-windows-arm64.jar" + suffix); err != nil {
			t.Error(err)
		}
	}
	pom, err := os.ReadFile(base + ".pom")
	if err != nil || !strings.Contains(string(pom), "<packaging>pom</packaging>") ||
		xml.Unmarshal(pom, new(struct{})) != nil {
		t.Errorf("%s, %v", pom, err)
	}
}

func TestMavenProfiles(t *testing.T) {
	text, err := Settings{Root: "../../..", Version: "1.2.3"}.pom("java")
	if err != nil {
		t.Fatal(err)
	}
	var pom struct {
		Version  string `xml:"version"`
		Profiles []struct {
			Name       string `xml:"activation>os>name"`
			Family     string `xml:"activation>os>family"`
			Arch       string `xml:"activation>os>arch"`
			Version    string `xml:"dependencies>dependency>version"`
			Classifier string `xml:"dependencies>dependency>classifier"`
		} `xml:"profiles>profile"`
	}
	if err := xml.Unmarshal(text, &pom); err != nil || pom.Version != "1.2.3" {
		t.Fatalf("version %q, %v", pom.Version, err)
	}
	var got []string
	for _, p := range pom.Profiles {
		got = append(got, fmt.Sprintf("%s%s %s: %s %s", p.Name, p.Family, p.Arch, p.Classifier, p.Version))
	}
	want := []string{
		"linux amd64: linux-amd64 1.2.3", "linux aarch64: linux-arm64 1.2.3",
		"mac x86_64: darwin-amd64 1.2.3", "mac aarch64: darwin-arm64 1.2.3",
		"windows amd64: windows-amd64 1.2.3", "windows aarch64: windows-arm64 1.2.3",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
