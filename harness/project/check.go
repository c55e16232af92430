package project

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/isolation"
	_ "github.com/hostproof/hostproof/harness/isolation/all" // the names that a setting may say
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/oidc"
)

// This file refuses what can be no setting on any host.

// DefaultTimeout is the time limit of a run without a setting of its own.
const DefaultTimeout = time.Minute

// DefaultOutput is how much of each of a program's streams is kept, in bytes.
const DefaultOutput isolation.Size = 4 << 20

// Bounds are the project's for isolation.
func (p Project) Bounds() isolation.Bounds {
	return isolation.Bounds{Processes: p.MaxProcesses, Memory: p.MaxMemory, Disk: p.MaxDisk}
}

// Check finds what is no setting at all, and what can have no effect on any of the
// hosts. Its error is the first problem, in one line.
func (p Project) Check(hosts []*fixtures.Host) error {
	if problems := p.Problems(); len(problems) > 0 {
		return problems[0]
	}
	for _, n := range p.perHost() {
		if err := n.check(hosts); err != nil {
			return err
		}
	}
	return nil
}

// Problem is what is wrong with one setting.
type Problem struct {
	Key  string // of the setting: "timeout"
	Text string // one line
}

// Error is the text alone; who wrote the setting knows where.
func (p *Problem) Error() string { return p.Text }

func problem(key, format string, args ...any) error {
	return &Problem{key, fmt.Sprintf(format, args...)}
}

func at(key string, err error) error { return &Problem{key, err.Error()} }

// Problems are what is wrong with the project whatever the host is, a line each.
func (p Project) Problems() (out []error) {
	for _, find := range []func(Project) []error{
		Project.userProblems, Project.roleProblems, Project.variableProblems, Project.awsProblems,
		Project.issuerProblems, Project.faultProblems, Project.programProblems,
	} {
		out = append(out, find(p)...)
	}
	return out
}

func (p Project) userProblems() (out []error) {
	if len(p.KeyAs) != 0 && len(p.KeyAs) != 2 {
		return []error{problem("keyAs", "the user's key needs two names, one for its id and one for its secret; got %s",
			strings.Join(p.KeyAs, ","))}
	}
	users, key := p.Users, "users"
	if p.shortUser() {
		if len(p.Users) > 0 {
			out = append(out, problem("users", "keyAs, bearerAs, allow and deny are for a single user: with users, "+
				"write them there, such as users: [{name: %s, allow: [\"s3:*\"]}]", p.Users[0].Name))
		}
		users, key = []User{p.user()}, "keyAs"
	}
	seen := map[string]bool{}
	for _, u := range users {
		if err := u.check(); err != nil {
			out = append(out, at(key, err))
		}
		if seen[u.Name] {
			out = append(out, problem(key, "user %s stands twice: give each user a name of its own", u.Name))
		}
		seen[u.Name] = true
	}
	return out
}

// check finds names of variables that cannot be, and two that are one.
func (u User) check() error {
	if u.Name == "" {
		return fmt.Errorf("a user without a name: write name: app")
	}
	if len(u.Key) != 0 && len(u.Key) != 2 {
		return fmt.Errorf("user %s: key is %q: want two variables, for the id and the secret", u.Name, u.Key)
	}
	if slices.Contains(u.Allow, "") || slices.Contains(u.Deny, "") {
		return fmt.Errorf("an IAM action of the user is empty: write actions such as s3:*, or leave it out for all")
	}
	id, secret := u.Variables()
	for _, name := range []string{id, secret, u.Bearer} {
		if name != "" && !variableName.MatchString(name) {
			return fmt.Errorf("user %s: %q is no name of a variable: use letters, digits and _", u.Name, name)
		}
	}
	switch {
	case (id == "") != (secret == ""):
		return fmt.Errorf("user %s: the key needs two names, one for its id and one for its secret", u.Name)
	case id != "" && id == secret:
		return fmt.Errorf("user %s: the key's id and its secret cannot both be in %s: give two names", u.Name, id)
	}
	return nil
}

// Variables are the names for the key's id and for its secret; empty for none.
func (u User) Variables() (id, secret string) {
	if len(u.Key) != 2 {
		return "", ""
	}
	return u.Key[0], u.Key[1]
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (p Project) roleProblems() (out []error) {
	for _, role := range slices.Sorted(maps.Keys(p.RoleAllow)) {
		if actions := p.RoleAllow[role]; slices.Contains(actions, "") || len(actions) == 0 {
			out = append(out, noActions("roleAllow", role))
		}
	}
	for _, role := range slices.Sorted(maps.Keys(p.Roles)) {
		if slices.Contains(p.Roles[role].Allow, "") {
			out = append(out, noActions("roles", role))
		}
	}
	return out
}

func noActions(key, role string) error {
	return problem(key, "role %s: name the IAM actions that it may do, such as s3:*", cmp.Or(role, `""`))
}

func (p Project) variableProblems() (out []error) {
	for _, name := range slices.Sorted(maps.Keys(p.Set)) {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			out = append(out, problem("set", "%q is no name of a variable: want NAME=VALUE", name))
		}
	}
	return out
}

