package deploy

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/hostproof/hostproof/mockaws"
)

// timeline is the time of a deployment. AWS, the host's credential endpoints and
// its issuers live in one time, which advance moves. A subject lives in the time
// of this machine, unless it has a clock of its own.
type timeline struct {
	mock    *Mock
	aws     *mockaws.Clock
	subject *subjectClock // nil: subjects live in this machine's time
}

// now is the time in which AWS, the host's endpoints and its issuers live.
func (t *timeline) now() time.Time { return t.aws.Now() }

// advance moves time on, or back.
func (t *timeline) advance(ctx context.Context, by time.Duration) error {
	if by == 0 {
		return nil
	}
	if err := t.mock.Admin.AdvanceClock(ctx, by); err != nil {
		return err
	}
	return t.sync(ctx)
}

// sync takes over the mock's time, which its management API may have moved.
func (t *timeline) sync(ctx context.Context) error {
	offset, err := t.mock.Admin.ClockOffset(ctx)
	if err != nil {
		return err
	}
	t.aws.SetOffset(offset)
	return t.subject.set(offset)
}

// giveSubjects makes the clock that the settings ask for, with its file alone in a
// directory below dir; nil without one.
func (t *timeline) giveSubjects(ahead *time.Duration, dir string) error {
	t.subject = nil
	if ahead == nil {
		return nil
	}
	own := filepath.Join(dir, "time")
	if err := os.MkdirAll(own, 0o755); err != nil {
		return err
	}
	t.subject = &subjectClock{ahead: *ahead, path: filepath.Join(own, "clock")}
	return t.subject.set(t.aws.Offset())
}

// setSubjects sets how far subjects' clock is ahead of AWS's.
func (t *timeline) setSubjects(ahead time.Duration) error {
	if t.subject == nil {
		return &SettingError{"subjects of this deployment live in this machine's time: " +
			"give it a clock for them (harness.SubjectClock)"}
	}
	t.subject.ahead = ahead
	return t.subject.set(t.aws.Offset())
}
