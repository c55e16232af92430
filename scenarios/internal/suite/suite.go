// Package suite is what the scenario suites share: how they start, what they
// need, and how they say what they skipped.
package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/fixtures/subjects"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation/container"
	_ "github.com/hostproof/hostproof/harness/isolation/container/testcontainers" // the engine that it finds
	"github.com/hostproof/hostproof/harness/need"
)

// LongTimeout is the time of a subject that makes hundreds of calls.
const LongTimeout = 5 * time.Minute

// needMock skips every spec when the mock is to run in a container and no
// engine answers.
func needMock(ctx context.Context) {
	if os.Getenv(harness.MockVariable) != "container" {
		return
	}
	if err := container.Available(ctx); err != nil {
		missing("docker", err)
	}
}

// Subject installs a subject and returns it with arguments, as something to
// run. Where its language is missing the spec is skipped, with the reason.
func Subject(ctx context.Context, name string, args ...string) *harness.CommandSubject {
	ginkgo.GinkgoHelper()
	return command(install(ctx, name).Argv, args)
}

// Tool is a program that comes with a subject, such as the AWS CLI.
func Tool(ctx context.Context, name, tool string, args ...string) *harness.CommandSubject {
	ginkgo.GinkgoHelper()
	return command(install(ctx, name).Tool(tool), args)
}

// NodeScript is a few lines of JavaScript that import what a subject of Node.js
// has installed.
func NodeScript(ctx context.Context, subject, script string) *harness.CommandSubject {
	ginkgo.GinkgoHelper()
	return harness.Command("node", "--input-type=module", "-e", script).In(install(ctx, subject).Dir)
}

func command(argv, args []string) *harness.CommandSubject {
	argv = append(slices.Clone(argv), args...)
	return harness.Command(argv[0], argv[1:]...)
}

// Installed is a subject's place on this machine.
func Installed(ctx context.Context, name string) *subjects.Installed {
	ginkgo.GinkgoHelper()
	return install(ctx, name)
}

// Output is what a program of this machine prints, without the space around it.
func Output(ctx context.Context, name string, args ...string) string {
	ginkgo.GinkgoHelper()
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		ginkgo.Fail(fmt.Sprintf("%s: %v", name, err))
	}
	return strings.TrimSpace(string(out))
}

func install(ctx context.Context, name string) *subjects.Installed {
	ginkgo.GinkgoHelper()
	installed, err := subjects.Install(ctx, name)
	var tool *subjects.MissingToolError
	switch {
	case errors.As(err, &tool):
		missing(tool.Tool, err)
	case err != nil:
		ginkgo.Fail(err.Error())
	}
	return installed
}

// Missing skips a spec for what this machine lacks, or fails it where that is
// required.
func Missing(what string, err error) {
	ginkgo.GinkgoHelper()
	missing(what, err)
}

func missing(what string, err error) {
	ginkgo.GinkgoHelper()
	if !slices.Contains(need.Names, what) {
		ginkgo.Fail(fmt.Sprintf("package need: %q is not in Names: nobody could require it", what))
	}
	if need.Required(what) {
		ginkgo.Fail(fmt.Sprintf("%s is required (%s): %v", what, need.Variable, err))
	}
	ginkgo.Skip(err.Error()) // saySkipped counts them
}
