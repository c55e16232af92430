package ledger

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/mockaws/shown"
)

// SetBy says who put a variable into a subject's environment.
type SetBy string

// Who sets variables.
const (
	ByHost   SetBy = "host"   // the platform, per its fixture
	ByUser   SetBy = "user"   // the project's own settings
	ByWiring SetBy = "wiring" // the harness, so that traffic reaches the mock
	ByBase   SetBy = "base"   // what any process needs: PATH, HOME, TMPDIR
)

// Variable is one environment variable of a subject.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"-"` // may be a secret: never printed
	SetBy SetBy  `json:"setBy"`
	// Provenance says how it is known that the host sets it.
	Provenance *fixtures.Provenance `json:"provenance,omitempty"`
	// Overrides is who would have set it, had a later one not won.
	Overrides SetBy `json:"overrides,omitempty"`
}

// Environment is what a subject finds in its environment: built, never
// inherited.
type Environment struct {
	variables []Variable
	hidden    []string // names that the project sets and the host keeps from programs
	removed   []string // names that Unset took out
}

// Set adds a variable or replaces the one of that name, as a host lays a
// project's settings over its own, name by name.
func (e *Environment) Set(v Variable) {
	if i := e.index(v.Name); i >= 0 {
		v.Overrides = e.variables[i].SetBy
		e.variables[i] = v
		return
	}
	e.variables = append(e.variables, v)
}

// Unset takes a variable out.
func (e *Environment) Unset(name string) {
	if i := e.index(name); i >= 0 {
		e.variables = slices.Delete(e.variables, i, i+1)
		e.removed = append(e.removed, name)
	}
}

func (e *Environment) index(name string) int {
	return slices.IndexFunc(e.variables, func(v Variable) bool { return v.Name == name })
}

// Lookup is a variable's value.
func (e *Environment) Lookup(name string) (string, bool) {
	if i := e.index(name); i >= 0 {
		return e.variables[i].Value, true
	}
	return "", false
}

// SetBy says who has set a variable; empty where it is not set.
func (e *Environment) SetBy(name string) SetBy {
	if i := e.index(name); i >= 0 {
		return e.variables[i].SetBy
	}
	return ""
}

// Variables lists the environment, sorted by name within who set it.
func (e *Environment) Variables() []Variable {
	order := map[SetBy]int{ByHost: 0, ByUser: 1, ByWiring: 2, ByBase: 3}
	out := slices.Clone(e.variables)
	slices.SortStableFunc(out, func(a, b Variable) int {
		if d := order[a.SetBy] - order[b.SetBy]; d != 0 {
			return d
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// Environ is the environment as os/exec wants it.
func (e *Environment) Environ() []string {
	out := make([]string, 0, len(e.variables))
	for _, v := range e.variables {
		out = append(out, v.Name+"="+v.Value)
	}
	return out
}

// Secret reports whether the value must not be shown: every value of some
// length whose name marks it as secret, and of what somebody set for the program every
// value that may be one, whatever its name is.
func (v Variable) Secret() bool {
	if len(v.Value) < 16 {
		return v.SetBy == ByUser && len(v.Value) >= minTyped && v.typedSecret()
	}
	name := strings.ToUpper(v.Name)
	for _, part := range []string{"SECRET", "TOKEN", "BEARER", "PASSWORD", "API_KEY", "APIKEY"} {
		if strings.Contains(name, part) && !strings.HasSuffix(name, "_FILE") && !strings.HasSuffix(name, "_URI") &&
			!strings.HasSuffix(name, "_URL") {
			return true
		}
	}
	return v.SetBy == ByUser && v.typedSecret()
}

// minTyped is the shortest value, in bytes, that is taken out of texts.
const minTyped = 8

var (
	// secretName marks names of what people set.
	secretName = regexp.MustCompile(
		`SECRET|TOKEN|BEARER|PASS|PWD|PRIVATE|CREDENTIAL|AUTH|SIGNING|SALT|KEY|DSN|CONNECTION`)
	// publicName ends names whose values are none: where something is, what it is called, how it is set.
	publicName = regexp.MustCompile(
		`(?:^|_)(?:FILE|URI|URL|HOST|PORT|PATH|DIR|ENDPOINT|REGION|ARN|BUCKET|TABLE|QUEUE|TOPIC|` +
			`MODEL|MODEL_ID|NAME|PROFILE|ENV|MODE|LEVEL|VERSION|ENABLED|TIMEOUT|KEY_ID|ACCOUNT|ACCOUNT_ID|OPTIONS|ARGS|FORMAT)$`)
	publicValue = regexp.MustCompile(
		`^(?:arn:[!-~]*|A[A-Z]{3}[A-Z0-9]{16}|[a-z]{2}(?:-[a-z]+)+-\d|[a-z]+(?:[-._/: ][a-z0-9]+)*|` +
			`[0-9.:]+|\d{4}-\d\d-\d\d[T ][0-9:.]+(?:Z|[+-]\d\d:\d\d)?|(?:https?|s3)://[^@?]*|[.~]?/[^@]*)$`)
)

// typedSecret reports whether a value that somebody set may be a secret.
func (v Variable) typedSecret() bool {
	name := strings.ToUpper(v.Name)
	switch {
	case shown.HasPassword(v.Value):
		return true
	case publicName.MatchString(name):
		return false
	case secretName.MatchString(name):
		return !publicID.MatchString(v.Value)
	}
	return !publicValue.MatchString(v.Value)
}

// publicID is a key id, which is no secret.
var publicID = regexp.MustCompile(`^A[A-Z]{3}[A-Z0-9]{16}$`)

// NewEnvironment is an environment of these variables.
func NewEnvironment(variables []Variable) *Environment { return &Environment{variables: variables} }

// Hide notes a name that the project sets and the host keeps from programs.
func (e *Environment) Hide(name string) { e.hidden = append(e.hidden, name) }

// Hidden are the names that Hide noted.
func (e *Environment) Hidden() []string { return e.hidden }

// Removed are the names that Unset took out.
func (e *Environment) Removed() []string { return e.removed }
