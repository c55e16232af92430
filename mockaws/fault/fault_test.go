package fault_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
)

func TestFaultsAreChecked(t *testing.T) {
	for _, row := range []struct {
		plane fault.Plane
		fault fault.Fault
		want  string // "" for a good one
	}{
		{fault.Calls, fault.Throttle(1).On("sts:*"), ""},
		{fault.Calls, fault.Status(503, 2).On("*").Coded("ServiceUnavailable"), ""},
		{fault.Calls, fault.Throttle(1), "want a call such as bedrock:Converse"},
		{fault.Calls, fault.Throttle(1).On("[sts"), "want a call such as bedrock:Converse"},
		{fault.Calls, fault.Throttle(1).On("*").At("PUT", ""), "and nothing else"},
		{fault.Calls, fault.Stale(1).On("*"), `fault "stale" is not one of`},
		{fault.Calls, fault.Slow(0, 1).On("*"), "delay is 0s"},
		{fault.Endpoints, fault.Hang(1), ""},
		{fault.Endpoints, fault.Hang(1).At("PUT", "/latest/*"), ""},
		{fault.Endpoints, fault.Hang(0), "times is 0"},
		{fault.Endpoints, fault.Status(200, 1), "status is 200, want 400 to 599"},
		{fault.Endpoints, fault.Status(399, 1), "status is 399, want 400 to 599"},
		{fault.Endpoints, fault.Status(400, 1), ""},
		{fault.Endpoints, fault.Status(599, 1), ""},
		{fault.Endpoints, fault.Status(600, 1), "status is 600, want 400 to 599"},
		// RFC 9110, 15: the last class is 5xx
		{fault.Endpoints, fault.Reset(1).At("", "latest"), "does not begin with a slash"},
		{fault.Endpoints, fault.Reset(1).On("sts:*"), "it has a method and a path"},
		{fault.Endpoints, fault.Revoke(1), `fault "revoke" is not one of`},
		{fault.Names, fault.NXDomain(1).Of("*.amazonaws.com"), ""},
		{fault.Names, fault.NXDomain(1), "want a name such as"},
		{fault.Names, fault.Throttle(1).Of("x"), `fault "throttle" is not one of [noanswer nxdomain servfail]`},
	} {
		err := fault.NewPlan(row.plane).Add(row.fault)
		if (err == nil) != (row.want == "") || err != nil && (!strings.Contains(err.Error(), row.want) ||
			strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s of %s: got %v, want %q", row.fault, row.fault.Target(), err, row.want)
		}
	}
}

// TestPlansCount has many requests at once meet a fault that strikes a few.
// A method is written as one likes, as the call and the name are, and a path as it
// is: paths are case-sensitive.
func TestStrikes(t *testing.T) {
	for _, row := range []struct {
		method, path string // of the fault
		want         bool
	}{
		{"", "", true},
		{"PUT", "", true},
		{"put", "/latest/api/token", true},
		{"GET", "", false},
		{"", "/latest/*", true},
		{"", "/latest", false},
		{"", "/LATEST/api/token", false},
	} {
		f := fault.Throttle(1).At(row.method, row.path)
		if got := f.StrikesRequest("PUT", "/latest/api/token"); got != row.want {
			t.Errorf("%q %q strikes: %v", row.method, row.path, got)
		}
	}
}

func TestPlansCount(t *testing.T) {
	p := fault.NewPlan(fault.Calls)
	for _, f := range []fault.Fault{fault.Throttle(7).On("sts:*"), fault.Hang(1).On("s3:*")} {
		if err := p.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	var struck atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if f := p.Take(func(f *fault.Fault) bool { return f.StrikesCall("STS:AssumeRole") }); f != nil &&
				f.Kind == fault.KindThrottle {
				struck.Add(1)
			}
		})
	}
	all.Wait()
	if struck.Load() != 7 {
		t.Errorf("struck %d times", struck.Load())
	}
	if pending := p.Pending(); len(pending) != 1 || pending[0].Kind != fault.KindHang || pending[0].Struck != 0 ||
		pending[0].String() != "hang of s3:*, once" {
		t.Errorf("pending: %v", pending)
	}
	p.Clear()
	if len(p.Pending()) != 0 || (*fault.Plan)(nil).Take(func(*fault.Fault) bool { return true }) != nil {
		t.Error("a fault out of nothing")
	}
}

