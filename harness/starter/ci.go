package starter

import "io/fs"

// ciSystems are CI systems by the file that a project has for one, with the template of
// a workflow and the file that it goes to. The last one is for all others.
var ciSystems = []struct{ sign, template, file string }{
	{".gitlab-ci.yml", "gitlab", "hostproof.gitlab-ci.yml"},
	{".circleci", "circleci", "hostproof.circleci.yml"},
	{".buildkite", "buildkite", ".buildkite/hostproof.yml"},
	{".github", "github", ".github/workflows/hostproof.yml"},
	{"", "github", ".github/workflows/hostproof.yml"},
}

// ciOf is the template of a project's workflow.
func ciOf(project fs.FS) string {
	for _, system := range ciSystems {
		if system.sign == "" || exists(project, system.sign) {
			return system.template
		}
	}
	return ""
}

// toolchain is what a language has on a CI system.
type toolchain struct {
	GitLab, Circle string // images
	Hostproof      string // installs the command
}

const goInstall = "go install github.com/hostproof/hostproof/harness/cmd/hostproof@latest"

// released installs the command where the image has no package manager that does.
const released = "curl -fsSL https://github.com/hostproof/hostproof/releases/latest/download/" +
	"hostproof_linux_amd64.tar.gz | tar -xz -C /usr/local/bin hostproof"

// toolchains are by the file that says which language it is; the empty one is for none.
var toolchains = map[string]toolchain{
	"package.json":     {"node:22", "cimg/node:22.14", "npm install --global hostproof"},
	"pyproject.toml":   {"python:3.13", "cimg/python:3.13", "pip install hostproof"},
	"requirements.txt": {"python:3.13", "cimg/python:3.13", "pip install hostproof"},
	"serverless.yml":   {"python:3.13", "cimg/python:3.13", "pip install hostproof"},
	"go.mod":           {"golang:1.26", "cimg/go:1.26", goInstall},
	"pom.xml":          {"maven:3-eclipse-temurin-21", "cimg/openjdk:21.0", released},
	"Cargo.toml":       {"rust:1", "cimg/rust:1.85", released},
	"":                 {"golang:1.26", "cimg/go:1.26", goInstall},
}
