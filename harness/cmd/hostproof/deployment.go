package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness"
)

// defaultKeyAs is the default of --key-as.
const defaultKeyAs = "MY_AWS_ACCESS_KEY_ID,MY_AWS_SECRET_ACCESS_KEY"

// deploymentFlags are those of the commands that deploy a project to a host.
type deploymentFlags struct {
	Host string `help:"The host; hostproof hosts lists them."`
	ownHosts
	Set       map[string]string        `mapsep:"none" help:"Variable in the project's settings, K=V; V may be $${user.accessKeyId} or $${user.secretAccessKey}." placeholder:"K=V"`
	Unset     []string                 `help:"Variable to take out of the environment."`
	KeyAs     string                   `default:"MY_AWS_ACCESS_KEY_ID,MY_AWS_SECRET_ACCESS_KEY" help:"Names under which the project keeps its user's key and secret (${default}); empty for none." placeholder:"ID,SECRET"`
	Allow     []string                 `default:"*" help:"IAM actions that the project's user may do (${default})."`
	RoleAllow map[string]string        `mapsep:"none" help:"IAM actions that one of the host's roles may do, ROLE=ACTION,ACTION." placeholder:"ROLE=ACTIONS"`
	Lifetime  map[string]time.Duration `mapsep:"none" help:"How long the credentials of one of the host's sources last, metadata=10m: an endpoint or a session; negative for expired ones." placeholder:"SOURCE=DURATION"`
	Bucket    []string                 `help:"S3 bucket that the project has."`
	Baked     bool                     `help:"The project's build writes its variables into what is deployed (.env.production): programs see them where the host shows them to builds alone."`
	Fault     []string                 `sep:"none" help:"Misbehaviour on purpose, as often as it says: imds:throttle:3, imds/latest/api/token:hang, bedrock:*:status=503:2, dns:sts.us-east-1.amazonaws.com:servfail:4. Kinds: throttle, status, slow, hang, reset, drop, truncate, malformed; of endpoints stale; of calls revoke, revoke-after; of names nxdomain, servfail, noanswer." placeholder:"TARGET:KIND[=ARG][:TIMES]"`
	Mock      string                   `enum:"embedded,container," default:"" help:"Where the mock AWS runs: embedded or container; by default what HOSTPROOF_MOCK says."`
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
	if c.HostFile != "" && c.KeyAs == defaultKeyAs {
		c.KeyAs = "" // the file has the names
	}
	user := []harness.UserOption{harness.Allow(c.Allow...)}
	if c.KeyAs != "" {
		id, secret, ok := strings.Cut(c.KeyAs, ",")
		if !ok {
			return "", nil, fmt.Errorf("--key-as %s: want two names, ID,SECRET", c.KeyAs)
		}
		user = append(user, harness.KeyAs(id, secret))
		if c.KeyAs == defaultKeyAs {
			user = append(user, harness.Example())
		}
	}
	opts = []harness.Option{harness.WithFixtures(catalog), harness.User("app", user...), harness.WithMock(c.Mock), harness.Faults(c.Fault...)}
	for name, value := range c.Set {
		opts = append(opts, harness.Set(name, value))
	}
	for _, name := range c.Unset {
		opts = append(opts, harness.Unset(name))
	}
	for role, actions := range c.RoleAllow {
		opts = append(opts, harness.RoleAllow(role, strings.Split(actions, ",")...))
	}
	for source, lifetime := range c.Lifetime {
		opts = append(opts, harness.Lifetime(source, lifetime))
	}
	if c.Baked {
		opts = append(opts, harness.Baked())
	}
	for _, name := range c.Bucket {
		opts = append(opts, harness.Bucket(name))
	}
	return host, opts, nil
}
