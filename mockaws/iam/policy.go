package iam

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// PolicyKind says where a policy is attached, and so which elements it must and
// must not have.
type PolicyKind int

// The kinds of policy. A permissions boundary, a session policy and a service
// control policy have the form of an identity-based policy.
const (
	IdentityPolicy PolicyKind = iota
	ResourcePolicy
	TrustPolicy
)

// Policy is a parsed policy document. It never changes and may be shared.
type Policy struct {
	Version    string
	ID         string
	kind       PolicyKind
	statements []statement
	document   []byte
	text       string // as it was put; "" where it was put as no text
	// places are where the statements stand in Text, looked for when they are first asked for.
	places func() []place
	// incomplete is the first ARN of a resource that lacks parts, "" for none.
	incomplete string
}

// A statement is compiled: actions in lower case, patterns split into parts.
type statement struct {
	sid          string
	allow        bool
	principals   *principals // nil in an identity-based policy
	notPrincipal bool
	actions      []pattern
	notAction    bool
	resources    []pattern // nil: any
	notResource  bool
	conditions   []condition
}

// String is the policy document, compact JSON.
func (p *Policy) String() string {
	if p == nil {
		return ""
	}
	return string(p.document)
}

// MarshalJSON writes the policy document.
func (p *Policy) MarshalJSON() ([]byte, error) {
	if p == nil {
		return []byte("null"), nil
	}
	return p.document, nil
}

var errNotJSON = errors.New("policy is not JSON")

// ParsePolicy reads a policy document in JSON. Its error joins all problems,
// one line each, and names the statement and element.
func ParsePolicy(kind PolicyKind, document string) (*Policy, error) {
	d := json.NewDecoder(strings.NewReader(document))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows the document", errNotJSON)
	}
	if _, nested := v.(string); nested {
		return nil, errors.New("a policy must be an object, not a string that holds one")
	}
	p, err := PolicyOf(kind, v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(document)); err != nil {
		return nil, fmt.Errorf("policy is not JSON: %w", err)
	}
	p.document, p.text = b.Bytes(), document
	return p, nil
}

// PolicyOf makes a policy of a document as a decoder of JSON or YAML yields it:
// a map, or a string that holds JSON.
func PolicyOf(kind PolicyKind, document any) (*Policy, error) {
	if text, ok := document.(string); ok {
		return ParsePolicy(kind, text)
	}
	root, ok := object(document)
	if !ok {
		return nil, fmt.Errorf("a policy must be an object or a string of JSON, not %s", typeName(document))
	}
	r := &reader{kind: kind, variables: true}
	p := r.policy(root)
	p.incomplete = r.incomplete
	if len(r.problems) > 0 {
		return nil, errors.Join(r.problems...)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(plain(root)); err != nil {
		return nil, fmt.Errorf("policy has a value that JSON cannot hold: %w", err)
	}
	p.document = bytes.TrimSpace(b.Bytes())
	return p, nil
}

// AllowActions is a policy that allows actions on every resource.
func AllowActions(actions ...string) (*Policy, error) { return shorthand("Allow", actions) }

// DenyActions is a policy that denies actions on every resource.
func DenyActions(actions ...string) (*Policy, error) { return shorthand("Deny", actions) }

func shorthand(effect string, actions []string) (*Policy, error) {
	list := make([]any, len(actions))
	for i, a := range actions {
		list[i] = a
	}
	return PolicyOf(IdentityPolicy, map[string]any{
		"Version":   version2012,
		"Statement": []any{map[string]any{"Effect": effect, "Action": list, "Resource": "*"}},
	})
}

// trustServices is a trust policy that lets AWS services assume a role.
func trustServices(services []string) (*Policy, error) {
	list := make([]any, len(services))
	for i, s := range services {
		list[i] = s
	}
	return PolicyOf(TrustPolicy, map[string]any{
		"Version": version2012,
		"Statement": []any{map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": list},
		}},
	})
}

// Versions of the policy language; the older one has no variables.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
const (
	version2012 = "2012-10-17"
	version2008 = "2008-10-17"
)

