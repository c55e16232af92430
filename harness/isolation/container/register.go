package container

import (
	"context"

	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/isolation"
)

func init() {
	deploy.RegisterMock("container", func(ctx context.Context) (*deploy.Mock, error) {
		m, err := StartMock(ctx)
		if err != nil {
			return nil, err
		}
		return &deploy.Mock{Dial: m.Dial, DialOverTLS: m.DialOverTLS, Admin: m.Admin, Close: m.Close}, nil
	})
	isolation.Register(Backend{})
}
