package deploy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/fault"
)

// faults holds a deployment's faults that have not been applied yet.
type faults struct {
	endpoints map[string]*fault.Plan // by the fixture's name
	names     *fault.Plan
	calls     int // how many settings were given to the mock, which keeps the faults of calls
}

var resolutions = map[fault.Kind]isolation.Resolution{
	fault.KindNXDomain: isolation.NoSuchName, fault.KindServFail: isolation.ServerFailure,
	fault.KindNoAnswer: isolation.NoReply,
}

// planFaults plans the misbehaviours of the settings, and refuses what cannot
// strike.
func (es *endpoints) planFaults(ctx context.Context) error {
	es.faults.endpoints, es.faults.names = map[string]*fault.Plan{}, fault.NewPlan(fault.Names)
	for _, e := range es.host.Endpoints {
		es.faults.endpoints[e.Name] = fault.NewPlan(fault.Endpoints)
	}
	for i, f := range es.project.Planned {
		if err := es.planFault(ctx, f, i < es.faults.calls); err != nil {
			return err
		}
	}
	es.faults.calls = len(es.project.Planned)
	for _, name := range es.project.WithoutRole {
		if _, ok := es.host.Endpoint(name); !ok {
			return es.noEndpoint(name)
		}
	}
	return nil
}

func (es *endpoints) planFault(ctx context.Context, f project.Planned, known bool) error {
	switch f.Plane {
	case fault.Endpoints:
		e, err := es.endpointOrKind(f.Endpoint)
		if err != nil {
			return err
		}
		if err := es.faults.endpoints[e].Add(f.Fault); err != nil {
			return &SettingError{fmt.Sprintf("endpoint %s: %v", f.Endpoint, err)}
		}
		return nil
	case fault.Names:
		if !es.backend.OwnNetwork() {
			return settingProblem("isolation %s cannot make the lookup of %s fail: use %s, "+
				"which have a resolver of their own", es.backend.Name(), f.Fault.Name, closed())
		}
		return asSetting(es.faults.names.Add(f.Fault))
	}
	if known {
		return nil // from before the project was deployed anew
	}
	if err := f.Fault.Check(fault.Calls); err != nil {
		return &SettingError{err.Error()}
	}
	return es.mock.Admin.AddFault(ctx, f.Fault)
}

// endpointOrKind is the fixture's name of an endpoint that was named so, or by
// its kind.
func (es *endpoints) endpointOrKind(name string) (string, error) {
	if _, ok := es.host.Endpoint(name); ok {
		return name, nil
	}
	var of []string
	for _, e := range es.host.Endpoints {
		if e.Kind == name {
			of = append(of, e.Name)
		}
	}
	switch len(of) {
	case 0:
		return "", es.noEndpoint(name)
	case 1:
		return of[0], nil
	}
	return "", &SettingError{fmt.Sprintf("host %s has %d endpoints of kind %s: name one of %s", es.host.Name, len(of),
		name, strings.Join(of, ", "))}
}

func (es *endpoints) noEndpoint(name string) error {
	if len(es.host.Endpoints) == 0 {
		return &SettingError{fmt.Sprintf("host %s has no endpoint %q: it has none", es.host.Name, name)}
	}
	names := slices.Sorted(maps.Keys(es.faults.endpoints))
	return &SettingError{fmt.Sprintf("host %s has no endpoint %q: it has %s", es.host.Name, name,
		strings.Join(names, ", "))}
}

// resolve returns the effect of planned faults on the lookup of a name.
func (es *endpoints) resolve(name string) isolation.Resolution {
	f := es.faults.names.Take(func(f *fault.Fault) bool { return f.StrikesName(name) })
	if f == nil {
		return isolation.Resolves
	}
	es.lookupsMu.Lock()
	defer es.lookupsMu.Unlock()
	es.nameFailures = append(es.nameFailures, ledger.NameFailure{Time: time.Now(), Name: name, Fault: *f})
	return resolutions[f.Kind]
}

func (es *endpoints) takeNameFailures() []ledger.NameFailure {
	es.lookupsMu.Lock()
	defer es.lookupsMu.Unlock()
	out := es.nameFailures
	es.nameFailures = nil
	return out
}

// unstruck are the faults of the settings that have never struck since the
// project was deployed.
func (es *endpoints) unstruck(ctx context.Context) (out []ledger.UnstruckFault, err error) {
	take := func(endpoint string, pending []fault.Planned) {
		for _, p := range pending {
			if p.Struck == 0 {
				out = append(out, ledger.UnstruckFault{Endpoint: endpoint, Planned: p})
			}
		}
	}
	for _, e := range slices.Sorted(maps.Keys(es.faults.endpoints)) {
		take(e, es.faults.endpoints[e].Pending())
	}
	take("", es.faults.names.Pending())
	ours := map[fault.Fault]bool{}
	for _, f := range es.project.Planned {
		if f.Plane == fault.Calls {
			ours[f.Fault] = true
		}
	}
	if len(ours) == 0 {
		return out, nil
	}
	pending, err := es.mock.Admin.Faults(ctx)
	// another deployment's are on the mock, too
	take("", slices.DeleteFunc(pending, func(p fault.Planned) bool { return !ours[p.Fault] }))
	return out, err
}
