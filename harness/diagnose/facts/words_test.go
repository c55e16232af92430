package facts

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "1 second", 89 * time.Second: "89 seconds", 90 * time.Second: "2 minutes",
		6 * time.Minute: "6 minutes",
		time.Hour:       "60 minutes", 3 * time.Hour: "3 hours", 150 * time.Minute: "2 hours and 30 minutes",
		3*time.Hour +
			time.Minute: "3 hours and 1 minute", 72 * time.Hour: "3 days",
	} {
		if got := Span(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
