package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/project"
)

// deploymentFlags are those of the commands that deploy a project to one host.
type deploymentFlags struct {
	Host string `help:"The host; hostproof hosts lists them." placeholder:"NAME"`
	ownHosts
	projectFlags
	Mock string `enum:"embedded,container," default:"" help:"${help_mock}"`
}

// projectFlags say what a project sets, on whatever host.
type projectFlags struct {
	Set       map[string]string        `mapsep:"none" help:"Project variable; V may hold $${user.accessKeyId}, $${user.secretAccessKey}, $${region}." placeholder:"K=V"`
	EnvFile   string                   `help:"${help_env_file}" placeholder:"FILE"`
	Unset     names                    `help:"${help_unset}" placeholder:"NAME,..."`
	KeyAs     *string                  `help:"${help_key_as}" placeholder:"ID,SECRET"`
	BearerAs  string                   `help:"${help_bearer_as}" placeholder:"NAME"`
	Allow     names                    `help:"${help_allow}" placeholder:"ACTION,..."`
	RoleAllow map[string]string        `mapsep:"none" help:"${help_role_allow}" placeholder:"ROLE=ACTIONS"`
	Lifetime  map[string]time.Duration `mapsep:"none" help:"${help_lifetime}" placeholder:"SOURCE=DURATION"`
	Bucket    names                    `help:"${help_bucket}" placeholder:"NAME,..."`
	Baked     bool                     `help:"${help_baked}"`
	AtInit    bool                     `help:"${help_at_init}"`
	Fault     []string                 `sep:"none" help:"${help_fault}" placeholder:"TARGET:KIND[=ARG][:TIMES]"`
}

// programFlags say how a program runs that this command starts.
type programFlags struct {
	Pass    []string       `help:"${help_pass}" placeholder:"[HOST:]PORT[=TO]"`
	Clock   *time.Duration `name:"subject-clock" help:"${help_clock}" placeholder:"DURATION"`
	Timeout time.Duration  `default:"1m" help:"${help_timeout}"`
}

func (f *programFlags) options() ([]harness.Option, error) {
	if err := harness.CheckTimeout(f.Timeout); err != nil {
		return nil, fmt.Errorf("--timeout: %w", err)
	}
	out := []harness.Option{harness.WithTimeout(f.Timeout), harness.PassThrough(f.Pass...)}
	if f.Clock != nil {
		out = append(out, harness.SubjectClock(*f.Clock))
	}
	return out, nil
}

// project is what the flags say.
func (f *projectFlags) project() (project.Project, error) {
	p := project.Project{
		Unset: f.Unset, BearerAs: f.BearerAs, Allow: f.Allow, Lifetime: f.Lifetime, Buckets: f.Bucket,
		Baked: f.Baked, AtInit: f.AtInit, Faults: f.Fault, Set: map[string]string{},
	}
	if f.EnvFile != "" {
		var err error
		if p.Set, err = readEnvFile(f.EnvFile); err != nil {
			return p, err
		}
	}
	for name, value := range f.Set {
		if name == "" {
			return p, fmt.Errorf("--set =%s has no name: want K=V", value)
		}
		p.Set[name] = value
	}
	if f.KeyAs != nil {
		var err error
		if p.KeyAs, err = keyNames(*f.KeyAs); err != nil {
			return p, err
		}
	}
	for role, actions := range f.RoleAllow {
		if p.RoleAllow == nil {
			p.RoleAllow = map[string][]string{}
		}
		p.RoleAllow[role] = strings.Split(actions, ",")
	}
	for _, name := range f.Bucket {
		if err := harness.CheckBucketName(name); err != nil {
			return p, fmt.Errorf("--bucket: %w", err)
		}
	}
	return p, nil
}

// keyNames reads ID,SECRET; an empty text is no names at all.
func keyNames(text string) ([]string, error) {
	if text == "" {
		return []string{}, nil
	}
	names := strings.Split(text, ",")
	if len(names) != 2 || names[0] == "" || names[1] == "" {
		return nil, fmt.Errorf("--key-as %s: want two names of variables, ID,SECRET, or an empty text for none", text)
	}
	if names[0] == names[1] {
		return nil, fmt.Errorf("--key-as %s: the key's id and its secret cannot be in one variable: give two names", text)
	}
	return names, nil
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

// options are the host and what the flags say of the project.
func (c *deploymentFlags) options() (host string, opts []harness.Option, err error) {
	catalog, host, err := c.catalog()
	switch {
	case err != nil:
		return "", nil, err
	case host != "" && c.Host != "" && c.Host != host:
		return "", nil, fmt.Errorf("--host %s and --host-file %s, which is of host %s: give one of them", c.Host, c.HostFile, host)
	case host == "":
		host = c.Host
	}
	if host == "" {
		return "", nil, errors.New("no host: give --host NAME (hostproof hosts lists them) or --host-file FILE")
	}
	p, err := c.onHost(catalog, host)
	if err != nil {
		return "", nil, err
	}
	return host, append(p.Options(), harness.WithFixtures(catalog), harness.WithMock(c.Mock)), nil
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
	if c.HostFile != "" && p.KeyAs == nil {
		p.KeyAs = []string{} // the file has the names
	}
	return p, p.Check([]*fixtures.Host{h})
}
