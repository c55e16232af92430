package container

import (
	"context"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/mockaws/admin"
)

func init() {
	harness.RegisterMock("container", func(ctx context.Context) (*harness.Mock, error) {
		m, err := StartMock(ctx)
		if err != nil {
			return nil, err
		}
		return &harness.Mock{URL: m.URL, Admin: admin.NewClient(m.AdminURL), Close: m.Close}, nil
	})
}
