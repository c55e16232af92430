package iam

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// flaw is what is wrong with a policy: in our words, which say where and what to
// change, and in AWS's words, which name one thing only.
type flaw struct{ ours, aws string }

// Error is the flaw in our words.
func (f *flaw) Error() string { return f.ours }

// What AWS says of a malformed policy. Sources: 99designs/iamy#74,
// aws-samples/aws-microservices-deploy-options#118, kubernetes-sigs/external-dns#3085,
// hashicorp/terraform-provider-aws#10419, ministryofjustice/modernisation-platform-environments#590;
// the others are likely, seen in many reports.
const (
	awsSyntax      = "Syntax errors in policy."
	awsNoJSON      = "This policy contains invalid Json" // of a trust policy
	awsResource    = "Has prohibited field Resource"     // of a trust policy
	awsPrincipal   = "Policy document should not specify a principal."
	awsNoResource  = "Policy statement must contain resources."
	awsNoAction    = "Policy statement must contain actions."
	awsVendor      = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
	awsTrustAction = "AssumeRole policy may only specify STS AssumeRole actions."
	awsSid         = "Statement IDs (SID) must be alpha-numeric. " +
		"Check that your input satisfies the regular expression [0-9A-Za-z]*"
	awsSidTwice = "Statement IDs (SID) in a single policy must be unique."
)

// flaw files a problem that AWS has its own words for.
func (r *reader) flaw(aws, format string, args ...any) {
	r.problems = append(r.problems, &flaw{fmt.Sprintf(format, args...), aws})
}

// malformedDocument is IAM's answer to a policy that cannot be one.
func malformedDocument(kind PolicyKind, err error) *Error {
	e := failf(400, "MalformedPolicyDocument", "%s", awsSyntax)
	e.Detail = strings.ReplaceAll(err.Error(), "\n", "; ")
	var f *flaw
	switch {
	case errors.As(err, &f):
		e.Message = f.aws
	case kind == TrustPolicy && errors.Is(err, errNotJSON):
		e.Message = awsNoJSON
	}
	return e
}

// unboundProvider is IAM's answer to a trust policy that lets in everyone with a
// token of a provider that many share
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html).
// The text: unfunco/terraform-aws-oidc-github#57.
func unboundProvider(provider, keys string) *Error {
	return failf(400, "MalformedPolicyDocument", "Trust policy with trusted principal %s must evaluate, using "+
		"StringEquals, StringLike or StringEqualsIgnoreCase, %s which is not scoped to all.", provider, keys)
}

// githubProvider is the provider of GitHub Actions, whose tokens anybody with a
// repository can have.
const githubProvider = "token.actions.githubusercontent.com"

// checkShared refuses a trust policy that does not say which of GitHub's
// repositories it lets in. AWS looks no further than for a value that is not "*".
func checkShared(p *Policy) error {
	for _, st := range p.statements {
		if !st.allow || st.principals == nil {
			continue
		}
		for _, arn := range st.principals.federated {
			_, host, _ := strings.Cut(arn, ":oidc-provider/")
			if host != githubProvider && !strings.HasPrefix(host, githubProvider+"/") {
				continue
			}
			keys := []string{host + ":sub", host + ":job_workflow_ref"}
			if !slices.ContainsFunc(st.conditions, func(c condition) bool { return c.narrows(keys) }) {
				return unboundProvider(arn, strings.Join(keys, " or "))
			}
		}
	}
	return nil
}

// narrows reports whether a condition wants one of the keys to be something other
// than anything.
func (c condition) narrows(keys []string) bool {
	switch c.name {
	case "StringEquals", "StringLike", "StringEqualsIgnoreCase":
	default:
		return false
	}
	named := slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, c.key) })
	return named && slices.ContainsFunc(c.values, func(v pattern) bool { return v.source != "*" })
}

// noPrincipal is IAM's answer to a trust policy that names a user or role that is
// not there.
func noPrincipal(arn string) *Error {
	return failf(400, "MalformedPolicyDocument", `Invalid principal in policy: "AWS":"%s"`, arn)
}

// strangers are the users and roles in a trust policy that do not exist, in
// accounts that do; callers hold the lock.
func (s *Store) strangers(p *Policy) (arns []string) {
	for _, st := range p.statements {
		if st.principals == nil {
			continue
		}
		for _, arn := range st.principals.aws {
			a := s.accounts[accountOfARN(arn)]
			_, rest, _ := strings.Cut(arn, ":iam::")
			name, named := afterLastSlash(rest)
			switch {
			case a == nil || !named:
			case strings.HasPrefix(rest, a.id+":user/") && (a.users[name] == nil || a.users[name].arn() != arn),
				strings.HasPrefix(rest, a.id+":role/") && (a.roles[name] == nil || a.roles[name].arn() != arn):
				arns = append(arns, arn)
			}
		}
	}
	return arns
}
