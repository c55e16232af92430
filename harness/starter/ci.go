package starter

import "io/fs"

// ciSystem is a CI system: by which file a project shows that it has it, with the template
// of a workflow and the file that it goes to.
type ciSystem struct{ sign, template, file string }

var ciSystems = []ciSystem{
	{".gitlab-ci.yml", "gitlab", "hostproof.gitlab-ci.yml"},
	{".circleci", "circleci", "hostproof.circleci.yml"},
	{".buildkite", "buildkite", ".buildkite/hostproof.yml"},
}

// github is for a project that has none of the others.
var github = ciSystem{".github", "github", ".github/workflows/hostproof.yml"}

func ciOf(project fs.FS) ciSystem {
	for _, system := range ciSystems {
		if exists(project, system.sign) {
			return system
		}
	}
	return github
}

// toolchain is what a language has on a CI system.
type toolchain struct {
	GitLab, Circle string // images
	Hostproof      string // installs the command
}

// released installs the command where the image has no package manager that does.
const released = "curl -fsSL https://github.com/hostproof/hostproof/releases/latest/download/" +
	"hostproof_linux_amd64.tar.gz | tar -xz -C /usr/local/bin hostproof"

var (
	ofPython = toolchain{"python:3.13", "cimg/python:3.13", "pip install hostproof"}
	ofGo     = toolchain{"golang:1.26", "cimg/go:1.26",
		"go install github.com/hostproof/hostproof/harness/cmd/hostproof@latest"}
)

// toolchains are by the file that says which language it is; the empty one is for none.
var toolchains = map[string]toolchain{
	"package.json":   {"node:22", "cimg/node:22.14", "npm install --global hostproof"},
	"pyproject.toml": ofPython, "requirements.txt": ofPython, "serverless.yml": ofPython,
	"setup.py": ofPython, "Pipfile": ofPython,
	"go.mod":     ofGo,
	"pom.xml":    {"maven:3-eclipse-temurin-21", "cimg/openjdk:21.0", released},
	"Cargo.toml": {"rust:1", "cimg/rust:1.85", released},
	"":           ofGo,
}
