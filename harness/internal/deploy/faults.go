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

// AddEndpointFault is EndpointFault for what begins while a subject runs.
func (d *Deployment) AddEndpointFault(endpoint string, f fault.Fault) error {
	return d.planFault(context.Background(), project.Planned{Plane: fault.Endpoints, Endpoint: endpoint, Fault: f},
		false)
}

// planned is a fault that was written down.
func planned(spec fault.Spec) project.Planned {
	if name, ok := strings.CutPrefix(spec.Target, "dns:"); ok {
		return project.Planned{Plane: fault.Names, Fault: spec.Fault.Of(name)}
	}
	endpoint, path, hasPath := strings.Cut(spec.Target, "/")
	if strings.ContainsAny(endpoint, ":*") {
		return project.Planned{Plane: fault.Calls, Fault: spec.Fault.On(spec.Target)}
	}
	out := project.Planned{Plane: fault.Endpoints, Endpoint: endpoint, Fault: spec.Fault}
	if hasPath {
		out.Fault = out.Fault.At("", "/"+path)
	}
	return out
}

// faults are those of a deployment that are still to come.
type faults struct {
	endpoints map[string]*fault.Plan // by the fixture's name
	names     *fault.Plan
	calls     int // how many settings were given to the mock, which keeps those of calls
}

// planFaults plans the misbehaviours of the settings, and refuses what cannot
// strike.
func (d *Deployment) planFaults(ctx context.Context) error {
	d.faults.endpoints, d.faults.names = map[string]*fault.Plan{}, fault.NewPlan(fault.Names)
	for _, e := range d.host.Endpoints {
		d.faults.endpoints[e.Name] = fault.NewPlan(fault.Endpoints)
	}
	for i, f := range d.settings.Planned {
		if err := d.planFault(ctx, f, i < d.faults.calls); err != nil {
			return err
		}
	}
	d.faults.calls = len(d.settings.Planned)
	for _, name := range d.settings.WithoutRole {
		if _, ok := d.host.Endpoint(name); !ok {
			return d.noEndpoint(name)
		}
	}
	return nil
}

func (d *Deployment) planFault(ctx context.Context, f project.Planned, known bool) error {
	switch f.Plane {
	case fault.Endpoints:
		e, err := d.endpointOrKind(f.Endpoint)
		if err != nil {
			return err
		}
		if err := d.faults.endpoints[e].Add(f.Fault); err != nil {
			return &SettingError{fmt.Sprintf("endpoint %s: %v", f.Endpoint, err)}
		}
		return nil
	case fault.Names:
		if !d.backend.OwnNetwork() {
			return settingProblem("isolation %s cannot make the lookup of %s fail: use %s, "+
				"which have a resolver of their own", d.backend.Name(), f.Fault.Name, closed())
		}
		return asSetting(d.faults.names.Add(f.Fault))
	}
	if known {
		return nil // from before the project was deployed anew
	}
	if err := f.Fault.Check(fault.Calls); err != nil {
		return &SettingError{err.Error()}
	}
	return d.mock.Admin.AddFault(ctx, f.Fault)
}

func asSetting(err error) error {
	if err == nil {
		return nil
	}
	return &SettingError{err.Error()}
}

// endpointOrKind is the fixture's name of an endpoint that was named so, or by
// its kind.
func (d *Deployment) endpointOrKind(name string) (string, error) {
	if _, ok := d.host.Endpoint(name); ok {
		return name, nil
	}
	var of []string
	for _, e := range d.host.Endpoints {
		if e.Kind == name {
			of = append(of, e.Name)
		}
	}
	switch len(of) {
	case 0:
		return "", d.noEndpoint(name)
	case 1:
		return of[0], nil
	}
	return "", &SettingError{fmt.Sprintf("host %s has %d endpoints of kind %s: name one of %s", d.host.Name, len(of),
		name, strings.Join(of, ", "))}
}

func (d *Deployment) noEndpoint(name string) error {
	if len(d.host.Endpoints) == 0 {
		return &SettingError{fmt.Sprintf("host %s has no endpoint %q: it has none", d.host.Name, name)}
	}
	names := slices.Sorted(maps.Keys(d.faults.endpoints))
	return &SettingError{fmt.Sprintf("host %s has no endpoint %q: it has %s", d.host.Name, name,
		strings.Join(names, ", "))}
}

var resolutions = map[fault.Kind]isolation.Resolution{
	fault.KindNXDomain: isolation.NoSuchName, fault.KindServFail: isolation.ServerFailure,
	fault.KindNoAnswer: isolation.NoReply,
}

// resolve says what becomes of the lookup of a name.
func (d *Deployment) resolve(name string) isolation.Resolution {
	f := d.faults.names.Take(func(f *fault.Fault) bool { return f.StrikesName(name) })
	if f == nil {
		return isolation.Resolves
	}
	d.lookupsMu.Lock()
	defer d.lookupsMu.Unlock()
	d.nameFailures = append(d.nameFailures, ledger.NameFailure{Time: time.Now(), Name: name, Fault: *f})
	return resolutions[f.Kind]
}

func (d *Deployment) takeNameFailures() []ledger.NameFailure {
	d.lookupsMu.Lock()
	defer d.lookupsMu.Unlock()
	out := d.nameFailures
	d.nameFailures = nil
	return out
}

// unstruck are the faults of the settings that have never struck since the
// project was deployed.
func (d *Deployment) unstruck(ctx context.Context) (out []ledger.UnstruckFault, err error) {
	take := func(endpoint string, pending []fault.Planned) {
		for _, p := range pending {
			if p.Struck == 0 {
				out = append(out, ledger.UnstruckFault{Endpoint: endpoint, Planned: p})
			}
		}
	}
	for _, e := range slices.Sorted(maps.Keys(d.faults.endpoints)) {
		take(e, d.faults.endpoints[e].Pending())
	}
	take("", d.faults.names.Pending())
	ours := map[fault.Fault]bool{}
	for _, f := range d.settings.Planned {
		if f.Plane == fault.Calls {
			ours[f.Fault] = true
		}
	}
	if len(ours) == 0 {
		return out, nil
	}
	pending, err := d.mock.Admin.Faults(ctx)
	// another deployment's are on the mock, too
	take("", slices.DeleteFunc(pending, func(p fault.Planned) bool { return !ours[p.Fault] }))
	return out, err
}