// TestPlannedSaysWhatWasPlanned: however often a fault has struck, it is called
// what it was when it was planned.
func TestPlannedSaysWhatWasPlanned(t *testing.T) {
	p := fault.NewPlan(fault.Calls)
	if err := p.Add(fault.Throttle(3).On("sts:*")); err != nil {
		t.Fatal(err)
	}
	for struck := range 3 {
		pending := p.Pending()
		if len(pending) != 1 || pending[0].String() != "throttle of sts:*, 3 times" {
			t.Errorf("after %d: %v", struck, pending)
		}
		p.Take(func(*fault.Fault) bool { return true })
	}
}

func TestPendingAsJSON(t *testing.T) {
	p := fault.NewPlan(fault.Calls)
	var f fault.Fault
	// As the management API had it at first.
	if err := json.Unmarshal([]byte(`{"call": "*", "kind": "delay", "times": 3, "delayNs": 1000000}`), &f); err != nil {
		t.Fatal(err)
	}
	if err := p.Add(f); err != nil {
		t.Fatal(err)
	}
	p.Take(func(*fault.Fault) bool { return true })
	out, err := json.Marshal(p.Pending())
	if want := `[{"kind":"slow","times":2,"call":"*","delayNs":1000000,"struck":1}]`; err != nil ||
		string(out) != want {
		t.Errorf("got %s, %v, want %s", out, err, want)
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]fault.Spec{
		"imds:throttle:3":                    {Target: "imds", Fault: fault.Throttle(3)},
		"imds:hang":                          {Target: "imds", Fault: fault.Hang(1)},
		"imds/latest/api/token:reset:2":      {Target: "imds/latest/api/token", Fault: fault.Reset(2)},
		"bedrock:*:status=503:2":             {Target: "bedrock:*", Fault: fault.Status(503, 2)},
		"sts:*:status=400,IDPCommunication":  {Target: "sts:*", Fault: fault.Status(400, 1).Coded("IDPCommunication")},
		"*:slow=1.5s":                        {Target: "*", Fault: fault.Slow(1500*time.Millisecond, 1)},
		"task:stale=1h:9":                    {Target: "task", Fault: fault.Stale(9).By(time.Hour)},
		"dns:sts.amazonaws.com:servfail:100": {Target: "dns:sts.amazonaws.com", Fault: fault.ServFail(100)},
	} {
		if got, err := fault.Parse(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"":                                  "it has no target",
		"throttle":                          "it has no target",
		":throttle":                         "it has no target",
		"imds:melt:3":                       `"melt" is no kind of fault`,
		"bedrock:*":                         `"*" is no kind of fault`,
		"imds:throttle:0":                   "times is 0",
		"imds:throttle:-1":                  "times is -1",
		"imds:throttle:x":                   `"x" is no kind of fault`,
		"imds:throttle:":                    `"" is no kind of fault`,
		"imds:throttle=1:2":                 "throttle takes no argument",
		"imds:status":                       "a number from 400 to 599",
		"imds:status=200":                   "a number from 400 to 599",
		"imds:slow":                         "wants a duration",
		"imds:slow=-1s":                     "wants a duration",
		"imds:hang:99999999999999999999999": "times is 99999999999999999999999",
	} {
		if _, err := fault.Parse(text); err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), "such as imds:throttle:3") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("imds:throttle:3")
	f.Add("bedrock:*:status=503,X:2")
	f.Add("dns:*.amazonaws.com:nxdomain")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := fault.Parse(text)
		if err != nil {
			return
		}
		if s.Target == "" || s.Fault.Times < 1 || s.Fault.Kind == "" {
			t.Errorf("%q: %+v", text, s)
		}
	})
}
