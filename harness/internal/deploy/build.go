package deploy

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
)

// ours recognises placeholders; other "${...}" in a value are the project's own
// business.
var ours = regexp.MustCompile(`\$\{((?:user|platform|project|role|session|endpoint|issuer|token|file)\.[^}]*|region)\}`)

func expand(a assignment, values map[string]string) (string, error) {
	var err error
	out := ours.ReplaceAllStringFunc(a.value, func(p string) string {
		value, ok := values[p[2:len(p)-1]]
		if !ok && err == nil {
			err = &SettingError{fmt.Sprintf("variable %s: this deployment has nothing for %s; it has %s", a.name, p,
				strings.Join(slices.Sorted(maps.Keys(values)), ", "))}
		}
		return value
	})
	return out, err
}

func (ev *environment) setBase(env *ledger.Environment, b isolation.Backend) {
	if !b.Runs(isolation.Program) { // the rest is the image's
		env.Set(ledger.Variable{Name: "HOME", Value: b.Home(ev.dir), SetBy: ledger.ByBase})
		return
	}
	base := map[string]string{"PATH": os.Getenv("PATH"), "HOME": ev.dir, "TMPDIR": ev.dir, "LANG": "C.UTF-8"}
	if runtime.GOOS == "windows" {
		base["SystemRoot"], base["USERPROFILE"] = os.Getenv("SystemRoot"), ev.dir
	}
	for name, value := range base {
		env.Set(ledger.Variable{Name: name, Value: value, SetBy: ledger.ByBase})
	}
}

func (ev *environment) setHost(env *ledger.Environment, values map[string]string) error {
	for _, v := range slices.Concat(ev.host.Variables, ev.projectKeys()) {
		if v.Present == fixtures.Request && ev.project.AtInit {
			continue
		}
		value, err := v.Expand(values)
		if err != nil {
			return &SettingError{fmt.Sprintf("host %s: %v", ev.host.Name, err)}
		}
		p := v.Provenance
		env.Set(ledger.Variable{Name: v.Name, Value: value, SetBy: ledger.SetBy(v.SetBy), Provenance: &p})
	}
	return nil
}

// setProject lays the project's variables over the host's, name by name, and
// refuses the names that the host reserves.
func (ev *environment) setProject(env *ledger.Environment, values map[string]string) error {
	for _, a := range slices.Concat(ev.ownVariables(), ev.ids.credentialVariables()) {
		if err := ev.host.CheckProjectVariable(a.name); err != nil {
			return &SettingError{err.Error()}
		}
		if _, dropped := ev.host.ReservedName(a.name); dropped || ev.keepsOwn(env, a.name) {
			continue // the host keeps its own value, without a word
		}
		if !ev.seesProject() {
			env.Hide(a.name)
			continue
		}
		value, err := expand(a, values)
		if err != nil {
			return err
		}
		env.Set(ledger.Variable{Name: a.name, Value: value, SetBy: ledger.ByUser})
	}
	return ev.checkSizes(env)
}

// ownVariables are those that the project sets, by name.
func (ev *environment) ownVariables() (out []assignment) {
	for _, name := range slices.Sorted(maps.Keys(ev.project.Set)) {
		out = append(out, assignment{name, ev.project.Set[name]})
	}
	return out
}

// build puts together what a subject finds: what any process needs, what
// the host sets, what the project sets over it, and the wiring.
func (ev *environment) build(l *layout) (*ledger.Environment, error) {
	env := &ledger.Environment{}
	values := ev.values(l)
	ev.setBase(env, l.backend)
	if err := ev.setHost(env, values); err != nil {
		return nil, err
	}
	if err := ev.setProject(env, values); err != nil {
		return nil, err
	}
	for _, name := range ev.project.Unset {
		env.Unset(name)
	}
	for _, v := range l.wiring {
		env.Set(v)
	}
	for name, v := range l.instead {
		if _, there := env.Lookup(name); there {
			env.Unset(name)
			env.Set(v)
		}
	}
	return env, l.writeFiles(ev.host.Files, ev.dir, values)
}

// checkUnset refuses names that nothing has set.
func (ev *environment) checkUnset(env *ledger.Environment) error {
	var known []string
	for _, v := range ev.host.Variables {
		known = append(known, v.Name)
	}
	known = slices.Concat(known, env.Removed(), env.Hidden())
	for _, v := range env.Variables() {
		if v.SetBy != ledger.ByWiring {
			known = append(known, v.Name)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, name := range ev.project.Unset {
		if !slices.Contains(known, name) {
			return settingProblem("unset %s has no effect: on host %s nothing sets it%s There are: %s",
				cmp.Or(name, `""`),
				ev.host.Name, fixtures.DidYouMean(name, known), strings.Join(known, ", "))
		}
	}
	return nil
}
