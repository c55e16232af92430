package deploy

import (
	"fmt"
	"slices"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
)

// This file holds a project's own variables to what the host does with them.

// seesProject reports whether a program on the host finds the project's
// variables at all.
func (st *site) seesProject() bool {
	p := st.host.ProjectVariables
	return p == nil || st.project.Baked || slices.Contains(p.At, st.host.Phase)
}

// keepsOwn reports whether the host's own value of a name stays where the
// project sets it too.
func (st *site) keepsOwn(env *ledger.Environment, name string) bool {
	p := st.host.ProjectVariables
	return p != nil && p.Wins == fixtures.ByHost && env.SetBy(name) == ledger.ByHost
}

// checkSizes refuses more than the host takes.
func (st *site) checkSizes(env *ledger.Environment) error {
	p := st.host.ProjectVariables
	if p == nil {
		return nil
	}
	total := 0
	for _, v := range env.Variables() {
		if v.SetBy != ledger.ByUser {
			continue
		}
		total += len(v.Name) + len(v.Value)
		if p.MaxValueBytes > 0 && len(v.Value) > p.MaxValueBytes {
			return &SettingError{fmt.Sprintf("host %s takes variables of at most %d bytes, and %s has %d (%s)",
				st.host.Name, p.MaxValueBytes, v.Name, len(v.Value), p.Provenance.Source)}
		}
	}
	if p.MaxTotalBytes > 0 && total > p.MaxTotalBytes {
		return &SettingError{fmt.Sprintf("host %s takes variables of at most %d bytes together, names and values, "+
			"and the project has %d (%s)", st.host.Name, p.MaxTotalBytes, total, p.Provenance.Source)}
	}
	return nil
}
