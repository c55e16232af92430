package mockaws

import (
	"context"
	"sync"
)

// Journal keeps every exchange, in the order in which they ended.
type Journal struct {
	mu        sync.Mutex
	exchanges []*Exchange
	cleared   int64         // how many were dropped by Clear
	changed   chan struct{} // closed by the next add; nil while nobody waits
}

func newJournal() *Journal { return &Journal{} }

func (j *Journal) add(e *Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Seq = j.cleared + int64(len(j.exchanges)) + 1
	j.exchanges = append(j.exchanges, e)
	if j.changed != nil {
		close(j.changed)
		j.changed = nil // made again by who waits
	}
}

// Since lists the exchanges after a sequence number, oldest first; Since(0) is
// all of them.
func (j *Journal) Since(seq int64) []Exchange {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.since(seq)
}

func (j *Journal) since(seq int64) []Exchange {
	from := min(max(seq-j.cleared, 0), int64(len(j.exchanges)))
	out := make([]Exchange, 0, int64(len(j.exchanges))-from)
	for _, e := range j.exchanges[from:] {
		out = append(out, *e)
	}
	return out
}

// Last is the sequence number of the newest exchange, 0 if there is none.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.cleared + int64(len(j.exchanges))
}

// Clear forgets the exchanges; sequence numbers go on.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cleared += int64(len(j.exchanges))
	j.exchanges = nil
}

// Await returns the exchanges after seq as soon as there are n of them, or the
// context's error with what there is.
func (j *Journal) Await(ctx context.Context, seq int64, n int) ([]Exchange, error) {
	for {
		j.mu.Lock()
		if j.changed == nil {
			j.changed = make(chan struct{})
		}
		got, changed := j.since(seq), j.changed
		j.mu.Unlock()
		if len(got) >= n {
			return got, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return got, ctx.Err()
		}
	}
}