// reader turns a decoded document into a Policy and collects its problems.
type reader struct {
	kind       PolicyKind
	variables  bool
	problems   []error
	incomplete string // the first ARN of a resource that lacks parts
}

func (r *reader) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf(format, args...))
}

var policyElements = []string{"Version", "Id", "Statement"}

func (r *reader) policy(root map[string]any) *Policy {
	p := &Policy{kind: r.kind, Version: version2008}
	p.places = sync.OnceValue(func() []place { return placesOf(p.Text()) })
	r.known("policy", root, policyElements)
	if v, ok := root["Version"]; ok {
		p.Version = scalar(v)
		if p.Version != version2012 && p.Version != version2008 {
			r.problem("Version must be %q or %q, not %q", version2012, version2008, p.Version)
		}
	}
	r.variables = p.Version == version2012
	if v, ok := root["Id"]; ok {
		p.ID = scalar(v)
	}
	statements, ok := root["Statement"]
	if !ok {
		r.problem("Statement is missing")
		return p
	}
	list, ok := statements.([]any)
	if !ok {
		list = []any{statements}
	}
	if len(list) == 0 {
		r.problem("Statement must have at least one statement")
	}
	sids := map[string]bool{}
	for i, v := range list {
		at := fmt.Sprintf("Statement[%d]", i)
		s := r.statement(at, v)
		if s.sid != "" && sids[s.sid] {
			r.flaw(awsSidTwice, "%s: Sid %q stands twice", at, s.sid)
		}
		sids[s.sid] = true
		p.statements = append(p.statements, s)
	}
	return p
}

var statementElements = []string{
	"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}

func (r *reader) statement(at string, v any) statement {
	var s statement
	m, ok := object(v)
	if !ok {
		r.problem("%s must be an object, not %s", at, typeName(v))
		return s
	}
	r.known(at, m, statementElements)
	if sid, ok := m["Sid"]; ok {
		s.sid = scalar(sid)
		if _, isText := sid.(string); !isText {
			r.problem("%s: Sid must be a string", at)
		} else if r.kind == IdentityPolicy && strings.Trim(s.sid, alphanumeric) != "" {
			r.flaw(awsSid, "%s: Sid %q may hold only letters and digits in an identity-based policy", at, s.sid)
		}
	}
	switch effect := m["Effect"]; effect {
	case "Allow":
		s.allow = true
	case "Deny":
	case nil:
		r.problem("%s: Effect is missing", at)
	default:
		r.problem("%s: Effect must be %q or %q, not %q", at, "Allow", "Deny", scalar(effect))
	}
	r.principal(at, m, &s)
	var actions []string
	if actions, s.notAction, ok = r.either(at, m, "Action", "NotAction"); !ok {
		r.flaw(awsNoAction, "%s: Action is missing", at)
	}
	for _, a := range actions {
		r.action(at, a)
		s.actions = append(s.actions, compile(strings.ToLower(a), true, false))
	}
	r.resource(at, m, &s)
	if c, ok := m["Condition"]; ok {
		s.conditions = r.conditions(at+": Condition", c)
	}
	return s
}

func (r *reader) action(at, a string) {
	if a == "*" {
		return
	}
	service, name, ok := strings.Cut(a, ":")
	if !ok || service == "" || name == "" {
		r.flaw(awsVendor, "%s: action %q must be \"*\" or have the form service:Name", at, a)
		return
	}
	if strings.Trim(service, alphanumeric+"-") != "" {
		r.problem("%s: action %q: a service prefix may hold only letters, digits and %q", at, a, "-")
	}
	// That AWS stores a name with a comma, which then matches no action, is the word of
	// one author (cloud-copilot/iam-simulate, 2026-03-04).
	if strings.Trim(name, alphanumeric+"*?_,-") != "" {
		r.problem("%s: action %q: a name may hold only letters, digits, %q and %q", at, a, "*", "?")
	}
	if r.kind == TrustPolicy && !strings.EqualFold(service, "sts") {
		r.flaw(awsTrustAction, "%s: action %q: a trust policy may hold only actions of sts", at, a)
	}
}

func (r *reader) resource(at string, m map[string]any, s *statement) {
	list, not, ok := r.either(at, m, "Resource", "NotResource")
	s.notResource = not
	switch {
	case ok && r.kind == TrustPolicy:
		r.flaw(awsResource, "%s: a trust policy must not have Resource: it is the role itself", at)
	case !ok && r.kind == IdentityPolicy:
		r.flaw(awsNoResource, "%s: Resource is missing", at)
	}
	for _, v := range list {
		if v != "*" && !strings.HasPrefix(v, "arn:") && !strings.HasPrefix(v, "${") {
			r.flaw(fmt.Sprintf("Resource %s must be in ARN format or \"*\".", v),
				"%s: resource %q must be \"*\" or an ARN", at, v)
		}
		s.resources = append(s.resources, compile(r.completed(v), true, r.variables))
	}
}

// completed is the ARN of a resource with wildcards for the parts that it lacks: in an
// identity-based policy, "arn:aws:sqs" is "arn:aws:sqs:*:*:*".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func (r *reader) completed(arn string) string {
	lacks := arnParts - 1 - strings.Count(arn, ":")
	if r.kind != IdentityPolicy || !strings.HasPrefix(arn, "arn:") || lacks <= 0 {
		return arn
	}
	r.incomplete = cmp.Or(r.incomplete, arn)
	return arn + strings.Repeat(":*", lacks)
}

