package deploy

import (
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

// environment puts together what a subject finds: what any process needs, what
// the host sets, what the project sets over it, and the wiring.
func (d *Deployment) environment(l *layout) (*ledger.Environment, error) {
	env := &ledger.Environment{}
	values := d.values(l)
	d.setBase(env, l.backend)
	if err := d.setHost(env, values); err != nil {
		return nil, err
	}
	if err := d.setProject(env, values); err != nil {
		return nil, err
	}
	for _, name := range d.settings.Unset {
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
	return env, l.writeFiles(d.host.Files, d.dir, values)
}

func (d *Deployment) setBase(env *ledger.Environment, b isolation.Backend) {
	if !b.Runs(isolation.Program) { // the rest is the image's
		env.Set(ledger.Variable{Name: "HOME", Value: b.Home(d.dir), SetBy: ledger.ByBase})
		return
	}
	base := map[string]string{"PATH": os.Getenv("PATH"), "HOME": d.dir, "TMPDIR": d.dir, "LANG": "C.UTF-8"}
	if runtime.GOOS == "windows" {
		base["SystemRoot"], base["USERPROFILE"] = os.Getenv("SystemRoot"), d.dir
	}
	for name, value := range base {
		env.Set(ledger.Variable{Name: name, Value: value, SetBy: ledger.ByBase})
	}
}

func (d *Deployment) setHost(env *ledger.Environment, values map[string]string) error {
	for _, v := range slices.Concat(d.host.Variables, d.projectKeys()) {
		if v.Present == fixtures.Request && d.settings.AtInit {
			continue
		}
		value, err := v.Expand(values)
		if err != nil {
			return &SettingError{fmt.Sprintf("host %s: %v", d.host.Name, err)}
		}
		p := v.Provenance
		env.Set(ledger.Variable{Name: v.Name, Value: value, SetBy: ledger.SetBy(v.SetBy), Provenance: &p})
	}
	return nil
}

// projectKeys are the names under which projects on this host keep a user's
// key, unless the deployment says names of its own.
func (d *Deployment) projectKeys() []fixtures.Variable {
	if len(d.settings.Users) == 0 {
		return nil
	}
	if id, _ := d.settings.Users[0].Variables(); id != "" {
		return nil
	}
	return d.host.ProjectKeys
}

// setProject lays the project's variables over the host's, name by name, and
// refuses the names that the host reserves.
func (d *Deployment) setProject(env *ledger.Environment, values map[string]string) error {
	for _, a := range slices.Concat(d.ownVariables(), d.credentialVariables()) {
		if err := d.host.CheckProjectVariable(a.name); err != nil {
			return &SettingError{err.Error()}
		}
		if _, dropped := d.host.ReservedName(a.name); dropped || d.keepsOwn(env, a.name) {
			continue // the host keeps its own value, without a word
		}
		if !d.seesProject() {
			env.Hide(a.name)
			continue
		}
		value, err := expand(a, values)
		if err != nil {
			return err
		}
		env.Set(ledger.Variable{Name: a.name, Value: value, SetBy: ledger.ByUser})
	}
	return d.checkSizes(env)
}

type assignment struct{ name, value string }

// ownVariables are those that the project sets, by name.
func (d *Deployment) ownVariables() (out []assignment) {
	for _, name := range slices.Sorted(maps.Keys(d.settings.Set)) {
		out = append(out, assignment{name, d.settings.Set[name]})
	}
	return out
}

// credentialVariables are the users' credentials under the names that the
// deployment asks for.
func (d *Deployment) credentialVariables() (out []assignment) {
	bearers := 0
	for i, u := range d.settings.Users {
		if id, secret := u.Variables(); id != "" {
			out = append(out, assignment{id, d.applied.Keys[i].KeyID}, assignment{secret, d.applied.Keys[i].Secret})
		}
		if u.Bearer != "" {
			out = append(out, assignment{u.Bearer, d.applied.BedrockAPIKeys[bearers].Secret})
			bearers++
		}
	}
	return out
}

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
