package harness

import (
	"io"
	"slices"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// DefaultAccount is the project's own AWS account in a deployment.
const DefaultAccount = "111122223333"

// Project is what a user sets, as one value: the same for Go, the command line,
// case files and programs files.
type Project = project.Project

// settings are what options set: the project, and what only Go code can give.
type settings struct {
	Project
	catalog  *fixtures.Catalog
	beside   *Deployment
	onLookup func(metadata.Lookup)
	stdout   io.Writer
	stderr   io.Writer
	// passThrough is read from the project's texts.
	passThrough []isolation.PassThrough
}

// Option is a project's own setting, or how a deployment runs.
type Option func(*settings)

// UserOption is a setting of a user.
type UserOption func(*project.User)

// With sets all that a project sets, over what the options before it set; its
// users are added to theirs.
func With(p Project) Option {
	return func(s *settings) {
		users := s.Users
		p := p.Normal()
		s.Project = p.Over(s.Project)
		s.Users = slices.Concat(users, p.Users)
	}
}

// ProjectOf is the project that options set. What only Go code can give is not in
// it: a catalog, another deployment's mock, functions and writers.
func ProjectOf(opts ...Option) Project {
	var s settings
	for _, o := range opts {
		o(&s)
	}
	return s.Project
}

// User makes an IAM user with one access key in the project's account.
func User(name string, opts ...UserOption) Option {
	return func(s *settings) {
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

// Example says that the names of KeyAs are only an offer: that a program does
// not use the key there tells nothing about it.
func Example() UserOption { return func(u *project.User) { u.Example = true } }

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
	return func(s *settings) { put(&s.Set, name, value) }
}

// Unset takes a variable out of the subject's environment, the host's too, as
// "env -u" would in the start command. A name that nothing sets is an error of
// Start.
func Unset(name string) Option {
	return func(s *settings) { s.Unset = append(s.Unset, name) }
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
	return func(s *settings) {
		r := s.Roles[role]
		change(&r)
		put(&s.Roles, role, r)
	}
}

// AtInit runs subjects at the moment when a program initialises, at which some
// hosts have not yet set everything that a request finds.
func AtInit() Option { return func(s *settings) { s.AtInit = true } }

// Region is where the host runs the project; by default the fixture's.
func Region(region string) Option { return func(s *settings) { s.Region = region } }

// Account is the project's AWS account.
func Account(id string) Option { return func(s *settings) { s.Account = id } }

// Seed adds accounts and resources to the mock.
func Seed(seed mockaws.Seed) Option {
	return func(s *settings) { s.Seeds = append(s.Seeds, seed) }
}

// Bucket adds an S3 bucket of the project's account. A name that breaks S3's rules
// is an error of Start.
func Bucket(name string) Option {
	return func(s *settings) { s.Buckets = append(s.Buckets, name) }
}

// Beside puts the deployment on the mock of another one, which must outlive it:
// the laptop of a developer beside the host of the program. Both see the same
// accounts; users and roles of one account need names of their own. Subjects of
// the two run one after another, or their exchanges mix.
func Beside(other *Deployment) Option { return func(s *settings) { s.beside = other } }

// WithMock says where the mock runs, "embedded" or "container"; by default
// what HOSTPROOF_MOCK says.
func WithMock(mode string) Option { return func(s *settings) { s.Mock = mode } }

// WithIsolation says how a subject is kept from real networks and led to the
// mock: isolation.Endpoint, isolation.Sandbox, isolation.Container (for images:
// see Image) or isolation.Auto. By default it is
// what HOSTPROOF_ISOLATION says, or else Auto. Go functions always run under
// isolation.Endpoint.
func WithIsolation(mode isolation.Mode) Option { return func(s *settings) { s.Isolation = mode } }

// PassThrough keeps a service of this machine, such as a local database, within
// reach of subjects: [HOST:]PORT[=TO] as isolation.ParsePassThrough reads it,
// "5432" or "db.internal:5432=127.0.0.1:15432". Everything else that a subject
// calls beside AWS and what its host has stays refused.
func PassThrough(services ...string) Option {
	return func(s *settings) { s.PassThrough = append(s.PassThrough, services...) }
}

// WithFixtures takes hosts from another catalog than the built-in one.
func WithFixtures(c *fixtures.Catalog) Option { return func(s *settings) { s.catalog = c } }

// WithTimeout bounds each run of a subject, by more than 0; the default is a
// minute.
func WithTimeout(d time.Duration) Option { return func(s *settings) { s.Timeout = &d } }

// WithOutput copies what subjects print, as they print it.
func WithOutput(stdout, stderr io.Writer) Option {
	return func(s *settings) { s.stdout, s.stderr = stdout, stderr }
}
