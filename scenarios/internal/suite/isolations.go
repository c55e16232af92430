package suite

import (
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
	if mode, err := isolation.ParseMode(os.Getenv(harness.IsolationVariable)); err == nil && mode != isolation.Auto {
		return []isolation.Mode{mode}
	}
	return []isolation.Mode{isolation.Endpoint, isolation.Sandbox, isolation.Container}
}

// NeedIsolation skips a spec where an isolation does not work, with the reason.
func NeedIsolation(ctx context.Context, mode isolation.Mode) {
	ginkgo.GinkgoHelper()
	switch mode {
	case isolation.Sandbox:
		if err := isolation.Available(); err != nil {
			missing("sandbox", err)
		}
	case isolation.Container:
		if err := container.Available(ctx); err != nil {
			missing("docker", err)
		}
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
