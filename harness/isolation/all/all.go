// Package all lists the backends of package isolation. To import it is enough. A
// new backend is one line here.
package all

import (
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/isolation/endpoint"
	"github.com/hostproof/hostproof/harness/isolation/sandbox"
)

func init() {
	isolation.Register( // in the order in which isolation auto tries them
		sandbox.Backend{},
		endpoint.Backend{},
		// It links a client of the Docker engine, so programs import it only if they
		// run images.
		isolation.Absent{Called: isolation.Container, Kind: isolation.Image,
			Import: "github.com/hostproof/hostproof/harness/isolation/container"},
	)
}
