package explain

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/oneormore"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/internal/wildcard"
	"github.com/hostproof/hostproof/harness/ledger"
)

const (
	docOperators = "https://docs.aws.amazon.com/IAM/latest/UserGuide/" +
		"reference_policies_elements_condition_operators.html"
	docSubjects = "https://docs.github.com/en/actions/reference/security/oidc"
)

// subjectCondition is a condition of a trust policy on the subject of identity tokens.
type subjectCondition struct {
	operator string
	// issuer is the host of the issuer, as the condition's key names it.
	issuer string
	// values are what the subject may be: one of them is enough.
	values []string
}

// like reports whether the operator takes * and ? as wildcards.
func (c *subjectCondition) like() bool { return strings.Contains(c.operator, "Like") }

// fits reports whether a subject meets the condition.
func (c *subjectCondition) fits(subject string) bool {
	return slices.ContainsFunc(c.values, func(value string) bool {
		return value == subject || c.like() && wildcard.Fits(value, subject)
	})
}

// trustStatement is a statement of a trust policy, as far as it is read here.
type trustStatement struct {
	Effect    string
	Action    oneormore.List[string]
	Condition map[string]map[string]oneormore.List[string]
}

// maxPolicies bounds the places of a text that are tried as the beginning of a policy.
const maxPolicies = 64

// trustIn are the statements of the trust policies that a text quotes.
func trustIn(text string) (out []trustStatement) {
	if !strings.Contains(text, "Condition") {
		return nil
	}
	for range maxPolicies {
		at := strings.IndexByte(text, '{')
		if at < 0 {
			return out
		}
		text = text[at:]
		decoder := json.NewDecoder(strings.NewReader(text))
		var policy struct {
			Statement oneormore.List[trustStatement]
		}
		if decoder.Decode(&policy) != nil || len(policy.Statement) == 0 {
			text = text[1:]
			continue
		}
		out = append(out, policy.Statement...)
		text = text[decoder.InputOffset():]
	}
	return out
}

// subjectsWanted are the conditions on the subject of those statements that let web
// identities in.
func subjectsWanted(text string) (out []subjectCondition) {
	for _, s := range trustIn(text) {
		if s.Effect != "Allow" || !slices.Contains(s.Action, "sts:AssumeRoleWithWebIdentity") {
			continue
		}
		for operator, keys := range s.Condition {
			for key, values := range keys {
				if issuer, ok := strings.CutSuffix(key, ":sub"); ok && !strings.Contains(operator, "Not") {
					out = append(out, subjectCondition{operator, issuer, values})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b subjectCondition) int {
		return cmp.Or(cmp.Compare(a.operator, b.operator), cmp.Compare(a.issuer, b.issuer))
	})
	return out
}

// saidSubject is the subject of a token that a text shows, and not the key of a
// condition, before which the issuer stands.
var saidSubject = late.MustCompile(`(?m)(?:^|[^:\w])sub(?:ject)?\b["']?\s*(?:claim)?\s*(?:is|[:=])\s*["']?` +
	`((?:repo|project_path|system:serviceaccount):[^\s"',]+)`)

// workflowEnvironment is the environment in which a job of a workflow runs.
var workflowEnvironment = late.MustCompile(`(?m)^\s+environment:\s*(?:\n\s+name:\s*)?["']?([A-Za-z0-9_.-]+)["']?\s*$`)

// githubIssuer is the issuer of GitHub Actions.
const githubIssuer = "token.actions.githubusercontent.com"

// wholeSubject is a subject of GitHub's that says more than the repository.
var wholeSubject = late.MustCompile(`^repo:[^:]+:.`)

// only is the one value that the condition wants; empty where there are more.
func (c *subjectCondition) only() string {
	if len(c.values) == 1 {
		return c.values[0]
	}
	return ""
}

// misfits are the reasons for which a condition lets no token in, or not that of the
// text; each gives the zero Finding where it does not hold.
var misfits = []func(*subjectCondition, string) ledger.Finding{noWildcard, repositoryAlone, otherSubject, inEnvironment}

func noWildcard(c *subjectCondition, _ string) ledger.Finding {
	if c.like() || !strings.ContainsAny(c.only(), "*?") {
		return ledger.Finding{}
	}
	return ledger.Finding{
		What: fmt.Sprintf("The trust policy compares sub by %s with %q, which no token has.", c.operator, c.only()),
		Why: c.operator + " takes * and ? as characters; only StringLike takes them as wildcards. The token was " +
			"read. No permission of the role and no key has to do with it.",
		Change: "write StringLike in the place of " + c.operator + " for sub", Source: docOperators, Confidence: "V",
	}
}

func repositoryAlone(c *subjectCondition, _ string) ledger.Finding {
	only := c.only()
	if c.issuer != githubIssuer || only == "" || strings.ContainsAny(only, "*?") || wholeSubject.MatchString(only) {
		return ledger.Finding{}
	}
	return ledger.Finding{
		What: fmt.Sprintf("The trust policy wants sub to be %q, and GitHub's tokens say more there.", only),
		Why: "After the repository sub goes on with :ref:refs/heads/BRANCH, :environment:NAME or :pull_request, so " +
			"the two are never equal.",
		Change: "use StringLike with " + only + ":*, or name the branch or the environment", Source: docSubjects,
		Confidence: "V",
	}
}

func otherSubject(c *subjectCondition, text string) ledger.Finding {
	said := saidSubject.FindStringSubmatch(text)
	if said == nil || c.fits(said[1]) {
		return ledger.Finding{}
	}
	return ledger.Finding{
		What:   fmt.Sprintf("The token's sub is %q, and the trust policy wants %s.", said[1], quoted(c.values)),
		Why:    "The two are compared character by character, upper and lower case too.",
		Change: "make the condition fit the token's sub", Source: docOperators, Confidence: "V",
	}
}

func inEnvironment(c *subjectCondition, text string) ledger.Finding {
	said := workflowEnvironment.FindStringSubmatch(text)
	if c.issuer != githubIssuer || said == nil || c.mayBeIn(said[1]) {
		return ledger.Finding{}
	}
	name := said[1]
	return ledger.Finding{
		What: fmt.Sprintf("The job runs in the environment %s, and the trust policy wants %s.", name, quoted(c.values)),
		Why: "The sub of a job with an environment is repo:OWNER/NAME:environment:" + name + ", whatever its branch, " +
			"unless the repository has a template of its own for it.",
		Change: "name the environment in the condition (:environment:" + name + "), or take it out of the job",
		Source: docSubjects, Confidence: "L",
	}
}

// mayBeIn reports whether a subject of an environment may meet the condition, whatever
// its repository is.
func (c *subjectCondition) mayBeIn(environment string) bool {
	return slices.ContainsFunc(c.values, func(value string) bool {
		parts := strings.SplitN(value, ":", 3)
		switch {
		case len(parts) < 3:
			return c.like() && strings.HasSuffix(value, "*")
		case c.like():
			return wildcard.Fits(parts[2], "environment:"+environment)
		}
		return parts[2] == "environment:"+environment
	})
}

func quoted(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprintf("%q", v)
	}
	return strings.Join(out, " or ")
}

// trusting is a finding about a role that lets no web identity in, with what the trust
// policy in the text says of it.
func trusting(text string, f ledger.Finding) ledger.Finding {
	for _, c := range subjectsWanted(text) {
		for _, misfit := range misfits {
			if told := misfit(&c, text); told.What != "" {
				told.Kind, told.Library, told.Change = f.Kind, f.Library, prose.Sentence(told.Change)
				return told
			}
		}
	}
	return f
}
