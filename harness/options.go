package harness

import (
	"io"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/metadata"
)

// DefaultAccount is the project's own AWS account in a deployment.
const DefaultAccount = "111122223333"

// settings are what options set.
type settings struct {
	catalog   *fixtures.Catalog
	mock      string
	beside    *Deployment
	mode      isolation.Mode
	account   string
	region    string // "" = the host's
	timeout   time.Duration
	users     []userSettings
	set       []assignment // the project's own variables, in order
	unset     []string
	roleAllow map[string][]string      // by the fixture's name of the role
	roleIs    map[string]string        // the same -> the name of a role that exists
	roleTrust map[string]string        // the same -> another trust policy
	tokens    map[string]tokenSettings // by the fixture's name of the issuer
	atInit    bool
	baked     bool
	seeds     []mockaws.Seed
	// services of this machine that stay within reach, and the first option that
	// cannot be
	passThrough []isolation.PassThrough
	wrong       error
	// of the host's sources, by the fixture's name
	lifetimes    map[string]time.Duration
	subjectClock *time.Duration // ahead of AWS; nil: this machine's
	faults       []plannedFault
	// of the host's credential endpoints, by the fixture's name
	withoutRole map[string]bool
	onLookup    func(metadata.Lookup)
	stdout      io.Writer
	stderr      io.Writer
}

type assignment struct{ name, value string }

type userSettings struct {
	name             string
	allow, deny      []string
	idVar, secretVar string
	bearerVar        string
	example          bool
}

// Option is a project's own setting, or how a deployment runs.
type Option func(*settings)

// UserOption is a setting of a user.
type UserOption func(*userSettings)

// User makes an IAM user with one access key in the project's account.
func User(name string, opts ...UserOption) Option {
	return func(s *settings) {
		u := userSettings{name: name}
		for _, o := range opts {
			o(&u)
		}
		s.users = append(s.users, u)
	}
}

// Allow lets the user do these actions ("bedrock:InvokeModel", "s3:*") on
// everything.
func Allow(actions ...string) UserOption {
	return func(u *userSettings) { u.allow = append(u.allow, actions...) }
}

// Deny denies the user these actions explicitly.
func Deny(actions ...string) UserOption {
	return func(u *userSettings) { u.deny = append(u.deny, actions...) }
}

// KeyAs puts the user's key into the project's variables under these names.
func KeyAs(idVariable, secretVariable string) UserOption {
	return func(u *userSettings) { u.idVar, u.secretVar = idVariable, secretVariable }
}

// Example says that the names of KeyAs are only an offer: that a program does
// not use the key there tells nothing about it.
func Example() UserOption { return func(u *userSettings) { u.example = true } }

// BearerAs puts a long-term Bedrock API key of the user into this variable.
func BearerAs(variable string) UserOption {
	return func(u *userSettings) { u.bearerVar = variable }
}

// Set is a variable in the project's settings. Its value may hold placeholders
// of the user's credentials: ${user.accessKeyId}, ${user.secretAccessKey}.
func Set(name, value string) Option {
	return func(s *settings) { s.set = append(s.set, assignment{name, value}) }
}

// Unset takes a variable out of the subject's environment, the host's too, as
// "env -u" would in the start command. A name that nothing sets is an error of
// Start.
func Unset(name string) Option {
	return func(s *settings) { s.unset = append(s.unset, name) }
}

// RoleAllow lets one of the host's roles do these actions on everything. The
// role is named as the fixture calls it ("task"), as IAM does ("app-task", or
// "role/app-task" as in an ARN), or "*" for each role of the host. Without it a
// role may do nothing. A role that the host does not have is an error of Start.
func RoleAllow(role string, actions ...string) Option {
	return func(s *settings) { s.roleAllow[role] = append(s.roleAllow[role], actions...) }
}

// RoleIs makes one of the host's roles, named as in RoleAllow, a role that the
// project's account has already: one that a seed or a call of the IAM API made,
// under the path "/". It keeps its own policies and trust.
func RoleIs(role, name string) Option {
	return func(s *settings) { s.roleIs[role] = name }
}

// AtInit runs subjects at the moment when a program initialises, at which some
// hosts have not yet set everything that a request finds.
func AtInit() Option { return func(s *settings) { s.atInit = true } }

// Region is where the host runs the project; by default the fixture's.
func Region(region string) Option { return func(s *settings) { s.region = region } }

// Account is the project's AWS account.
func Account(id string) Option { return func(s *settings) { s.account = id } }

// Seed adds accounts and resources to the mock.
func Seed(seed mockaws.Seed) Option {
	return func(s *settings) { s.seeds = append(s.seeds, seed) }
}

// Bucket adds an S3 bucket of the project's account. A name that breaks S3's rules
// is an error of Start.
func Bucket(name string) Option {
	return func(s *settings) {
		s.seeds = append(s.seeds, mockaws.Seed{Buckets: []mockaws.BucketSeed{{Name: name, Account: s.account}}})
	}
}

// Beside puts the deployment on the mock of another one, which must outlive it:
// the laptop of a developer beside the host of the program. Both see the same
// accounts; users and roles of one account need names of their own. Subjects of
// the two run one after another, or their exchanges mix.
func Beside(other *Deployment) Option { return func(s *settings) { s.beside = other } }

// WithMock says where the mock runs, "embedded" or "container"; by default
// what HOSTPROOF_MOCK says.
func WithMock(mode string) Option { return func(s *settings) { s.mock = mode } }

// WithIsolation says how a subject is kept from real networks and led to the
// mock: isolation.Endpoint, isolation.Sandbox, isolation.Container (for images:
// see Image) or isolation.Auto. By default it is
// what HOSTPROOF_ISOLATION says, or else Auto. Go functions always run under
// isolation.Endpoint.
func WithIsolation(mode isolation.Mode) Option { return func(s *settings) { s.mode = mode } }

// PassThrough keeps a service of this machine, such as a local database, within
// reach of subjects: [HOST:]PORT[=TO] as isolation.ParsePassThrough reads it,
// "5432" or "db.internal:5432=127.0.0.1:15432". Everything else that a subject
// calls beside AWS and what its host has stays refused.
func PassThrough(services ...string) Option {
	return func(s *settings) {
		for _, text := range services {
			p, err := isolation.ParsePassThrough(text)
			if err != nil && s.wrong == nil {
				s.wrong = &SettingError{err.Error()}
			}
			s.passThrough = append(s.passThrough, p)
		}
	}
}

// WithFixtures takes hosts from another catalog than the built-in one.
func WithFixtures(c *fixtures.Catalog) Option { return func(s *settings) { s.catalog = c } }

// WithTimeout bounds each run of a subject, by more than 0; the default is a
// minute.
func WithTimeout(d time.Duration) Option { return func(s *settings) { s.timeout = d } }

// WithOutput copies what subjects print, as they print it.
func WithOutput(stdout, stderr io.Writer) Option {
	return func(s *settings) { s.stdout, s.stderr = stdout, stderr }
}
