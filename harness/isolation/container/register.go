package container

import (
	"context"

	"github.com/testcontainers/testcontainers-go/log"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
)

func init() {
	// What testcontainers tells of each container would drown a report; what
	// goes wrong comes back as an error.
	log.SetDefault(log.NewNoopLogger())
	harness.RegisterMock("container", func(ctx context.Context) (*harness.Mock, error) {
		m, err := StartMock(ctx)
		if err != nil {
			return nil, err
		}
		return &harness.Mock{Dial: m.Dial, Admin: m.Admin, Close: m.Close}, nil
	})
	harness.RegisterContainers(harness.Containers{
		Available: Available,
		Start: func(ctx context.Context, image string, config isolation.Config) (isolation.Running, error) {
			p, err := Start(ctx, image, config)
			if err != nil {
				return nil, err
			}
			return p, nil
		},
	})
}
