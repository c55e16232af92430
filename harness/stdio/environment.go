package stdio

import (
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/ledger"
)

// Environment is what a program finds on a host, for one that is started elsewhere. The
// credentials in it are made up, and no other mock takes them.
type Environment struct {
	Variables []Variable `json:"variables"`
	// RequestHeaders are what the platform adds to each request that a server gets.
	RequestHeaders map[string]string `json:"requestHeaders"`
}

// Variable is one variable of an environment, with its value.
type Variable struct {
	Name  string       `json:"name"`
	Value string       `json:"value"`
	SetBy ledger.SetBy `json:"setBy"`
}

// EnvironmentOf is the environment of a deployment.
func EnvironmentOf(d *harness.Deployment) (*Environment, error) {
	env, err := d.Environment()
	if err != nil {
		return nil, err
	}
	headers, err := d.RequestHeaders()
	if err != nil {
		return nil, err
	}
	out := &Environment{Variables: []Variable{}, RequestHeaders: map[string]string{}}
	for _, v := range env.Variables() {
		out.Variables = append(out.Variables, Variable{v.Name, v.Value, v.SetBy})
	}
	for name := range headers {
		out.RequestHeaders[name] = headers.Get(name)
	}
	return out, nil
}
