package ledger

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws"
)

const secret = "wJalrXUtnFEMIxK7MDENGxbPxRfiCYzzzzzzzzzz"

// TestFailureTextHasNoSecret: what the program printed is shown where a test fails,
// its secrets are not.
func TestFailureTextHasNoSecret(t *testing.T) {
	r := &Result{Environment: []Variable{{Name: "APP_SECRET", Value: secret, SetBy: ByUser}}}
	r.Stdout, r.Stderr = []byte("out "+secret+"\n"), []byte("err "+secret+"\n")
	for name, text := range map[string]string{"short": r.FailureText(), "whole": InFull(r).String()} {
		if strings.Contains(text, secret) {
			t.Errorf("%s: the secret is in it", name)
		}
		for _, want := range []string{"out <APP_SECRET>", "err <APP_SECRET>"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in it:\n%s", name, want, text)
			}
		}
	}
}

// TestOverrides: a variable that takes the place of another says whose it was.
func TestOverrides(t *testing.T) {
	var e Environment
	e.Set(Variable{Name: "AWS_REGION", Value: "us-east-1", SetBy: ByHost})
	e.Set(Variable{Name: "AWS_REGION", Value: "eu-west-1", SetBy: ByUser})
	e.Set(Variable{Name: "OTHER", Value: "1", SetBy: ByUser})
	got := e.Variables()
	if len(got) != 2 || got[0].Value != "eu-west-1" || got[0].SetBy != ByUser || got[0].Overrides != ByHost ||
		got[1].Overrides != "" {
		t.Errorf("got %+v", got)
	}
}

// TestCallsOfAVisit: a call belongs to the requests that were being answered when it
// was made, and not to one before or after.
func TestCallsOfAVisit(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	const ahead = time.Hour // of the mock's clock
	r := &Result{Visits: []Visit{
		{Path: "/first", Time: noon, Duration: time.Second},
		{Path: "/second", Time: noon.Add(time.Minute), Duration: time.Second},
	}}
	for i, after := range []time.Duration{-time.Millisecond, 0, time.Second, 2 * time.Second, time.Minute} {
		r.Exchanges = append(r.Exchanges, mockaws.Exchange{Seq: int64(i + 1), Time: noon.Add(after + ahead)})
	}
	r.AssignCalls(ahead)
	for i, want := range [][]int64{{2, 3}, {5}} {
		if got := r.Visits[i].Calls; !slices.Equal(got, want) {
			t.Errorf("%s: calls %v, want %v", r.Visits[i].Path, got, want)
		}
	}
}
