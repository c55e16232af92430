package project

import (
	"time"

	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// Project is what a user sets. Its YAML keys are used in case files and in
// programs files; the name tag is the flag of the command line; Settings has a
// sentence about each, and harness/docs/schema its form. The zero value sets nothing.
type Project struct {
	// KeyAs, BearerAs, Allow and Deny are a short form for a single user: see User.
	// A nil KeyAs stands for DefaultKeyAs; an empty one for the names that projects
	// on the host have, if any. A nil Allow stands for all actions.
	KeyAs    []string `yaml:"keyAs,omitempty,flow" json:"keyAs" over:"replace" type:"keyNames" group:"users"`
	BearerAs string   `yaml:"bearerAs,omitempty" json:"bearerAs" group:"users"`
	Allow    []string `yaml:"allow,omitempty,flow" json:"allow" over:"replace" type:"names" group:"users"`
	Deny     []string `yaml:"deny,omitempty,flow" json:"deny" over:"replace" type:"names" group:"users"`
	Users    []User   `yaml:"users,omitempty" json:"users" over:"replace" name:"user" type:"yaml" group:"users"`

	// RoleAllow is a short form for Roles that only have Allow. The names of roles
	// are the fixture's ("task"), IAM's ("app-task"), or "*" for each role.
	RoleAllow   map[string][]string `yaml:"roleAllow,omitempty" json:"roleAllow" type:"actions" group:"users"`
	Roles       map[string]Role     `yaml:"roles,omitempty" json:"roles" name:"role" type:"yaml" group:"users"`
	WithoutRole []string            `yaml:"withoutRole,omitempty,flow" json:"withoutRole" type:"names" group:"users"`

	Set    map[string]string `yaml:"set,omitempty" json:"set" mapsep:"none" group:"variables"`
	Unset  []string          `yaml:"unset,omitempty,flow" json:"unset" type:"names" group:"variables"`
	Baked  bool              `yaml:"baked,omitempty" json:"baked" group:"variables"`
	AtInit bool              `yaml:"atInit,omitempty" json:"atInit" group:"variables"`

	Account string         `yaml:"account,omitempty" json:"account" group:"aws"`
	Region  string         `yaml:"region,omitempty" json:"region" group:"aws"`
	Buckets []string       `yaml:"buckets,omitempty,flow" json:"buckets" name:"bucket" type:"names" group:"aws"`
	Seeds   []mockaws.Seed `yaml:"seeds,omitempty" json:"seeds" name:"seed" type:"yaml" group:"aws"`
	Mock    string         `yaml:"mock,omitempty" json:"mock" group:"aws"`

	// Lifetime is by the name of an endpoint or a session of the host; Issuers by
	// the fixture's name of the issuer.
	Lifetime map[string]time.Duration `yaml:"lifetime,omitempty" json:"lifetime" mapsep:"none" group:"wrong"`
	// TokenSize is the length of session tokens in characters, 356 to 1048576; 0 leaves
	// them as long as the host's are.
	TokenSize int               `yaml:"tokenSize,omitempty" json:"tokenSize" group:"wrong"`
	Issuers   map[string]Issuer `yaml:"issuers,omitempty" json:"issuers" name:"issuer" type:"yaml" group:"wrong"`
	Faults    []string          `yaml:"faults,omitempty,flow" json:"faults" name:"fault" sep:"none" group:"wrong"`
	Clock     time.Duration     `yaml:"clock,omitempty" json:"clock" group:"wrong"`
	// SubjectClock is nil for the clock of this machine.
	SubjectClock *time.Duration `yaml:"subjectClock,omitempty" json:"subjectClock" group:"program"`

	Isolation   isolation.Mode `yaml:"isolation,omitempty" json:"isolation" group:"program"`
	PassThrough []string       `yaml:"pass,omitempty,flow" json:"pass" name:"pass" sep:"none" group:"program"`
	// Write and Read are paths of this machine, relative to the working directory.
	Write []string `yaml:"write,omitempty,flow" json:"write" type:"names" group:"program"`
	Read  []string `yaml:"read,omitempty,flow" json:"read" type:"names" group:"program"`
	// MaxProcesses counts threads, too; 0 stands for isolation.DefaultProcesses. The three
	// sizes are in bytes; 0 stands for half of the machine's memory, for
	// isolation.DefaultDisk, and for DefaultOutput.
	MaxProcesses int            `yaml:"maxProcesses,omitempty" json:"maxProcesses" group:"program"`
	MaxMemory    isolation.Size `yaml:"maxMemory,omitempty" json:"maxMemory" group:"program"`
	MaxDisk      isolation.Size `yaml:"maxDisk,omitempty" json:"maxDisk" group:"program"`
	MaxOutput    isolation.Size `yaml:"maxOutput,omitempty" json:"maxOutput" group:"program"`
	// Timeout is nil for the default, a minute.
	Timeout *time.Duration `yaml:"timeout,omitempty" json:"timeout" group:"program"`

	// Planned are faults that Go code gives as values; the texts of Faults cannot
	// say all that they can.
	Planned []Planned `yaml:"-" json:"-" kong:"-"`
}

// User is an IAM user of the project's account, with one access key.
type User struct {
	Name  string   `yaml:"name" json:"name"`
	Allow []string `yaml:"allow,omitempty,flow" json:"allow"` // IAM actions, on every resource
	Deny  []string `yaml:"deny,omitempty,flow" json:"deny"`
	// Policies are policy documents, with a name or without one.
	Policies []iam.PolicySeed `yaml:"policies,omitempty" json:"policies"`
	// Key is empty, or two variables: for the key's id and for its secret.
	Key []string `yaml:"key,omitempty,flow" json:"key"`
	// Bearer is the variable for a Bedrock API key; empty for no such key.
	Bearer string `yaml:"bearer,omitempty" json:"bearer"`
	// Example says that the names of Key are only an offer, so that a program which
	// reads other names has done nothing wrong.
	Example bool `yaml:"example,omitempty" json:"example"`
}

// Role is what the project changes about one of the host's roles. In YAML it is
// these keys, or a list that stands for allow.
type Role struct {
	Allow []string `yaml:"allow,omitempty,flow" json:"allow"` // IAM actions, on every resource
	// Policies are policy documents, with a name or without one.
	Policies []iam.PolicySeed `yaml:"policies,omitempty" json:"policies"`
	// Trust is a trust policy in JSON in place of the host's, with placeholders such
	// as ${issuer.vercel.arn}.
	Trust string `yaml:"trust,omitempty" json:"trust"`
	// Is names a role that the account has already, made by a seed; it keeps its own
	// policies and trust.
	Is string `yaml:"is,omitempty" json:"is"`
}

// Issuer is what the project changes about the tokens of one of the host's OpenID
// Connect issuers.
type Issuer struct {
	// Claims come over the host's; one that is null is left out.
	Claims map[string]any `yaml:"claims,omitempty" json:"claims"`
	// Defect makes the tokens wrong on purpose: see package oidc.
	Defect   oidc.Defect   `yaml:"defect,omitempty" json:"defect"`
	Lifetime time.Duration `yaml:"lifetime,omitempty" json:"lifetime"` // 0: the host's
	// Audience are more client ids of the account's OIDC provider for the issuer.
	Audience []string `yaml:"audience,omitempty,flow" json:"audience"`
	// Down makes the issuer unreachable for AWS.
	Down bool `yaml:"down,omitempty" json:"down"`
}

// Planned is a fault as Go code gives it.
type Planned struct {
	Plane    fault.Plane
	Endpoint string // of fault.Endpoints: the fixture's name or the kind
	Fault    fault.Fault
}

// DefaultKeyAs are the names of a user's key where nothing else is said.
var DefaultKeyAs = []string{"MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"}

// DefaultUser is the user of a project that names none.
const DefaultUser = "app"
