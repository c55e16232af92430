package pack

import (
	"fmt"
	"slices"
	"strings"
)

// Target is a system that the command is built for.
type Target struct {
	OS, Arch string // as Go names them
	// Node is the system as process.platform and process.arch name it.
	NodeOS, NodeArch string
	// Wheel is the tag of a wheel's file name
	// (https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/).
	// The command links no C library, so any Linux will do.
	Wheel string
}

// String names the target as Go does, "linux/amd64".
func (t Target) String() string { return t.OS + "/" + t.Arch }

// npmPackage is the name of the package with the command.
func (t Target) npmPackage() string { return fmt.Sprintf("@hostproof/%s-%s", t.NodeOS, t.NodeArch) }

// classifier is the target as the jars with the command have it, "linux-amd64".
func (t Target) classifier() string { return t.OS + "-" + t.Arch }

// javaSystems are the systems as Maven activates a profile for them
// (https://maven.apache.org/guides/introduction/introduction-to-profiles.html).
var javaSystems = map[string]string{
	"linux": "<name>linux</name>", "darwin": "<family>mac</family>", "windows": "<family>windows</family>",
}

// javaArch is the processor as Java names it in os.arch.
func (t Target) javaArch() string {
	switch {
	case t.Arch == "arm64":
		return "aarch64"
	case t.OS == "darwin":
		return "x86_64"
	}
	return t.Arch
}

// command is the file name of the command.
func (t Target) command() string {
	if t.OS == "windows" {
		return "hostproof.exe"
	}
	return "hostproof"
}

// Targets are all that there are packages for. Go 1.26 wants macOS 12
// (https://go.dev/doc/go1.25#darwin).
var Targets = []Target{
	{"linux", "amd64", "linux", "x64", "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64"},
	{"linux", "arm64", "linux", "arm64", "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"},
	{"darwin", "amd64", "darwin", "x64", "macosx_12_0_x86_64"},
	{"darwin", "arm64", "darwin", "arm64", "macosx_12_0_arm64"},
	{"windows", "amd64", "win32", "x64", "win_amd64"},
	{"windows", "arm64", "win32", "arm64", "win_arm64"},
}

// Find is the target of a name, "linux/amd64".
func Find(name string) (Target, error) {
	i := slices.IndexFunc(Targets, func(t Target) bool { return t.String() == name })
	if i >= 0 {
		return Targets[i], nil
	}
	var names []string
	for _, t := range Targets {
		names = append(names, t.String())
	}
	return Target{}, fmt.Errorf("no target %q; there are: %s", name, strings.Join(names, ", "))
}
