package mockaws

import (
	"bytes"
	"context"
	"io"

	"golang.org/x/sync/semaphore"
)

// bodyBudget bounds what large bodies take of memory at one time, in bytes, whoever sends
// them: a request waits for its share before its body is read.
const bodyBudget = 256 << 20

// smallBody is how much of a body is read without asking.
const smallBody = 1 << 20

// bodies shares out the memory of requests.
type bodies struct{ *semaphore.Weighted }

func newBodies(maxBody int64) bodies { return bodies{semaphore.NewWeighted(max(bodyBudget, maxBody))} }

// reserve waits for the memory of a body of so many bytes, and notes it for free.
func (f *flight) reserve(ctx context.Context, n int64) error {
	if n <= smallBody {
		return nil
	}
	if err := f.server.bodies.Acquire(ctx, n); err != nil {
		return err
	}
	f.reserved += n
	return nil
}

// free gives back what reserve took.
func (f *flight) free() {
	if f.reserved > 0 {
		f.server.bodies.Release(f.reserved)
		f.reserved = 0
	}
}

// readUnannounced reads a body whose length nobody said.
func (f *flight) readUnannounced(limited io.Reader) ([]byte, error) {
	start, err := io.ReadAll(io.LimitReader(limited, smallBody+1))
	if err != nil || len(start) <= smallBody {
		return start, err
	}
	if err := f.reserve(f.http.Context(), f.server.maxBody); err != nil {
		return start, err
	}
	return io.ReadAll(io.MultiReader(bytes.NewReader(start), limited))
}
