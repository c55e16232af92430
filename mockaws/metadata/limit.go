package metadata

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter has a token bucket for each key, as the agents of ECS and EKS do.
type limiter struct {
	rate  rate.Limit
	burst int

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
}

// newLimiter lets so many requests a second pass for each key, and at most burst
// at once. For a negative rate it returns nil, which lets every request pass.
func newLimiter(perSecond, burst int) *limiter {
	if perSecond < 0 {
		return nil
	}
	return &limiter{rate: rate.Limit(perSecond), burst: burst, buckets: map[string]*rate.Limiter{}}
}

// allow reports whether one more request may pass now.
func (l *limiter) allow(key string, now time.Time) bool {
	if l == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket := l.buckets[key]
	if bucket == nil {
		bucket = rate.NewLimiter(l.rate, l.burst)
		l.buckets[key] = bucket
	}
	return bucket.AllowN(now, 1)
}
