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
// "maven" of Out, and returns it: the library, and a jar with the command for each target.
// It takes a JDK and Maven, to which the arguments are given ("--offline").
func Maven(ctx context.Context, s Settings, arguments ...string) (string, error) {
	if err := s.check(); err != nil {
		return "", err
	}
	out := repository{filepath.Join(s.Out, "maven"), s.Version}
	if err := s.commandJars(ctx, out); err != nil {
		return "", err
	}
	return out.dir, s.library(ctx, out, "hostproof", "java", arguments)
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
	pom, err := s.pom()
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

// pom is the library's, with the version and the profiles.
func (s Settings) pom() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(s.Root, "harness", "bindings", "java", "pom.xml"))
	if err != nil {
		return nil, err
	}
	const version = "<version>0.0.0</version>"
	for _, want := range []string{version, profilesMark} {
		if !bytes.Contains(text, []byte(want)) {
			return nil, fmt.Errorf("java/pom.xml has no line %s", strings.TrimSpace(want))
		}
	}
	text = bytes.Replace(text, []byte(version), []byte("<version>"+s.Version+"</version>"), 1)
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

// library has Maven build an artefact in a copy of its folder, and writes its jars.
func (s Settings) library(ctx context.Context, out repository, artifact, folder string, arguments []string) error {
	dir, err := os.MkdirTemp("", "hostproof-maven-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	entries, err := s.tree(folder, "src/main/")
	if err != nil {
		return err
	}
	pom, err := s.pom()
	if err != nil {
		return err
	}
	entries = append(entries, entry{name: "pom.xml", data: pom})
	if err := unpack(dir, entries); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "mvn", slices.Concat([]string{"--batch-mode", "--quiet"}, s.withoutProfiles(),
		arguments, []string{"package"})...)
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w: %s", artifact, err, out)
	}
	for _, suffix := range []string{".jar", "-sources.jar", "-javadoc.jar"} {
		jar, err := os.ReadFile(filepath.Join(dir, "target", artifact+"-"+s.Version+suffix))
		if err != nil {
			return err
		}
		if err := out.write(artifact, suffix, jar); err != nil {
			return err
		}
	}
	return out.write(artifact, ".pom", pom)
}

// withoutProfiles keeps Maven from looking for a command that is not published yet.
func (s Settings) withoutProfiles() []string {
	var off []string
	for _, t := range Targets {
		off = append(off, "!hostproof-"+t.classifier())
	}
	return []string{"--activate-profiles", strings.Join(off, ",")}
}
