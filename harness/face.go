package harness

import (
	"context"

	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/ledger"
)

// What became of a run, as package ledger has it.
type (
	// Result is what became of one run of a subject.
	Result = ledger.Result
	// Finding is one thing that is wrong, or will be. Package diagnose has the kinds.
	Finding = ledger.Finding
	// UnsupportedError says that a subject called what the mock has not.
	UnsupportedError = ledger.UnsupportedError
)

// The engine's own, as package deploy has them.
type (
	// Deployment is a program's place on a simulated host. Make one with Start or
	// StartTest.
	Deployment = deploy.Deployment
	// Served is a subject that is a server, and runs until Close.
	Served = deploy.Served
	// Subject is the program under test.
	Subject = deploy.Subject
	// CommandSubject is a program with arguments. Make one with Command.
	CommandSubject = deploy.CommandSubject
	// ImageSubject is an image of a container engine. Make one with Image.
	ImageSubject = deploy.ImageSubject
	// SettingError says that a deployment was asked for what cannot be: an unknown
	// host, a variable that the host reserves, a placeholder without a value.
	SettingError = deploy.SettingError
)

// Environment variables for deployments that do not say themselves how they run.
const (
	// IsolationVariable says how subjects are isolated, as WithIsolation does.
	IsolationVariable = deploy.IsolationVariable
	// MockVariable says where the mock runs, as WithMock does.
	MockVariable = deploy.MockVariable
)

// Command is a subject that runs a program. Its name is looked up in the
// harness's PATH; its environment is the deployment's alone.
func Command(name string, args ...string) *CommandSubject { return deploy.Command(name, args...) }

// Image is a subject that runs as a container of its own, under
// isolation.Container whatever the deployment says for programs. The arguments
// are what follows the image in "docker run": arguments of its entrypoint, or else the
// command. Its environment is the deployment's over the image's own.
//
// The program has to import package harness/isolation/container.
func Image(ref string, args ...string) *ImageSubject { return deploy.Image(ref, args...) }

// Func is a subject that runs in this process. For as long as it runs, the
// process's environment is the deployment's, so that an SDK's default chain
// finds what it would find on the host; functions of all deployments therefore
// run one after another, and nothing else in the process should read the
// environment meanwhile.
func Func(name string, run func(context.Context) error) Subject { return deploy.Func(name, run) }

// SubjectClockAvailable says what keeps SubjectClock from working here; nil is
// nothing. Programs of Go with harness/goclock do not need it.
func SubjectClockAvailable() error { return deploy.SubjectClockAvailable() }
