package container

import (
	"context"

	"github.com/testcontainers/testcontainers-go/log"

	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/isolation"
)

func init() {
	// What testcontainers tells of each container would drown a report; what
	// goes wrong comes back as an error.
	log.SetDefault(log.NewNoopLogger())
	deploy.RegisterMock("container", func(ctx context.Context) (*deploy.Mock, error) {
		m, err := StartMock(ctx)
		if err != nil {
			return nil, err
		}
		return &deploy.Mock{Dial: m.Dial, DialOverTLS: m.DialOverTLS, Admin: m.Admin, Close: m.Close}, nil
	})
	isolation.Register(Backend{})
}
