package stdio

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/contract"
)

// program says what to start, and where.
type program struct {
	deploymentParam
	Command []string `json:"command"`
	Dir     string   `json:"dir"`   // absolute; empty for a temporary one
	Stdin   string   `json:"stdin"` // what the program reads
}

// subject is the program of a request.
func (p program) subject() (harness.Subject, error) {
	switch {
	case len(p.Command) == 0 || p.Command[0] == "":
		return nil, wrong(codeParams, `name the program: "command": ["node", "app.mjs"]`)
	case p.Dir != "" && !filepath.IsAbs(p.Dir):
		return nil, wrong(codeParams, "dir %q is not absolute: hostproof may run in another folder than you", p.Dir)
	}
	command := harness.Command(p.Command[0], p.Command[1:]...).In(p.Dir)
	command.Stdin = strings.NewReader(p.Stdin)
	return command, nil
}

// run runs a program to its end.
func run(ctx context.Context, _ *Server, d *harness.Deployment, in program) (any, error) {
	subject, err := in.subject()
	if err != nil {
		return nil, err
	}
	r, err := d.Run(ctx, subject)
	if err != nil {
		return nil, err
	}
	return contract.Of(r), nil
}

// serverProgram is a program that is a server.
type serverProgram struct {
	program
	Port uint16 `json:"port"`
}

// serve starts a program that is a server, and opens a port of this machine for it.
func serve(ctx context.Context, s *Server, d *harness.Deployment, in serverProgram) (any, error) {
	subject, err := in.subject()
	if err != nil {
		return nil, err
	}
	served, err := d.Serve(s.session.ctx, subject, in.Port) // it outlives the request
	if err != nil {
		return nil, err
	}
	url, err := served.Listen()
	if err != nil || ctx.Err() != nil {
		_, _ = served.Close() // the first error is the one to report
		return nil, err
	}
	return map[string]string{"server": s.session.addServer(in.Deployment, served), "url": url}, nil
}

// serverParam names a server.
type serverParam struct {
	Server string `json:"server"`
}

// stop stops a server and says what it did.
func stop(_ context.Context, s *Server, in serverParam) (any, error) {
	served, err := s.session.takeServer(in.Server)
	if err != nil {
		return nil, err
	}
	r, err := served.Close()
	if err != nil {
		return nil, err
	}
	return contract.Of(r), nil
}
