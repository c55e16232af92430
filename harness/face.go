package harness

import (
	"context"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/ledger"
)

// What became of a run, as package ledger has it.
type (
	// Result is what became of one run of a subject.
	Result = ledger.Result
	// Finding is one thing that is wrong, or will be.
	Finding = ledger.Finding
	// Kind names a finding.
	Kind = ledger.Kind
	// Visit is one request to a served subject.
	Visit = ledger.Visit
	// Trace says where each part of one request's credentials came from.
	Trace = ledger.Trace
	// Part is one part of a request's credentials.
	Part = ledger.Part
	// Environment is what a subject finds in its environment.
	Environment = ledger.Environment
	// Variable is one environment variable of a subject.
	Variable = ledger.Variable
	// Diagnosis explains a run.
	Diagnosis = ledger.Diagnosis
	// Probe is a lookup of credentials where the host has none.
	Probe = ledger.Probe
	// UnsupportedError says that a subject called what the mock has not.
	UnsupportedError = ledger.UnsupportedError
	// SetBy says who put a variable into a subject's environment.
	SetBy = ledger.SetBy
)

// Who sets variables.
const (
	ByHost   = ledger.ByHost
	ByUser   = ledger.ByUser
	ByWiring = ledger.ByWiring
	ByBase   = ledger.ByBase
)

// The kinds of findings; package diagnose says what each means.
const (
	WrongPrincipal      = diagnose.WrongPrincipal
	MixedCredentials    = diagnose.MixedCredentials
	SwappedCredentials  = diagnose.SwappedCredentials
	TokenLeftOut        = diagnose.TokenLeftOut
	ExpiredCredentials  = diagnose.ExpiredCredentials
	UnknownKey          = diagnose.UnknownKey
	WrongSecret         = diagnose.WrongSecret
	WrongSignature      = diagnose.WrongSignature
	ClockSkew           = diagnose.ClockSkew
	WrongRegion         = diagnose.WrongRegion
	NotAllowed          = diagnose.NotAllowed
	Unsigned            = diagnose.Unsigned
	BadBearer           = diagnose.BadBearer
	UntrustedCA         = diagnose.UntrustedCA
	NoCall              = diagnose.NoCall
	Refused             = diagnose.Refused
	PlatformPrincipal   = diagnose.PlatformPrincipal
	OtherPrincipal      = diagnose.OtherPrincipal
	FellBack            = diagnose.FellBack
	LongTermKey         = diagnose.LongTermKey
	NotRefreshed        = diagnose.NotRefreshed
	BearerOverrides     = diagnose.BearerOverrides
	OtherRegion         = diagnose.OtherRegion
	InjectedFault       = diagnose.InjectedFault
	BadIdentityToken    = diagnose.BadIdentityToken
	NotTrusted          = diagnose.NotTrusted
	MissingResource     = diagnose.MissingResource
	ProgramFailed       = diagnose.ProgramFailed
	UncalledServer      = diagnose.UncalledServer
	NotServing          = diagnose.NotServing
	SwallowedFailure    = diagnose.SwallowedFailure
	ClockDrift          = diagnose.ClockDrift
	ExpiringCredentials = diagnose.ExpiringCredentials
	StaleCredentials    = diagnose.StaleCredentials
	ServerError         = diagnose.ServerError
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
	// FuncSubject is a Go function. Make one with Func.
	FuncSubject = deploy.FuncSubject
	// Mock is a mock AWS that a deployment talks to.
	Mock = deploy.Mock
	// SettingError says that a deployment was asked for what cannot be: an unknown
	// host, a variable that the host reserves, a placeholder without a value.
	SettingError = deploy.SettingError
	// Interrupt ends a run early, as the cause of its context's end.
	Interrupt = deploy.Interrupt
)

// How a deployment runs where it does not say so itself.
const (
	DefaultTimeout    = deploy.DefaultTimeout
	IsolationVariable = deploy.IsolationVariable
	MockVariable      = deploy.MockVariable
	InterruptGrace    = deploy.InterruptGrace
)

// Command is a subject that runs a program. Its name is looked up in the
// harness's PATH; its environment is the deployment's alone.
func Command(name string, args ...string) *CommandSubject { return deploy.Command(name, args...) }

// Image is a subject that runs as a container of its own, under
// isolation.Container whatever the deployment says for programs. The arguments
// are what follows the image in "docker run": those of its entrypoint, or else the
// command. Its environment is the deployment's over the image's own.
//
// The program has to import package harness/isolation/container.
func Image(ref string, args ...string) *ImageSubject { return deploy.Image(ref, args...) }

// Func is a subject that runs in this process. For as long as it runs, the
// process's environment is the deployment's, so that an SDK's default chain
// finds what it would find on the host; functions of all deployments therefore
// run one after another, and nothing else in the process should read the
// environment meanwhile.
func Func(name string, run func(context.Context) error) *FuncSubject { return deploy.Func(name, run) }

// CheckProgram is nil if a program can be started that is named as in Command and
// runs in a directory, else a *SettingError that says what is there instead.
func CheckProgram(name, dir string) error { return deploy.CheckProgram(name, dir) }

// SubjectClockAvailable says what keeps SubjectClock from working here; nil is
// nothing. Programs of Go with harness/goclock do not need it.
func SubjectClockAvailable() error { return deploy.SubjectClockAvailable() }
