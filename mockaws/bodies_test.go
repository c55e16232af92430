package mockaws

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"golang.org/x/sync/semaphore"
)

// watchedBody tells when it is read first.
type watchedBody struct {
	io.Reader
	begun chan struct{}
}

func (b *watchedBody) Read(p []byte) (int, error) {
	select {
	case <-b.begun:
	default:
		close(b.begun)
	}
	return b.Reader.Read(p)
}

func (*watchedBody) Close() error { return nil }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// put is a flight of a large body, of which so much is announced; less than 0: nothing.
func put(ctx context.Context, s *Server, announced int64, body io.Reader) (*flight, *watchedBody) {
	b := &watchedBody{body, make(chan struct{})}
	r := httptest.NewRequestWithContext(ctx, http.MethodPut, "/bucket/key", b)
	r.Body, r.ContentLength = b, announced
	return &flight{server: s, http: r}, b
}

// TestLargeBodiesShareMemory: a body beyond the budget is not read until there is room.
func TestLargeBodiesShareMemory(t *testing.T) {
	const size = 2 << 20
	s := New(WithMaxBody(size))
	s.bodies = bodies{semaphore.NewWeighted(size + smallBody)}
	for name, announced := range map[string]int64{"announced": size, "not announced": -1} {
		first, _ := put(t.Context(), s, announced, io.LimitReader(zeros{}, size))
		if body, err := first.readBody(); err != nil || len(body) != size || first.reserved != size {
			t.Fatalf("%s: %d bytes, %v; %d reserved", name, len(body), err, first.reserved)
		}
		gone, stop := context.WithCancel(t.Context())
		second, second2 := put(gone, s, size, io.LimitReader(zeros{}, size))
		stop()
		if _, err := second.readBody(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: a client that went away while it waited: %v", name, err)
		}
		select {
		case <-second2.begun:
			t.Errorf("%s: a body was read without room for it", name)
		default:
		}
		small, _ := put(t.Context(), s, 1000, io.LimitReader(zeros{}, 1000))
		if body, err := small.readBody(); err != nil || len(body) != 1000 {
			t.Errorf("%s: a small body had to wait: %v", name, err)
		}
		first.free()
		third, _ := put(t.Context(), s, size, io.LimitReader(zeros{}, size))
		if _, err := third.readBody(); err != nil {
			t.Errorf("%s: there is room again: %v", name, err)
		}
		third.free()
	}
}
