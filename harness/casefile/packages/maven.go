package packages

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hostproof/hostproof/fixtures/installer"
	"golang.org/x/tools/txtar"
)

// sums is the file with the hash of each jar, as sha256sum writes it: Maven has no
// lock file of its own.
const sums = "dependencies.sha256"

var maven = &ecosystem{
	key: "maven", tool: "mvn", hint: "install a JDK 17 or newer and Maven 3.6.3 or newer",
	pins:  func(s *Set) *[]string { return &s.Maven },
	parse: coordinates,
	locks: []string{sums}, hashed: sums, hash: "  lib/",
	has: func(lock string, p pin) bool {
		_, artifact, _ := strings.Cut(p.Name, ":")
		return line(lock, `[0-9a-f]{64}  lib/`+quote(artifact+"-"+p.Version)+`\.jar$`)
	},
	manifest: pom,
	resolve:  mavenSums,
}

// pom names the artifacts and nothing else.
func pom(pins []pin, _ []txtar.File) []txtar.File {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>case</groupId>
  <artifactId>case</artifactId>
  <version>1</version>
  <dependencies>
`)
	for _, p := range pins {
		group, artifact, _ := strings.Cut(p.Name, ":")
		fmt.Fprintf(&b, "    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>"+
			"</dependency>\n", escaped(group), escaped(artifact), escaped(p.Version))
	}
	b.WriteString("  </dependencies>\n</project>\n")
	return []txtar.File{{Name: "pom.xml", Data: b.Bytes()}}
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}

// mavenSums downloads what the pom needs and sums it up.
func mavenSums(ctx context.Context, dir string, _ []pin) error {
	if err := installer.Run(ctx, dir, nil, "mvn", "--batch-mode", "--quiet", "--strict-checksums",
		"dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=lib"); err != nil {
		return err
	}
	jars, err := filepath.Glob(filepath.Join(dir, "lib", "*"))
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, jar := range jars {
		data, err := os.ReadFile(jar)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  lib/%s\n", sha256.Sum256(data), filepath.Base(jar))
	}
	return os.WriteFile(filepath.Join(dir, sums), []byte(b.String()), 0o644)
}
