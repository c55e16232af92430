package metadata

import (
	"sync"
	"time"
)

// limiter lets rate requests a second pass for each key, and a burst more at
// once: a token bucket, as the agents of ECS and EKS have it.
type limiter struct {
	rate  float64
	burst float64

	mu      sync.Mutex
	buckets map[string]bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// newLimiter returns nil, which lets everything pass, for a negative rate.
func newLimiter(rate, burst int) *limiter {
	if rate < 0 {
		return nil
	}
	return &limiter{rate: float64(rate), burst: float64(burst), buckets: map[string]bucket{}}
}

// allow reports whether one more request may pass now.
func (l *limiter) allow(key string, now time.Time) bool {
	if l == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.buckets[key]
	if !ok {
		b = bucket{l.burst, now}
	}
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.tokens, b.at = min(l.burst, b.tokens+passed*l.rate), now
	}
	allowed := b.tokens >= 1
	if allowed {
		b.tokens--
	}
	l.buckets[key] = b
	return allowed
}
