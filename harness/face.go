package harness

import (
	"github.com/hostproof/hostproof/harness/diagnose"
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
