// Package testcontainers has testcontainers-go find the Docker engine, with all settings
// that it reads, and build images of Dockerfiles. Who imports it has containers of package
// container run where its other containers do:
//
//	import _ "github.com/hostproof/hostproof/harness/isolation/container/testcontainers"
//
// It is the only importer of testcontainers-go: a program that does not import it, such
// as command hostproof, does not carry it.
package testcontainers

import (
	"context"
	"fmt"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/engine"
)

func init() {
	// What testcontainers tells of each container would drown a report; what
	// goes wrong comes back as an error.
	log.SetDefault(log.NewNoopLogger())
	engine.Find = find
}

// find is a client of the engine that testcontainers finds, which has answered.
func find(ctx context.Context) (c *client.Client, err error) {
	defer func() {
		// testcontainers panics where it finds no way to an engine at all.
		if p := recover(); p != nil {
			err = engine.Unavailable(fmt.Errorf("%v", p))
		}
	}()
	wrapped, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil, engine.Unavailable(err)
	}
	if err := engine.Answers(ctx, wrapped.Client); err != nil {
		return nil, err
	}
	return wrapped.Client, nil
}
