package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/harness/starter"
)

// deploymentFlags are the flags of the commands that deploy a project to one host.
type deploymentFlags struct {
	Host string `help:"The host; hostproof hosts lists them." placeholder:"NAME" predictor:"host"`
	ownHosts
	projectFlags
}

// projectFlags say what a project sets, on whatever host.
type projectFlags struct {
	Project project.Project `embed:""`
	EnvFile string          `help:"${help_env_file}" placeholder:"FILE" group:"variables"`
}

// project is what the flags say.
func (f *projectFlags) project() (project.Project, error) {
	p := f.Project.Clone()
	if f.EnvFile != "" {
		set, err := readEnvFile(f.EnvFile)
		if err != nil {
			return p, err
		}
		p = p.Over(project.Project{Set: set})
	}
	if problems := p.Problems(); len(problems) > 0 {
		return p, ofFlag(problems[0])
	}
	return p, nil
}

// ofFlag says by which flag a setting was given.
func ofFlag(err error) error {
	var of *project.Problem
	if !errors.As(err, &of) {
		return err
	}
	for _, s := range project.Settings() {
		if s.Key == of.Key {
			return fmt.Errorf("--%s: %s", s.Flag, of.Text)
		}
	}
	return err
}

func readEnvFile(file string) (map[string]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("--env-file: %w", err)
	}
	defer f.Close()
	set, err := project.ReadEnv(f)
	if err != nil {
		return nil, fmt.Errorf("--env-file %s: %w", file, err)
	}
	return set, nil
}

// noHost asks for a host, and names those that the files of a project speak of.
func noHost(project fs.FS) error {
	if signs := starter.Look(project).Signs; len(signs) > 0 {
		return fmt.Errorf("no host: give --host %s (%s: %s), or another (hostproof hosts lists them)",
			strings.Join(signs[0].Hosts, " or "), signs[0].File, signs[0].Says)
	}
	return errors.New("no host: give --host NAME (hostproof hosts lists them) or --host-file FILE")
}

// options are the host and what the flags say of the project.
func (c *deploymentFlags) options() (host string, opts []harness.Option, err error) {
	catalog, host, err := c.catalog()
	switch {
	case err != nil:
		return "", nil, err
	case host != "" && c.Host != "" && c.Host != host:
		return "", nil, fmt.Errorf("--host %s and --host-file %s, which is of host %s: give one of them", c.Host,
			c.HostFile, host)
	case host == "":
		host = c.Host
	}
	if host == "" {
		return "", nil, noHost(os.DirFS("."))
	}
	p, err := c.onHost(catalog, host)
	if err != nil {
		return "", nil, err
	}
	return host, []harness.Option{harness.With(p.WithUser()), harness.WithFixtures(catalog)}, nil
}

// onHost is the project of the flags, checked for a host.
func (c *deploymentFlags) onHost(catalog *fixtures.Catalog, host string) (project.Project, error) {
	h, err := catalog.Host(host)
	if err != nil {
		return project.Project{}, err
	}
	p, err := c.project()
	if err != nil {
		return p, err
	}
	if c.HostFile != "" && p.KeyAs == nil && len(p.Users) == 0 {
		p.KeyAs = []string{} // the file has the names
	}
	return p, p.Check([]*fixtures.Host{h})
}
