package fault

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Spec is a fault as a person writes it down, and what it is of.
type Spec struct {
	// Target is what stands before the kind: a call ("bedrock:*", "*"), the name of
	// an endpoint, with a path or not ("imds", "imds/latest/api/token"), or "dns:"
	// and a name.
	Target string
	Fault  Fault
}

// example is shown where a text is no fault.
const example = "want TARGET:KIND[=ARGUMENT][:TIMES], such as imds:throttle:3, bedrock:*:status=503:2, " +
	"imds/latest/api/token:hang or dns:sts.us-east-1.amazonaws.com:servfail:2"

// Parse reads TARGET:KIND[=ARGUMENT][:TIMES]. Times is 1 where it is not given.
// The argument is the status of "status" (with a code of the service after a
// comma: status=503,ServiceUnavailable), and the delay of "slow" and "stale" as
// time.ParseDuration reads it. Errors are one line.
func Parse(text string) (Spec, error) {
	wrong := func(why string) (Spec, error) { return Spec{}, fmt.Errorf("fault %q: %s; %s", text, why, example) }
	rest, times := text, 1
	if before, last, ok := cutLast(rest); ok && last != "" && strings.Trim(last, "-+0123456789") == "" {
		n, err := strconv.Atoi(last)
		if err != nil || n < 1 {
			return wrong(fmt.Sprintf("times is %s, and must be at least 1", last))
		}
		rest, times = before, n
	}
	target, kind, ok := cutLast(rest)
	if !ok || target == "" {
		return wrong("it has no target")
	}
	name, argument, has := strings.Cut(kind, "=")
	f := Fault{Kind: Kind(name), Times: times}
	if _, known := rules[f.Kind]; !known {
		return wrong(fmt.Sprintf("%q is no kind of fault", name))
	}
	if err := f.argument(argument, has); err != nil {
		return wrong(err.Error())
	}
	return Spec{Target: target, Fault: f}, nil
}

func cutLast(text string) (before, after string, found bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return "", text, false
	}
	return text[:i], text[i+1:], true
}

// argument takes what stands after the kind.
func (f *Fault) argument(text string, has bool) error {
	switch {
	case f.Kind == KindStatus:
		status, code, _ := strings.Cut(text, ",")
		n, err := strconv.Atoi(status)
		if err != nil || n < 400 || n > 599 {
			return fmt.Errorf("status wants a number from 400 to 599, as in status=503")
		}
		f.Status, f.Code = n, code
	case f.Kind == KindSlow, f.Kind == KindStale && has:
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return fmt.Errorf("%s wants a duration, as in %s=2s", f.Kind, f.Kind)
		}
		f.Delay = d
	case has:
		return fmt.Errorf("%s takes no argument", f.Kind)
	}
	return nil
}
