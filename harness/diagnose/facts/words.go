package facts

import (
	"fmt"
	"time"
)

// Span is a length of time as a person says it, to the minute, and below that to
// the second.
func Span(d time.Duration) string {
	count := func(n int64, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	seconds := int64(d.Round(time.Second) / time.Second)
	minutes := int64(d.Round(time.Minute) / time.Minute)
	switch {
	case seconds < 90:
		return count(seconds, "second")
	case minutes < 120:
		return count(minutes, "minute")
	case minutes < 48*60 && minutes%60 != 0:
		return count(minutes/60, "hour") + " and " + count(minutes%60, "minute")
	case minutes < 48*60:
		return count(minutes/60, "hour")
	}
	return count(minutes/60/24, "day")
}

// Clock is a time in a sentence.
func Clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// Off says how far a clock is off another.
func Off(by time.Duration) string {
	if by < 0 {
		return Span(-by) + " behind"
	}
	return Span(by) + " ahead of"
}

// BasicFormat is the time layout of X-Amz-Date.
const BasicFormat = "20060102T150405Z"

// Times is a count as an adverb: once, twice, 3 times.
func Times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
