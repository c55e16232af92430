package project

import (
	"reflect"
	"strings"
)

// Setting is what the command line's help, the schema and the documentation say
// about a field of Project.
type Setting struct {
	Key   string // in YAML and JSON: "roleAllow"
	Flag  string // on the command line, without "--": "role-allow"
	Group string // key of Groups
	Value string // placeholder for the flag's value; empty for a flag without one
	Help  string // a sentence or two

	field reflect.StructField
}

// Groups are the headings under which help lists settings, in order.
var Groups = []struct{ Key, Title string }{
	{"users", "Who may do what"},
	{"variables", "The project's variables"},
	{"aws", "The project's AWS account"},
	{"wrong", "Time, tokens and faults"},
	{"program", "How the program runs"},
}

// Settings lists the fields of Project in their order.
func Settings() (out []Setting) {
	for field := range fields(reflect.TypeFor[Project]()) {
		key, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if key == "-" {
			continue
		}
		said := texts[key]
		flag := field.Tag.Get("name")
		if flag == "" {
			flag = hyphenated(field.Name)
		}
		out = append(out, Setting{
			Key: key, Flag: flag, Group: field.Tag.Get("group"), Value: said.value, Help: said.help, field: field,
		})
	}
	return out
}

func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

// hyphenated is the flag of a field: "key-as" of KeyAs.
func hyphenated(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && 'A' <= r && r <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// Sets reports whether the project says anything for a setting.
func (p Project) Sets(s Setting) bool {
	return !reflect.ValueOf(p).FieldByIndex(s.field.Index).IsZero()
}

type text struct{ value, help string }

// texts are the only place where a setting is described.
var texts = map[string]text{
	"keyAs": {"ID,SECRET", "Names under which the project keeps its user's key and secret " +
		"(MY_AWS_ACCESS_KEY_ID,MY_AWS_SECRET_ACCESS_KEY; with --host-file those of the file); empty for " +
		"those that projects on the host have, if any."},
	"bearerAs": {"NAME", "Name under which the project keeps a Bedrock API key of its user."},
	"allow":    {"ACTION,...", "IAM actions that the project's user may do (*)."},
	"deny":     {"ACTION,...", "IAM actions that the project's user is denied."},
	"users": {"YAML", "A user, in place of the four above, which are for a single one; again for another: " +
		"'{name: ci, allow: [\"s3:*\"], key: [CI_ID, CI_SECRET]}'. Keys: name, allow, deny, policies, key, " +
		"bearer, example."},
	"roleAllow": {"ROLE=ACTIONS", "IAM actions that one of the host's roles may do, ROLE=ACTION,ACTION: the role as " +
		"hostproof show or an output names it (task, app-task), or * for each. Without it a role may do nothing."},
	"roles": {"ROLE=YAML",
		"One of the host's roles, with what the project changes about it: 'task={is: deploy}' for a " +
			"role that a seed made, 'task={trust: POLICY}' for another trust policy. Keys: allow, " +
			"policies, trust, is."},
	"withoutRole": {"ENDPOINT,...", "Credential endpoint of the host that has no role: an instance without a profile."},
	"set":         {"K=V", "Project variable; V may hold ${user.accessKeyId}, ${user.secretAccessKey}, ${region}."},
	"unset":       {"NAME,...", "Variable to take out of the environment, the host's too."},
	"baked": {"", "The project's build writes its variables into what is deployed (.env.production): programs see " +
		"them where the host shows them to builds alone."},
	"atInit": {"", "Run at the moment when a program initialises, at which some hosts have not yet set all " +
		"variables."},
	"account": {"ID", "The project's AWS account (111122223333)."},
	"region":  {"REGION", "Region that the host runs the project in, in place of its own."},
	"buckets": {"NAME,...", "S3 bucket that the project has; there is none otherwise."},
	"seeds": {"FILE", "More accounts and resources for the mock, in YAML as go doc " +
		"github.com/hostproof/hostproof/mockaws.Seed has it: a file, or the text itself, from { on."},
	"mock": {"PLACE", "Where the mock AWS runs: embedded or container; by default what HOSTPROOF_MOCK says."},
	"lifetime": {"SOURCE=DURATION", "How long the credentials of one of the host's sources last, metadata=10m: an " +
		"endpoint or a session, or sts for what STS gives the program; negative for expired ones."},
	"tokenSize": {"CHARACTERS",
		"Length of every session token, 4096: AWS allows so much, and programs that have less " +
			"room for it cut it off or refuse."},
	"issuers": {"ISSUER=YAML", "What is different about the tokens of one of the host's issuers, " +
		"'vercel={defect: expired, claims: {environment: preview}}'. Keys: claims, defect, lifetime, audience, down."},
	"faults": {"TARGET:KIND[=ARG][:TIMES]", "Misbehaviour on purpose, as often as it says: imds:throttle:3, " +
		"imds/latest/api/token:hang, bedrock:*:status=503:2, dns:sts.us-east-1.amazonaws.com:servfail:4. Kinds: " +
		"throttle, status, slow, hang, reset, drop, truncate, malformed; of endpoints stale; of calls revoke, " +
		"revoke-after; of names nxdomain, servfail, noanswer."},
	"clock": {"DURATION", "How far AWS's clock is ahead of the program's, 20m, or behind it, -6m."},
	"subjectClock": {"DURATION", "Give the program a wall clock that is so far ahead of AWS's, 1h, or behind it, -6m " +
		"(by libfaketime, or the overlay of harness/goclock)."},
	"isolation": {"MODE", "How the program is led to the mock: sandbox (unmodified programs, real hostnames, and " +
		"nothing leaves; Linux only), container (the same for an image; needs Docker), endpoint " +
		"(AWS_ENDPOINT_URL; any system, but the network stays open) or auto (sandbox where it works, else " +
		"endpoint); by default what HOSTPROOF_ISOLATION says, else auto."},
	"pass": {"[HOST:]PORT[=TO]", "Service of this machine that stays within the program's reach: 5432, or " +
		"db.internal:5432=127.0.0.1:15432."},
	"write": {"DIR,...", "Directories of this machine that the program may write under isolation sandbox, besides " +
		"the one that it runs in; what it writes in /tmp is gone afterwards, and everything else is read-only."},
	"read": {"PATH,...",
		"Places of this machine that the program sees under isolation sandbox though they are hidden " +
			"otherwise, such as ~/.npmrc; what begins with a dot in a home is, but for toolchains."},
	"maxProcesses": {"NUMBER", "Processes and threads that the program may have at a time under isolation sandbox " +
		"(4096)."},
	"maxMemory": {"SIZE", "Memory that the program and what it starts may use together under isolation sandbox, " +
		"512MiB (half of the machine's); with more it is ended."},
	"maxDisk": {"SIZE", "What the program may write in /tmp, /var/tmp and /dev/shm together under isolation sandbox, " +
		"and how long a file of it may be elsewhere (8GiB)."},
	"maxOutput": {"SIZE", "How much is kept of the end of what the program prints, of standard output and of " +
		"standard error each (4MiB)."},
	"timeout": {"DURATION", "Time that the program has (1m)."},
}
