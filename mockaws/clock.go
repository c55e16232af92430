package mockaws

import (
	"sync/atomic"
	"time"
)

// Clock is the time that the mock lives in: real time with an offset, so that
// expiry can be tested without waiting.
type Clock struct{ offset atomic.Int64 }

// Now is the mock's time.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

// SetOffset puts the clock that far ahead of real time; negative is behind.
func (c *Clock) SetOffset(d time.Duration) { c.offset.Store(int64(d)) }

// Advance moves the clock on and returns the new offset.
func (c *Clock) Advance(d time.Duration) time.Duration {
	return time.Duration(c.offset.Add(int64(d)))
}

// Offset is how far the clock is ahead of real time.
func (c *Clock) Offset() time.Duration { return time.Duration(c.offset.Load()) }
