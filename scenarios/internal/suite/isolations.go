package suite

import (
	"cmp"
	"context"
	"os"

	"github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/container"
)

// Isolations are those that a suite of all of them runs in: all, or the one that
// HOSTPROOF_ISOLATION names.
func Isolations() []isolation.Mode {
	if b, err := isolation.Find(isolation.Mode(os.Getenv(harness.IsolationVariable))); err == nil {
		return []isolation.Mode{b.Name()}
	}
	return []isolation.Mode{isolation.Endpoint, isolation.Sandbox, isolation.Container}
}

// tools are what a machine lacks where an isolation does not work, if it has a name of
// its own.
var tools = map[isolation.Mode]string{isolation.Container: "docker"}

// NeedIsolation skips a spec where an isolation does not work, with the reason.
func NeedIsolation(ctx context.Context, mode isolation.Mode) {
	ginkgo.GinkgoHelper()
	b, err := isolation.Find(mode)
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	if err := b.Available(ctx); err != nil {
		missing(cmp.Or(tools[mode], string(mode)), err)
	}
}

// InContainer is a program of this machine as a subject in a container: an image
// of the program, with its libraries and the folders that it reads. Programs of
// one name share the image.
func InContainer(ctx context.Context, name string, program *harness.CommandSubject, reads func(context.Context) (trees,
	without []string)) *harness.ImageSubject {
	ginkgo.GinkgoHelper()
	image := images[name]
	if image == "" {
		trees, without := reads(ctx)
		var err error
		image, err = container.Recipe{
			Name: "hostproof-subject-" + name, Programs: program.Argv[:1], Trees: trees, Without: without,
			Entrypoint: program.Argv[:1],
		}.Build(ctx)
		if err != nil {
			ginkgo.Fail(err.Error())
		}
		images[name] = image
	}
	return harness.Image(image, program.Argv[1:]...)
}

// images are those that this process has made, by name; specs run one by one.
var images = map[string]string{}
