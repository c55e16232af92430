package deploy

import (
	"io"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// DefaultAccount is the project's own AWS account in a deployment.
const DefaultAccount = "111122223333"

// Settings are all that a deployment is made from: the project, and what only Go
// code can give.
type Settings struct {
	project.Project
	// Catalog has the hosts; nil stands for the built-in one.
	Catalog *fixtures.Catalog
	// Beside is the deployment whose mock this one shares; nil starts a mock.
	Beside *Deployment
	// OnLookup is called at each request to one of the host's endpoints, one at a
	// time; it may be nil.
	OnLookup func(metadata.Lookup)
	// Stdout and Stderr get a copy of what subjects print, as they print it; either
	// may be nil.
	Stdout, Stderr io.Writer
	// Finished is called with each result; it may be nil.
	Finished func(*ledger.Result)
	// passThrough is read from the project's texts.
	passThrough []isolation.PassThrough
	// write and read are the project's paths, absolute.
	write, read []string
}

// Option changes settings.
type Option func(*Settings)
