package deploy

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation/sandbox"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// facts are what public sources say of a host, as testdata/facts.yaml has them.
type facts struct {
	Host, Source, Also string
	Variables          map[string]string
	Absent, Files      []string
	Tokens             []struct {
		Iss, Aud, Sub string
		Life          time.Duration
		Claims        map[string]string
	}
	Endpoints []struct {
		URL  string
		Life time.Duration
		// Of instance metadata, where they are given.
		Tokens   string
		HopLimit int `yaml:"hopLimit"`
		Hops     int
	}
	Sessions []time.Duration
	// Reserved are names that a project cannot set; Trusted are the services that may
	// assume the host's roles; Locations have the AWS region of each of the vendor's
	// own; TotalBytes is the most that all variables may have together.
	Reserved, Trusted []string
	Locations         map[string]string
	TotalBytes        int `yaml:"totalBytes"`
	// ValueBytes is the most that one variable may have. Roles are the names of roles in
	// IAM, with their paths.
	ValueBytes int `yaml:"valueBytes"`
	Roles      []string
}

func readFacts(t *testing.T) (out []facts) {
	t.Helper()
	data, err := os.Open("testdata/facts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	read := yaml.NewDecoder(data)
	read.KnownFields(true)
	if err := read.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// whole reports whether a pattern matches whole texts only.
func whole(t *testing.T, pattern, text string) bool {
	t.Helper()
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		t.Fatal(err)
	}
	return re.MatchString(text)
}

// TestHostsShowWhatTheirSourcesSay lays each host out as a program finds it there,
// with everything at its own address, and holds it to what its sources say.
func TestHostsShowWhatTheirSourcesSay(t *testing.T) {
	for _, want := range readFacts(t) {
		t.Run(want.Host, func(t *testing.T) {
			t.Parallel()
			if !strings.HasPrefix(want.Source, "https://") || len(want.Variables)+len(want.Absent) == 0 {
				t.Fatalf("no facts with a source: %+v", want)
			}
			d := start(t, want.Host, project.Project{})
			l, env, err := d.env.lay(sandbox.Backend{})
			if err != nil {
				t.Fatal(err)
			}
			want.variables(t, env)
			want.files(t, slices.Collect(maps.Keys(l.contents)), d.env.dir)
			want.tokens(t, d)
			want.endpoints(t, d, l)
			want.sessions(t, d)
			want.rules(t, d.site.host)
		})
	}
}

func (want *facts) variables(t *testing.T, env *ledger.Environment) {
	t.Helper()
	for name, pattern := range want.Variables {
		if value, there := env.Lookup(name); !there || !whole(t, pattern, value) {
			t.Errorf("variable %s: there %v, %q, want %s (%s)", name, there, value, pattern, want.Source)
		}
	}
	for _, name := range want.Absent {
		if _, there := env.Lookup(name); there && env.SetBy(name) == ledger.ByHost {
			t.Errorf("variable %s is there (%s)", name, want.Source)
		}
	}
	for _, v := range env.Variables() {
		if _, known := want.Variables[v.Name]; v.SetBy == ledger.ByHost && strings.HasPrefix(v.Name, "AWS_") && !known {
			t.Errorf("variable %s=%s is there, which no source has: add it to the facts with one", v.Name, v.Value)
		}
	}
}

func (want *facts) files(t *testing.T, paths []string, home string) {
	t.Helper()
	for _, pattern := range want.Files {
		pattern = strings.Replace(pattern, "~", regexp.QuoteMeta(home), 1)
		if !slices.ContainsFunc(paths, func(path string) bool { return whole(t, pattern, path) }) {
			t.Errorf("no file %s (%s): %v", pattern, want.Source, paths)
		}
	}
}

func (want *facts) tokens(t *testing.T, d *Deployment) {
	t.Helper()
	if len(want.Tokens) != len(d.site.host.Issuers) {
		t.Errorf("%d issuers, want %d", len(d.site.host.Issuers), len(want.Tokens))
		return
	}
	for i, fact := range want.Tokens {
		minted, err := d.ids.mint(t.Context(), d.site.host.Issuers[i].Name, "")
		if err != nil {
			t.Fatal(err)
		}
		token, err := oidc.Parse(minted)
		if err != nil {
			t.Fatal(err)
		}
		if !whole(t, fact.Iss, token.Issuer) || !whole(t, fact.Aud, strings.Join(token.Audience, " ")) ||
			!whole(t, fact.Sub, token.Subject) {
			t.Errorf(
				"a token of %s for %v about %s, want %+v (%s)",
				token.Issuer,
				token.Audience,
				token.Subject,
				fact,
				want.Source,
			)
		}
		if life := token.Expiry.Sub(token.IssuedAt); life != fact.Life {
			t.Errorf("a token of %s lives for %v, want %v (%s)", token.Issuer, life, fact.Life, want.Source)
		}
		for name, pattern := range fact.Claims {
			if value, _ := token.Claims[name].(string); !whole(t, pattern, value) {
				t.Errorf("a token of %s has %s %v, want %s (%s)", token.Issuer, name, token.Claims[name], pattern,
					want.Source)
			}
		}
	}
}

func (want *facts) endpoints(t *testing.T, d *Deployment, l *layout) {
	t.Helper()
	for _, fact := range want.Endpoints {
		found := false
		for _, e := range d.site.host.Endpoints {
			if !whole(t, fact.URL, l.values["endpoint."+e.Name+".url"]) {
				continue
			}
			found = true
			if o := e.IMDS; fact.Tokens != "" && (o == nil || o.Tokens != fact.Tokens || o.HopLimit != fact.HopLimit ||
				o.Hops != fact.Hops) {
				t.Errorf("instance metadata is %+v, want %+v (%s)", o, fact, want.Source)
			}
			c, err := d.points.vend(t.Context(), e)
			if err != nil {
				t.Fatal(err)
			}
			if life := c.Expiration.Sub(c.LastUpdated).Round(time.Minute); life != fact.Life {
				t.Errorf("credentials of %s live for %v, want %v", fact.URL, life, fact.Life)
			}
		}
		if !found {
			t.Errorf("no endpoint %s (%s): %v", fact.URL, want.Source, l.values)
		}
	}
}

func (want *facts) sessions(t *testing.T, d *Deployment) {
	t.Helper()
	for i, life := range want.Sessions {
		if i >= len(d.ids.applied.Sessions) {
			t.Fatalf("%d sessions, want %d", len(d.ids.applied.Sessions), len(want.Sessions))
		}
		if got := d.ids.applied.Sessions[i].Expiration.Sub(d.Now()).Round(time.Minute); got != life {
			t.Errorf("the session lives for %v, want %v (%s)", got, life, want.Source)
		}
	}
}

// rules are what the host does with names, roles and regions.
func (want *facts) rules(t *testing.T, h *fixtures.Host) {
	t.Helper()
	for _, name := range want.Reserved {
		if _, reserved := h.ReservedName(name); !reserved {
			t.Errorf("a project may set %s (%s)", name, want.Source)
		}
	}
	var trusted []string
	for _, r := range h.Roles {
		trusted = append(trusted, r.TrustService...)
	}
	if h.Platform != nil {
		trusted = append(trusted, h.Platform.TrustedService())
	}
	slices.Sort(trusted)
	if trusted = slices.Compact(trusted); len(want.Trusted) > 0 && !slices.Equal(trusted, want.Trusted) {
		t.Errorf("roles trust %v, want %v (%s)", trusted, want.Trusted, want.Source)
	}
	for _, l := range h.Locations {
		if region, known := want.Locations[l.Name]; known && l.Region != region {
			t.Errorf("location %s is in %s, want %s (%s)", l.Name, l.Region, region, want.Source)
		}
		delete(want.Locations, l.Name)
	}
	if len(want.Locations) > 0 {
		t.Errorf("the host has not the locations %v (%s)", want.Locations, want.Source)
	}
	var roles []string
	for _, r := range h.Roles {
		roles = append(roles, strings.TrimPrefix(r.Path, "/")+r.RoleName)
	}
	for _, role := range want.Roles {
		if !slices.Contains(roles, role) {
			t.Errorf("no role %s (%s): %v", role, want.Source, roles)
		}
	}
	if p := h.ProjectVariables; want.ValueBytes > 0 && (p == nil || p.MaxValueBytes != want.ValueBytes) {
		t.Errorf("a variable may have %+v, want %d bytes (%s)", p, want.ValueBytes, want.Source)
	}
	if p := h.ProjectVariables; want.TotalBytes > 0 && (p == nil || p.MaxTotalBytes != want.TotalBytes) {
		t.Errorf("variables may have %+v, want %d bytes (%s)", p, want.TotalBytes, want.Source)
	}
}

// TestEveryVariableHasASource holds each variable of each host to the page that has its
// name and its form: a name with a wrong letter would be one that no program looks for.
func TestEveryVariableHasASource(t *testing.T) {
	known := patterns(t)
	for _, h := range fixtures.Builtin().Hosts() {
		t.Run(h.Name, func(t *testing.T) {
			t.Parallel()
			d := start(t, h.Name, project.Project{})
			_, env, err := d.env.lay(sandbox.Backend{})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range env.Variables() {
				if pattern := known(h, v.Name); v.SetBy == ledger.ByHost && !whole(t, pattern, v.Value) {
					t.Errorf("%s=%s, want %q: neither names.yaml nor a fact of this host has it so", v.Name, v.Value,
						pattern)
				}
			}
		})
	}
}

// page is what one public page says of variables, as testdata/names.yaml has it.
type page struct {
	Source    string
	Hosts     []string
	Variables map[string]string
}

func readPages(t *testing.T) (out []page) {
	t.Helper()
	data, err := os.ReadFile("testdata/names.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// patterns are what public pages say that a variable holds on a host: a fact of the host,
// or of one that it extends, or else of a page about the host, or of any page.
func patterns(t *testing.T) func(h *fixtures.Host, name string) string {
	t.Helper()
	anywhere, own, paged := map[string]string{}, map[string]map[string]string{}, map[string]map[string]string{}
	for _, p := range readPages(t) {
		maps.Copy(anywhere, p.Variables)
		for _, host := range p.Hosts {
			if paged[host] == nil {
				paged[host] = map[string]string{}
			}
			maps.Copy(paged[host], p.Variables)
		}
	}
	for _, f := range readFacts(t) {
		own[f.Host] = f.Variables
	}
	return func(h *fixtures.Host, name string) string {
		if pattern, here := paged[h.Name][name]; here {
			return pattern
		}
		for h != nil {
			if pattern, here := own[h.Name][name]; here {
				return pattern
			}
			h, _ = fixtures.Builtin().Host(h.Extends)
		}
		return anywhere[name]
	}
}

// TestHostsSetWhatPagesList: a variable that a page lists for every program on a host is
// there.
func TestHostsSetWhatPagesList(t *testing.T) {
	for _, p := range readPages(t) {
		for _, name := range p.Hosts {
			_, env, err := start(t, name, project.Project{}).env.lay(sandbox.Backend{})
			if err != nil {
				t.Fatal(err)
			}
			for v := range p.Variables {
				if _, there := env.Lookup(v); !there || env.SetBy(v) != ledger.ByHost {
					t.Errorf("%s does not set %s (%s)", name, v, p.Source)
				}
			}
		}
	}
}

// TestRolesTrustServices: a service is named as AWS names it, or its sessions would be of
// a role that nobody may assume.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
func TestRolesTrustServices(t *testing.T) {
	known := []string{
		"amplify.amazonaws.com", "build.apprunner.amazonaws.com", "codebuild.amazonaws.com", "ec2.amazonaws.com",
		"ecs-tasks.amazonaws.com", "lambda.amazonaws.com", "pods.eks.amazonaws.com", "tasks.apprunner.amazonaws.com",
	}
	for _, h := range fixtures.Builtin().Hosts() {
		for _, r := range h.Roles {
			for _, service := range r.TrustService {
				if !slices.Contains(known, service) {
					t.Errorf("%s: role %s trusts %q", h.Name, r.Name, service)
				}
			}
		}
	}
}

// TestATokenAgreesWithItsJob: GitHub's token has what the job's variables have, each claim
// by the name of its variable.
// https://docs.github.com/en/actions/reference/security/oidc#oidc-token-claims
func TestATokenAgreesWithItsJob(t *testing.T) {
	for _, name := range []string{"github-actions-oidc", "github-actions-oidc-names"} {
		d := start(t, name, project.Project{})
		_, env, err := d.env.lay(sandbox.Backend{})
		if err != nil {
			t.Fatal(err)
		}
		minted, err := d.ids.mint(t.Context(), d.site.host.Issuers[0].Name, "")
		if err != nil {
			t.Fatal(err)
		}
		token, err := oidc.Parse(minted)
		if err != nil {
			t.Fatal(err)
		}
		for _, claim := range []string{
			"repository", "repository_id", "repository_owner", "repository_owner_id", "ref", "ref_type", "event_name",
			"workflow",
		} {
			value, there := env.Lookup("GITHUB_" + strings.ToUpper(claim))
			if !there || token.Claims[claim] != value {
				t.Errorf("%s: the token's %s is %v, the variable %q", name, claim, token.Claims[claim], value)
			}
		}
		at := value(t, env, "GITHUB_REPOSITORY") + "/.github/workflows/" + value(t, env, "GITHUB_WORKFLOW") + ".yml@" +
			value(t, env, "GITHUB_REF")
		if token.Claims["job_workflow_ref"] != at {
			t.Errorf("%s: the token's workflow is %v, want %s", name, token.Claims["job_workflow_ref"], at)
		}
	}
}

func value(t *testing.T, env *ledger.Environment, name string) string {
	t.Helper()
	v, there := env.Lookup(name)
	if !there {
		t.Errorf("no variable %s", name)
	}
	return v
}
