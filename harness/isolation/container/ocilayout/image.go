package ocilayout

import "github.com/hostproof/hostproof/harness/isolation/container/internal/standin"

// User is the user and group of the images' processes: a number, for there is no
// /etc/passwd, and the one that distroless images have as "nonroot"
// (https://github.com/GoogleContainerTools/distroless/blob/main/common/variables.bzl).
const User = "65532:65532"

// Image is what an image has besides what is the same in all of them.
type Image struct {
	Name string
	// Package is the program's main package, from the module's root.
	Package string
	// Path is where the program is, and the entrypoint.
	Path string
	// Cmd are its arguments where none are given.
	Cmd []string
	// Ports are the TCP ports at which it listens with Cmd.
	Ports []string
	// Title says what the program is, in a line.
	Title string
}

// Images are those of a release.
var Images = []Image{
	{
		Name: "hostproof", Package: "harness/cmd/hostproof", Path: "/usr/bin/hostproof", Cmd: []string{"--help"},
		Title: "Runs programs that use AWS credentials on simulated hosts",
	},
	{
		Name: "mockaws", Package: "mockaws/cmd/mockaws", Path: "/usr/bin/mockaws",
		Cmd:   []string{"serve", "--listen", "0.0.0.0:4566", "--admin", "0.0.0.0:4567"},
		Ports: []string{"4566/tcp", "4567/tcp"},
		Title: "A mock AWS that judges credentials",
	},
	{
		Name: "hostproof-gateway", Package: "harness/isolation/container/cmd/standin", Path: standin.Path,
		Title: "What hostproof runs beside a container: HOSTPROOF_GATEWAY_IMAGE and HOSTPROOF_MOCK_IMAGE name it",
	},
}

// Platform is a machine that images are for, in Go's words.
type Platform struct{ OS, Arch string }

// Platforms are those of a release.
var Platforms = []Platform{{"linux", "amd64"}, {"linux", "arm64"}}

// String is the platform as images name it.
func (p Platform) String() string { return p.OS + "/" + p.Arch }