// mocks are where a mock can run.
var mocks = []string{"", "embedded", "container"}

func (p Project) awsProblems() (out []error) {
	if p.Account != "" && !accountID.MatchString(p.Account) {
		out = append(out, problem("account", "account %q is no AWS account: want twelve digits", p.Account))
	}
	if p.Region != "" && !regionName.MatchString(p.Region) {
		out = append(out, problem("region", "region %q is no name of a region: want one such as eu-central-1",
			p.Region))
	}
	if !slices.Contains(mocks, p.Mock) {
		out = append(out, problem("mock", "mock %q is not known: want one of embedded and container", p.Mock))
	}
	for _, name := range p.Buckets {
		if err := checkBucketName(name); err != nil {
			out = append(out, at("buckets", err))
		}
	}
	for _, seed := range p.Seeds {
		for _, b := range seed.Buckets {
			if err := checkBucketName(b.Name); err != nil {
				out = append(out, at("seeds", err))
			}
		}
	}
	return out
}

var (
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	regionName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
)

func (p Project) issuerProblems() (out []error) {
	for _, name := range slices.Sorted(maps.Keys(p.Issuers)) {
		defect := string(p.Issuers[name].Defect)
		if defect != "" && !slices.Contains(defects(), defect) {
			out = append(out, problem("issuers", "issuer %s: %q is no defect of a token%s There are: %s", name, defect,
				fixtures.DidYouMean(defect, defects()), strings.Join(defects(), ", ")))
		}
	}
	return out
}

// defects are what can be wrong with a token on purpose.
func defects() (names []string) {
	for _, d := range oidc.Defects() {
		names = append(names, string(d))
	}
	return names
}

func (p Project) faultProblems() (out []error) {
	if n := p.TokenSize; n != 0 && (n < iam.MinTokenLength || n > iam.MaxTokenLength) {
		out = append(out, problem("tokenSize", "a session token has from %d to %d characters, not %d",
			iam.MinTokenLength, iam.MaxTokenLength, n))
	}
	for _, text := range p.Faults {
		if _, err := fault.Parse(text); err != nil {
			out = append(out, at("faults", err))
		}
	}
	return out
}

func (p Project) programProblems() (out []error) {
	if _, err := isolation.ParseMode(string(p.Isolation)); err != nil {
		out = append(out, at("isolation", err))
	}
	for _, text := range p.PassThrough {
		if _, err := isolation.ParsePassThrough(text); err != nil {
			out = append(out, at("pass", err))
		}
	}
	out = append(out, p.boundProblems()...)
	if p.Timeout != nil && *p.Timeout <= 0 {
		out = append(out, problem("timeout", "a time of %v is none: give the program more than 0, such as %v",
			*p.Timeout,
			DefaultTimeout))
	}
	return out
}

func (p Project) boundProblems() (out []error) {
	for _, b := range []struct {
		key   string
		bound isolation.Bounds
	}{
		{"maxProcesses", isolation.Bounds{Processes: p.MaxProcesses}},
		{"maxMemory", isolation.Bounds{Memory: p.MaxMemory}},
		{"maxDisk", isolation.Bounds{Disk: p.MaxDisk}},
	} {
		if err := b.bound.Problem(); err != nil {
			out = append(out, at(b.key, err))
		}
	}
	if p.MaxOutput < 0 {
		out = append(out, problem("maxOutput", "%d is no size: write one such as 4MiB", int64(p.MaxOutput)))
	}
	return out
}

// bucketRules are S3's rules for the names of general purpose buckets.
const bucketRules = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Beginnings and ends of names that S3 keeps for itself.
var (
	keptPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	keptSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// directoryName is the name of a directory bucket of S3 Express One Zone, with the id of its
// zone (https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html).
var directoryName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?--([a-z0-9]+-)+az[0-9]+--x-s3$`)

// checkBucketName refuses a name that no S3 bucket can have, and says which of
// S3's rules it breaks.
func checkBucketName(name string) error {
	broken := func(rule string) error {
		return fmt.Errorf("no S3 bucket can be named %q: %s (%s)", name, rule, bucketRules)
	}
	switch {
	case !bucketName.MatchString(name):
		return broken("3 to 63 small letters, digits, dots and hyphens, with a letter or digit at both ends")
	case strings.Contains(name, ".."):
		return broken("no two dots in a row")
	case net.ParseIP(name) != nil:
		return broken("not in the form of an IP address")
	}
	for _, prefix := range keptPrefixes {
		if strings.HasPrefix(name, prefix) {
			return broken("not with " + prefix + " in front")
		}
	}
	if directoryName.MatchString(name) {
		return nil
	}
	for _, suffix := range keptSuffixes {
		if strings.HasSuffix(name, suffix) {
			return broken("not with " + suffix + " at the end")
		}
	}
	return nil
}
