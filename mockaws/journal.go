package mockaws

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/hostproof/hostproof/mockaws/internal/spool"
)

// Journal keeps every exchange, in the order in which they ended. The newest
// are in memory, older ones in a file without a name, so that a long run does
// not grow; see WithJournalFile for a journal that outlives the process.
type Journal struct {
	spool   *spool.Spool
	mu      sync.Mutex
	changed chan struct{} // closed by the next add; nil while nobody waits
	failed  error
	named   bool // the file is the user's
}

func newJournal() *Journal { return &Journal{spool: spool.New(0)} }

// openJournal goes on with the journal that is in a file.
func openJournal(path string) (*Journal, error) {
	s, err := spool.Open(path, 0)
	if err != nil {
		return nil, fmt.Errorf("the journal: %w", err)
	}
	return &Journal{spool: s, named: true}, nil
}

// add records an exchange. The error says that the user's own file does not have it.
func (j *Journal) add(e *Exchange) error {
	b := recordBuffer()
	defer b.release()
	seq, err := j.spool.Append(b.encode(e))
	e.Seq = seq
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil && j.failed == nil {
		j.failed = fmt.Errorf("the journal's file cannot be written from exchange %d on, which are in memory only: %w",
			seq,
			err)
	}
	if j.changed != nil {
		close(j.changed)
		j.changed = nil // made again by who waits
	}
	if !j.named {
		return nil
	}
	return err
}

// ready says why the journal takes no more: its file does not have all exchanges that it
// should. What is missing is written first, if that is possible by now.
func (j *Journal) ready() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.named || j.failed == nil {
		return nil
	}
	if err := j.spool.Flush(); err != nil {
		return j.failed
	}
	j.failed = nil
	return nil
}

// Damage says what of an earlier process's exchanges the journal's file has lost, one line
// each. They are listed as exchanges that cannot be read.
func (j *Journal) Damage() []string { return j.spool.Damage() }

// Err says that older exchanges could not be moved out of memory, or could not
// be written to the journal's own file.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.failed
}

// Since lists the exchanges after a sequence number, oldest first; Since(0) is
// all of them. All is for journals that may be long.
func (j *Journal) Since(seq int64) []Exchange {
	out := make([]Exchange, 0, max(0, j.Last()-seq))
	for e := range j.All(seq) {
		out = append(out, *e)
	}
	return out
}

// All are the exchanges after a sequence number, oldest first, one at a time.
// One that cannot be read any more comes as an exchange that says so.
func (j *Journal) All(seq int64) iter.Seq[*Exchange] {
	return func(yield func(*Exchange) bool) {
		last, on := seq, true
		err := j.spool.Read(seq, func(number int64, record []byte) bool {
			last, on = number, yield(decodeExchange(number, record))
			return on
		})
		if err != nil && on {
			yield(unreadableExchange(last+1, err))
		}
	}
}

// Last is the sequence number of the newest exchange, 0 if there is none.
func (j *Journal) Last() int64 { return j.spool.Last() }

// Clear forgets the exchanges; sequence numbers go on.
func (j *Journal) Clear() {
	err := j.spool.Clear()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.failed = nil
	if err != nil {
		j.failed = fmt.Errorf("the journal's file cannot be cleared: %w", err)
	}
}

// Await returns the exchanges after seq as soon as there are n of them, or the
// context's error with what there is.
func (j *Journal) Await(ctx context.Context, seq int64, n int) ([]Exchange, error) {
	err := j.Wait(ctx, seq, n)
	return j.Since(seq), err
}

// Wait waits until there are n exchanges after seq; its error is the context's.
func (j *Journal) Wait(ctx context.Context, seq int64, n int) error {
	for {
		j.mu.Lock()
		if j.changed == nil {
			j.changed = make(chan struct{})
		}
		changed := j.changed
		j.mu.Unlock()
		if j.has(seq, n) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// has reports whether there are n exchanges after seq; Clear may have taken some
// of them away.
func (j *Journal) has(seq int64, n int) bool {
	if j.Last()-seq < int64(n) {
		return false
	}
	there := 0
	for range j.All(seq) {
		if there == n {
			break
		}
		there++
	}
	return there >= n
}

// Close gives the journal's file back.
func (j *Journal) Close() error { return j.spool.Close() }