const arnParts = 6

// either reads one of two elements that exclude each other.
func (r *reader) either(at string, m map[string]any, name, notName string) (list []string, not, ok bool) {
	v, ok := m[name]
	if other, both := m[notName]; both {
		if ok {
			r.problem("%s has both %s and %s", at, name, notName)
		}
		v, name, not, ok = other, notName, true, true
	}
	if !ok {
		return nil, false, false
	}
	return r.strings(at+": "+name, v), not, true
}

// strings reads one string or a list of them.
func (r *reader) strings(at string, v any) []string {
	list, ok := listOf(v)
	if !ok {
		list = []any{v}
	}
	if len(list) == 0 {
		r.problem("%s is empty", at)
	}
	texts := make([]string, 0, len(list))
	for _, v := range list {
		if !isScalar(v) {
			r.problem("%s must be a string or a list of strings, not %s", at, typeName(v))
			continue
		}
		texts = append(texts, scalar(v))
	}
	return texts
}

// known reports elements that the policy language has not.
func (r *reader) known(at string, m map[string]any, names []string) {
	for _, k := range sortedKeys(m) {
		if slices.Contains(names, k) {
			continue
		}
		hint := ""
		for _, n := range names {
			if strings.EqualFold(n, k) {
				hint = fmt.Sprintf(" (did you mean %s?)", n)
			}
		}
		r.problem("%s has an unknown element %q%s", at, k, hint)
	}
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// object is v as a map with string keys, which some YAML decoders do not make.
func object(v any) (map[string]any, bool) {
	switch m := v.(type) {
	case map[string]any:
		return m, true
	case map[any]any:
		out := make(map[string]any, len(m))
		for k, v := range m {
			out[scalar(k)] = v
		}
		return out, true
	}
	return nil, false
}

// scalar is a scalar as text: YAML decodes an unquoted 2012-10-17 to a time, and
// an unquoted account id to a number.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.UTC().Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339)
	case nil:
		return "null"
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%f", v), ".000000")
	default:
		return fmt.Sprint(v)
	}
}

// listOf is a list of any Go type: a policy that a Go program writes has []string.
func listOf(v any) ([]any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case []string:
		list := make([]any, len(v))
		for i, text := range v {
			list[i] = text
		}
		return list, true
	}
	return nil, false
}

func isScalar(v any) bool {
	switch v.(type) {
	case string, bool, json.Number, time.Time, int, int64, uint64, float64:
		return true
	}
	return false
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case []any, []string:
		return "a list"
	case map[string]any, map[any]any:
		return "an object"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	default:
		return "a number"
	}
}

// plain makes of a decoded document what encoding/json can write.
func plain(v any) any {
	if m, ok := object(v); ok {
		out := make(map[string]any, len(m))
		for k, v := range m {
			out[k] = plain(v)
		}
		return out
	}
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	case time.Time:
		return scalar(v)
	}
	return v
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
