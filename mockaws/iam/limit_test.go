package iam_test

import (
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
)

// A limit ends what STS gives early, and never later than was asked for.
func TestLimitSessions(t *testing.T) {
	o := newOffice(t)
	lasts := func(seconds int) time.Duration {
		t.Helper()
		c, r := o.AssumeRole(o.bob, iam.AssumeRoleInput{RoleARN: "arn:aws:iam::111122223333:role/long",
			SessionInput: iam.SessionInput{Name: "job", DurationSeconds: seconds}})
		if r != nil {
			t.Fatal(r)
		}
		return c.Expiration.Sub(o.now)
	}
	for _, row := range []struct {
		limit   time.Duration
		seconds int
		want    time.Duration
	}{
		{0, 0, time.Hour}, {8 * time.Second, 0, 8 * time.Second}, {8 * time.Second, 900, 8 * time.Second},
		{2 * time.Hour, 900, 15 * time.Minute}, {0, 900, 15 * time.Minute},
	} {
		o.LimitSessions(row.limit)
		if got := lasts(row.seconds); got != row.want {
			t.Errorf("limit %v, %d seconds asked for: lasts %v, want %v", row.limit, row.seconds, got, row.want)
		}
	}
}
