package pack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// mavenGroup is the group of the artefacts.
const mavenGroup = "io.github.hostproof"

// javaFolder is where the jar with the command has it, for each system a folder.
const javaFolder = "io/github/hostproof/command/"

// profilesMark is the line of pom.xml in whose place the profiles go.
const profilesMark = "  <!-- profiles: pack writes one for each system here, with the command for it. -->\n"

// Maven writes the artefacts for Maven Central as a Maven repository in the folder
// "maven" of Out, and returns it: the library, a jar with the command for each target, and
// the module of Testcontainers.
// It takes a JDK and Maven, to which the arguments are given ("--offline").
func Maven(ctx context.Context, s Settings, arguments ...string) (string, error) {
	if err := s.check(); err != nil {
		return "", err
	}
	out := repository{filepath.Join(s.Out, "maven"), s.Version}
	if err := s.commandJars(ctx, out); err != nil {
		return "", err
	}
	if err := s.library(ctx, out, library{artifact: "hostproof", folder: "java"}, arguments); err != nil {
		return "", err
	}
	mocks, err := s.mocks(ctx)
	if err != nil {
		return "", err
	}
	return out.dir, s.library(ctx, out, library{"hostproof-testcontainers", "testcontainers", mocks}, arguments)
}

// commandJars writes the artefact with the command: a jar for each target.
func (s Settings) commandJars(ctx context.Context, out repository) error {
	for _, t := range s.Targets {
		command, err := s.command(ctx, t)
		if err != nil {
			return err
		}
		jar, err := s.commandJar(t, command)
		if err != nil {
			return err
		}
		if err := out.write("hostproof-command", "-"+t.classifier()+".jar", jar); err != nil {
			return err
		}
	}
	pom, err := s.pom("java")
	if err != nil {
		return err
	}
	return out.write("hostproof-command", ".pom", commandPom(pom))
}

func (s Settings) commandJar(t Target, command []byte) ([]byte, error) {
	license, err := s.license("META-INF/LICENSE")
	if err != nil {
		return nil, err
	}
	folder := javaFolder + t.classifier() + "/"
	return zipped([]entry{
		{name: "META-INF/MANIFEST.MF", data: []byte("Manifest-Version: 1.0\r\nCreated-By: hostproof\r\n\r\n")},
		license,
		{name: folder + t.command(), data: command, executable: true},
		{name: folder + "sha256", data: fmt.Appendf(nil, "%x\n", sha256.Sum256(command))},
	})
}

// pom is a library's, with the version, and with the profiles where it has a place for them.
func (s Settings) pom(folder string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(s.Root, "harness", "bindings", folder, "pom.xml"))
	if err != nil {
		return nil, err
	}
	text, err = replaced(folder+"/pom.xml", text, "<version>0.0.0</version>", "<version>"+s.Version+"</version>")
	if err != nil {
		return nil, err
	}
	return bytes.Replace(text, []byte(profilesMark), s.profiles(), 1), nil
}

// profiles have Maven add the command for the system that it runs on.
func (s Settings) profiles() []byte {
	var b bytes.Buffer
	b.WriteString("  <profiles>\n")
	for _, t := range Targets {
		fmt.Fprintf(&b, `    <profile>
      <id>hostproof-%s</id>
      <activation>
        <os>
          %s
          <arch>%s</arch>
        </os>
      </activation>
      <dependencies>
        <dependency>
          <groupId>%s</groupId>
          <artifactId>hostproof-command</artifactId>
          <version>%s</version>
          <classifier>%s</classifier>
          <scope>runtime</scope>
        </dependency>
      </dependencies>
    </profile>
`, t.classifier(), javaSystems[t.OS], t.javaArch(), mavenGroup, s.Version, t.classifier())
	}
	b.WriteString("  </profiles>\n")
	return b.Bytes()
}

// commandPom is the head of the library's: who made it, under which license.
func commandPom(library []byte) []byte {
	head, _, _ := bytes.Cut(library, []byte("  <properties>\n"))
	head = bytes.Replace(head, []byte("<artifactId>hostproof</artifactId>"),
		[]byte("<artifactId>hostproof-command</artifactId>"), 1)
	head = bytes.Replace(head, []byte("  <name>hostproof</name>"), []byte("  <packaging>pom</packaging>\n"+
		"  <name>hostproof-command</name>"), 1)
	return append(head, "</project>\n"...)
}

// library is an artefact that Maven builds.
type library struct {
	artifact, folder string
	resources        []entry // besides what the folder has
}

// mocks are the mock for engines of containers, which run Linux.
func (s Settings) mocks(ctx context.Context) (out []entry, err error) {
	for _, t := range Targets {
		if t.OS != "linux" {
			continue
		}
		program, err := s.built(ctx, t, "mockaws")
		if err != nil {
			return nil, err
		}
		name := "src/main/resources/io/github/hostproof/testcontainers/mockaws-" + t.classifier()
		out = append(out, entry{name: name, data: program})
	}
	return out, nil
}

// library has Maven build an artefact in a copy of its folder, and writes its jars.
func (s Settings) library(ctx context.Context, out repository, of library, arguments []string) error {
	dir, err := os.MkdirTemp("", "hostproof-maven-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	entries, err := s.tree(of.folder, "src/main/")
	if err != nil {
		return err
	}
	pom, err := s.pom(of.folder)
	if err != nil {
		return err
	}
	entries = append(append(entries, of.resources...), entry{name: "pom.xml", data: pom})
	if err := unpack(dir, entries); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "mvn", slices.Concat([]string{"--batch-mode", "--quiet"}, s.withoutProfiles(),
		arguments, []string{"package"})...)
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w: %s", of.artifact, err, out)
	}
	for _, suffix := range []string{".jar", "-sources.jar", "-javadoc.jar"} {
		jar, err := os.ReadFile(filepath.Join(dir, "target", of.artifact+"-"+s.Version+suffix))
		if err != nil {
			return err
		}
		if err := out.write(of.artifact, suffix, jar); err != nil {
			return err
		}
	}
	return out.write(of.artifact, ".pom", pom)
}

// withoutProfiles keeps Maven from looking for a command that is not published yet.
func (s Settings) withoutProfiles() []string {
	var off []string
	for _, t := range Targets {
		off = append(off, "!hostproof-"+t.classifier())
	}
	return []string{"--activate-profiles", strings.Join(off, ",")}
}
