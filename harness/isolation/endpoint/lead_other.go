//go:build !linux

package endpoint

import (
	"context"

	"github.com/hostproof/hostproof/harness/isolation"
)

func lead(ctx context.Context, c isolation.Subject, note func(listening []uint16)) (leader, error) {
	return leadDirectly(ctx, c, note)
}

// heldToTheEnd is false: what leaves the program's group runs on.
const heldToTheEnd = false
