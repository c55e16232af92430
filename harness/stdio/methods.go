package stdio

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/contract"
	"github.com/hostproof/hostproof/harness/project"
)

// method works on the parameters of a request.
type method func(ctx context.Context, s *Server, data json.RawMessage) (any, error)

// with reads the parameters of a method.
func with[In any](do func(ctx context.Context, s *Server, in In) (any, error)) method {
	return func(ctx context.Context, s *Server, data json.RawMessage) (any, error) {
		var in In
		if err := params(data, &in); err != nil {
			return nil, err
		}
		return do(ctx, s, in)
	}
}

// in is with for a method that works on a deployment.
func in[In interface{ deployment() string }](
	do func(ctx context.Context, s *Server, d *harness.Deployment, in In) (any, error),
) method {
	return with(func(ctx context.Context, s *Server, in In) (any, error) {
		d, err := s.session.deployment(in.deployment())
		if err != nil {
			return nil, err
		}
		return do(ctx, s, d, in)
	})
}

// deploymentParam names a deployment.
type deploymentParam struct {
	Deployment string `json:"deployment"`
}

func (p deploymentParam) deployment() string { return p.Deployment }

// methods are what can be asked for; "cancel" is another one.
var methods = map[string]method{
	"hello": with(hello), "deploy": with(deploy), "environment": in(environment), "calls": in(calls),
	"run": in(run), "serve": in(serve), "stop": with(stop), "close": with(closeDeployment),
}

func (s *Server) call(ctx context.Context, r request) (any, error) {
	m, ok := methods[r.Method]
	if !ok {
		names := append(slices.Sorted(maps.Keys(methods)), "cancel")
		return nil, wrong(codeMethod, "there is no method %q; there are: %s", r.Method, strings.Join(names, ", "))
	}
	return m(ctx, s, r.Params)
}

// hello says what this is.
func hello(_ context.Context, s *Server, _ struct{}) (any, error) {
	out := map[string]any{"protocol": Version, "result": contract.Version}
	maps.Copy(out, s.About)
	return out, nil
}

// deployed is the answer to "deploy".
type deployed struct {
	Deployment string `json:"deployment"`
	Host       string `json:"host"`
	// Notice says what runs cannot show here; empty where they show all.
	Notice string `json:"notice"`
	// Users are the ARNs of the project's users by their names.
	Users map[string]string `json:"users"`
}

// deployParams say what to deploy, and on which host.
type deployParams struct {
	Host    string          `json:"host"`
	Project json.RawMessage `json:"project"`
	Allow   []string        `json:"allow"`
}

// deploy starts a deployment of a project.
func deploy(ctx context.Context, s *Server, in deployParams) (any, error) {
	p, err := projectFor(in.Host, in.Project, in.Allow)
	if err != nil {
		return nil, wrong(codeParams, "%v", err)
	}
	d, err := harness.Start(ctx, in.Host, harness.With(p))
	if err != nil {
		return nil, err
	}
	out := deployed{Host: in.Host, Notice: d.Notice(), Users: map[string]string{}}
	for _, u := range p.Users {
		out.Users[u.Name] = d.Principal(u.Name)
	}
	out.Deployment = s.session.addDeployment(d)
	return out, nil
}

// projectFor reads a project and holds it to what a host has. What is allowed is so
// for whoever the program may be: the project's user, and each role of the host.
func projectFor(host string, data json.RawMessage, allow []string) (project.Project, error) {
	var p project.Project
	if host == "" {
		return p, wrong(codeParams, "deploy needs the name of a host: hostproof hosts lists them")
	}
	h, err := fixtures.Builtin().Host(host)
	if err != nil {
		return p, err
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &p); err != nil {
			return p, err
		}
	}
	if len(allow) > 0 {
		p = allowing(p, h, allow)
	}
	if problems := p.Problems(); len(problems) > 0 {
		return p, problems[0]
	}
	return p.WithUser(), p.Check([]*fixtures.Host{h})
}

// allowing is a project whose user may do these actions, and so may each role of the
// host that the project says nothing of.
func allowing(p project.Project, h *fixtures.Host, actions []string) project.Project {
	if p.Allow == nil && len(p.Users) == 0 {
		p.Allow = actions
	}
	for i := range p.Users {
		if len(p.Users[i].Allow) == 0 {
			p.Users[i].Allow = actions
		}
	}
	if len(h.Roles) > 0 && p.RoleAllow == nil && p.Roles == nil {
		p.RoleAllow = map[string][]string{"*": actions}
	}
	return p
}

// environment is what a program finds there, for one that is started elsewhere.
func environment(_ context.Context, _ *Server, d *harness.Deployment, _ deploymentParam) (any, error) {
	return EnvironmentOf(d)
}

// closeDeployment ends a deployment.
func closeDeployment(ctx context.Context, s *Server, in deploymentParam) (any, error) {
	return struct{}{}, s.session.close(context.WithoutCancel(ctx), in.Deployment)
}

// callsParams name a deployment, and the exchange after which calls are asked for.
type callsParams struct {
	deploymentParam
	Since int64 `json:"since"`
}

// calls are what the mock has recorded after an exchange, for programs that were
// started elsewhere.
func calls(ctx context.Context, _ *Server, d *harness.Deployment, in callsParams) (any, error) {
	exchanges, err := d.Mock().Admin.Journal(ctx, in.Since)
	if err != nil {
		return nil, err
	}
	return contract.CallsOf(exchanges), nil
}
