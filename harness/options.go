package harness

import (
	"io"
	"maps"
	"slices"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/metadata"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// DefaultAccount is the project's own AWS account in a deployment.
const DefaultAccount = deploy.DefaultAccount

// Project is what a user sets, as one value: the same for Go, the command line,
// case files and programs files.
type Project = project.Project

// Option is a project's own setting, or how a deployment runs.
type Option = deploy.Option

// UserOption is a setting of a user.
type UserOption func(*project.User)

// With sets all that a project sets, over what the options before it set; its
// users are added to theirs.
func With(p Project) Option {
	return func(s *deploy.Settings) {
		users := s.Users
		p := p.Normal()
		s.Project = p.Over(s.Project)
		s.Users = slices.Concat(users, p.Users)
	}
}

// User makes an IAM user with one access key in the project's account.
func User(name string, opts ...UserOption) Option {
	return func(s *deploy.Settings) {
		u := project.User{Name: name}
		for _, o := range opts {
			o(&u)
		}
		s.Users = append(s.Users, u)
	}
}

// Allow lets the user do these actions ("bedrock:InvokeModel", "s3:*") on
// everything.
func Allow(actions ...string) UserOption {
	return func(u *project.User) { u.Allow = append(u.Allow, actions...) }
}

// Deny denies the user these actions explicitly.
func Deny(actions ...string) UserOption {
	return func(u *project.User) { u.Deny = append(u.Deny, actions...) }
}

// KeyAs puts the user's key into the project's variables under these names.
func KeyAs(idVariable, secretVariable string) UserOption {
	return func(u *project.User) { u.Key = []string{idVariable, secretVariable} }
}

// Optional marks the user's key as optional: a program that does not use it under
// the names of KeyAs is not reported.
func Optional() UserOption { return func(u *project.User) { u.Example = true } }

// BearerAs puts a long-term Bedrock API key of the user into this variable.
func BearerAs(variable string) UserOption {
	return func(u *project.User) { u.Bearer = variable }
}

// put is an assignment to a map that need not be there yet.
func put[V any](m *map[string]V, name string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[name] = value
}

// Set is a variable in the project's settings. Its value may hold placeholders
// of the user's credentials: ${user.accessKeyId}, ${user.secretAccessKey}.
func Set(name, value string) Option {
	return func(s *deploy.Settings) { put(&s.Set, name, value) }
}

// Unset takes a variable out of the subject's environment, the host's too, as
// "env -u" would in the start command. A name that nothing sets is an error of
// Start.
func Unset(name string) Option {
	return func(s *deploy.Settings) { s.Unset = append(s.Unset, name) }
}

// RoleAllow lets one of the host's roles do these actions on everything. The
// role is named as the fixture calls it ("task"), as IAM does ("app-task", or
// "role/app-task" as in an ARN), or "*" for each role of the host. Without it a
// role may do nothing. A role that the host does not have is an error of Start.
func RoleAllow(role string, actions ...string) Option {
	return changeRole(role, func(r *project.Role) { r.Allow = append(r.Allow, actions...) })
}

// RoleIs makes one of the host's roles, named as in RoleAllow, a role that the
// project's account has already: one that a seed or a call of the IAM API made,
// under the path "/". It keeps its own policies and trust.
func RoleIs(role, name string) Option {
	return changeRole(role, func(r *project.Role) { r.Is = name })
}

func changeRole(role string, change func(*project.Role)) Option {
	return func(s *deploy.Settings) {
		r := s.Roles[role]
		change(&r)
		put(&s.Roles, role, r)
	}
}

// Seed adds accounts and resources to the mock.
func Seed(seed mockaws.Seed) Option {
	return func(s *deploy.Settings) { s.Seeds = append(s.Seeds, seed) }
}

// Bucket adds an S3 bucket of the project's account. A name that breaks S3's rules
// is an error of Start.
func Bucket(name string) Option {
	return func(s *deploy.Settings) { s.Buckets = append(s.Buckets, name) }
}

// Beside puts the deployment on the mock of another one, which must outlive it:
// a developer's laptop next to the host of the program. Both see the same
// accounts; users and roles of one account need names of their own. Subjects of
// the two run one after another, or their exchanges mix.
func Beside(other *Deployment) Option { return func(s *deploy.Settings) { s.Beside = other } }

// WithMock says where the mock runs, "embedded" or "container"; by default
// what HOSTPROOF_MOCK says.
func WithMock(mode string) Option { return func(s *deploy.Settings) { s.Mock = mode } }

// WithIsolation says how a subject is kept from real networks and led to the
// mock: isolation.Endpoint, isolation.Sandbox, isolation.Container (for images:
// see Image) or isolation.Auto. By default it is
// what HOSTPROOF_ISOLATION says, or else Auto. Go functions always run under
// isolation.Endpoint.
func WithIsolation(mode isolation.Mode) Option {
	return func(s *deploy.Settings) { s.Isolation = mode }
}

// PassThrough keeps a service of this machine, such as a local database, within
// reach of subjects: [HOST:]PORT[=TO] as isolation.ParsePassThrough reads it,
// "5432" or "db.internal:5432=127.0.0.1:15432". Everything else that a subject
// calls, other than AWS and what its host has, stays refused.
func PassThrough(services ...string) Option {
	return func(s *deploy.Settings) { s.PassThrough = append(s.PassThrough, services...) }
}

// WithFixtures takes hosts from another catalog than the built-in one.
func WithFixtures(c *fixtures.Catalog) Option { return func(s *deploy.Settings) { s.Catalog = c } }

// WithTimeout bounds each run of a subject, by more than 0; the default is a
// minute.
func WithTimeout(d time.Duration) Option { return func(s *deploy.Settings) { s.Timeout = &d } }

// WithOutput copies what subjects print, as they print it.
func WithOutput(stdout, stderr io.Writer) Option {
	return func(s *deploy.Settings) { s.Stdout, s.Stderr = stdout, stderr }
}

// Lifetime says how long the credentials of one of the host's sources last, by
// the fixture's name for it: an endpoint ("metadata", "task"), from each time it
// issues some, or a session, from the deployment on. Negative is one that has
// expired. How long they last on the host stands in its fixture. The source "sts"
// is what STS itself gives to the program.
func Lifetime(source string, lifetime time.Duration) Option {
	return func(s *deploy.Settings) { put(&s.Lifetime, source, lifetime) }
}

// TokenLifetime says how long the tokens of one of the host's issuers are valid,
// by the fixture's name for it.
func TokenLifetime(issuer string, lifetime time.Duration) Option {
	return changeTokens(issuer, func(t *project.Issuer) { t.Lifetime = lifetime })
}

// Fault makes AWS calls misbehave on purpose, by their names: "bedrock:Converse",
// "sts:*", "*". Calls to an OpenID Connect issuer count as calls: with
// "oidc:openid-configuration" and "oidc:jwks" STS cannot fetch an issuer's keys.
//
//	harness.Fault("bedrock:*", fault.Throttle(2))
//	harness.Fault("sts:*", fault.Status(503, 1))
func Fault(call string, f fault.Fault) Option {
	return plan(project.Planned{Plane: fault.Calls, Fault: f.On(call)})
}

// EndpointFault makes one of the host's credential endpoints misbehave on
// purpose, by the fixture's name for it ("metadata", "task") or by its kind
// ("imds", "ecs").
//
//	harness.EndpointFault("imds", fault.Hang(1).At("PUT", "/latest/api/token"))
func EndpointFault(endpoint string, f fault.Fault) Option {
	return plan(project.Planned{Plane: fault.Endpoints, Endpoint: endpoint, Fault: f})
}

func plan(f project.Planned) Option {
	return func(s *deploy.Settings) { s.Planned = append(s.Planned, f) }
}

// NameFault makes lookups of a name fail on purpose, or of names such as
// "*.amazonaws.com". It needs isolation.Sandbox or isolation.Container, whose
// resolver it is.
//
//	harness.NameFault("sts.us-east-1.amazonaws.com", fault.ServFail(2))
func NameFault(name string, f fault.Fault) Option {
	return plan(project.Planned{Plane: fault.Names, Fault: f.Of(name)})
}

// Faults are misbehaviours as a person writes them down, TARGET:KIND[=ARGUMENT][:TIMES]
// as fault.Parse reads it. The target is a call ("bedrock:*", "*"), an endpoint by
// name or kind with a path or not ("imds", "imds/latest/api/token"), or "dns:" and
// a name.
func Faults(texts ...string) Option {
	return func(s *deploy.Settings) { s.Project.Faults = append(s.Project.Faults, texts...) }
}

// OnLookup calls a function at each request to one of the host's credential
// endpoints, one at a time.
func OnLookup(f func(metadata.Lookup)) Option { return func(s *deploy.Settings) { s.OnLookup = f } }

// WithoutRole takes the role away from one of the host's credential endpoints,
// by the fixture's name for it: an instance without a profile, a task without a
// task role whose variable was copied.
func WithoutRole(endpoint string) Option {
	return func(s *deploy.Settings) { s.WithoutRole = append(s.WithoutRole, endpoint) }
}

// Baked says that the project's build writes its variables into what is
// deployed, such as .env.production: a program then finds them also on a host
// that shows them to builds alone, as Amplify Hosting does.
func Baked() Option { return func(s *deploy.Settings) { s.Baked = true } }

// SubjectClock gives subjects a wall clock of their own, which is that far ahead
// of AWS's, or behind it where negative; zero is one that goes with AWS's
// (Deployment.Advance). The program stays as it is: libfaketime (Debian package
// faketime) is preloaded, by variables that the Result lists as wiring. It moves
// the clock alone; timers and waits run in real time.
//
// A program that is linked statically cannot be reached that way, nor one
// written in Go, unless it was built with the overlay of package
// harness/goclock, nor an image: Run says so. Under libfaketime 0.9.10 the
// time.sleep of Python 3.11 and newer fails with EINVAL; a project that sets
// FAKETIME_DONT_FAKE_MONOTONIC=0 has timers faked too, and then it works, but
// other waits with a time limit may not end.
func SubjectClock(ahead time.Duration) Option {
	return func(s *deploy.Settings) { s.SubjectClock = &ahead }
}

// TokenClaims states other claims than the host's in the tokens of one of its
// issuers, by the fixture's name for it ("vercel"): another environment, another
// repository. A claim that is nil is left out.
func TokenClaims(issuer string, claims map[string]any) Option {
	return changeTokens(issuer, func(t *project.Issuer) {
		all := map[string]any{}
		maps.Copy(all, t.Claims)
		maps.Copy(all, claims)
		t.Claims = all
	})
}

// TokenDefect makes the tokens of one of the host's issuers wrong on purpose:
// expired, signed with another key, for another audience.
func TokenDefect(issuer string, defect oidc.Defect) Option {
	return changeTokens(issuer, func(t *project.Issuer) { t.Defect = defect })
}

// IssuerDown makes one of the host's issuers unreachable for AWS.
func IssuerDown(issuer string) Option {
	return changeTokens(issuer, func(t *project.Issuer) { t.Down = true })
}

// ProviderAudience adds client ids to the account's OIDC provider for one of the
// host's issuers: audiences that a token may have in addition to the host's own.
func ProviderAudience(issuer string, clientIDs ...string) Option {
	return changeTokens(issuer, func(t *project.Issuer) { t.Audience = append(slices.Clip(t.Audience), clientIDs...) })
}

// RoleTrust gives one of the host's roles, by the fixture's name for it, another
// trust policy, a document in JSON. It may have placeholders, such as
// ${issuer.vercel.arn}.
func RoleTrust(role, policy string) Option {
	return changeRole(role, func(r *project.Role) { r.Trust = policy })
}

func changeTokens(issuer string, change func(*project.Issuer)) Option {
	return func(s *deploy.Settings) {
		t := s.Issuers[issuer]
		change(&t)
		put(&s.Issuers, issuer, t)
	}
}
