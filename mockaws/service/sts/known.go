package sts

import (
	"errors"
	"strings"

	"github.com/hostproof/hostproof/mockaws/oidc"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// seen says how sure it is that AWS words an error so, and where it was seen.
type seen struct{ confidence, source string }

// Message is an answer of STS, by how its text begins.
type Message struct {
	Case       string // what is answered so
	Code       string // "" for several
	Begins     string
	Confidence protocol.Confidence
	Source     string
}

// Messages are the answers of STS that have no row: its own errors, and what it says of
// identity tokens.
func Messages() (list []Message) {
	for begins, s := range seenMessages {
		list = append(list, Message{Case: "message: " + begins, Begins: begins,
			Confidence: protocol.Confidence(s.confidence), Source: s.source})
	}
	sample := &oidc.Error{}
	for problem, e := range tokenErrors {
		list = append(list, Message{Case: "identity token: " + string(problem), Code: e.code,
			Begins: e.message(sample, "{issuer}"), Confidence: protocol.Confidence(e.confidence), Source: e.source})
	}
	return list
}

const docAssumeRole = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"

// seenMessages are the messages of STS's own errors, by how they begin.
var seenMessages = map[string]seen{
	"Roles may not be assumed by root accounts.":                                      {"V", docAssumeRole},
	"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.": {"V", docAssumeRole},
	"The requested DurationSeconds exceeds the 1 hour session limit": {"V",
		"aws/eks-anywhere#9485"},
	"MultiFactorAuthentication failed with invalid MFA one time pass code.": {"V",
		"aws/aws-cli#2279; the final space is likely"},
	"MultiFactorAuthentication failed, unable to validate MFA code.": {"V",
		"aws/aws-cli#6325"},
	"MultiFactorAuthentication failed, must provide both MFA serial number and one time pass": {"V", "y13i/sgviz#9"},
	"Cannot call GetSessionToken with session credentials": {"V",
		"aws/aws-sdk-js#3670, aws/aws-sdk-php#1876"},
	"Cannot call GetFederationToken with session credentials": {"V",
		"fwdcloudsec/granted#151"},
	"Request ARN is invalid":                                  {"V", "physera/onelogin-aws-cli#12"},
	"Not authorized to perform sts:AssumeRoleWithWebIdentity": {"V", "aws-actions/configure-aws-credentials#1446"},
	"1 validation error detected: ":                           {"L", "mmmorris1975/aws-runas#80"},
	"2 validation errors detected: ":                          {"V", "mmmorris1975/aws-runas#80"},
	"3 validation errors detected: ":                          {"V", "mmmorris1975/aws-runas#80"},
	"4 validation errors detected: ":                          {"V", "mmmorris1975/aws-runas#80"},
	"The session token has ": {"L",
		"boto/botocore, sts/2011-06-15: the code is AWS's, and that it names both sizes"},
	"The specified transitive tag key must be included": {"V",
		"localstack/localstack tests/aws/services/sts/test_sts.snapshot.json, recorded from AWS"},
	"Duplicate tag keys found.": {"V",
		"localstack/localstack tests/aws/services/sts/test_sts.snapshot.json, recorded from AWS"},
	"One of the specified transitive tag keys can't be set because it conflicts": {"V",
		"localstack/localstack tests/aws/services/sts/test_sts.snapshot.json, recorded from AWS"},
}

// mark sets the confidence and source of an STS error that has none.
func mark(operation string, r *verdict.Refusal) *verdict.Refusal {
	failure, ok := verdict.CauseOf[verdict.Failure](r)
	if !ok || failure.Confidence != "" {
		return r
	}
	failure.Confidence = "U"
	failure.Source = "https://docs.aws.amazon.com/STS/latest/APIReference/API_" + operation + ".html"
	for begins, s := range seenMessages {
		if strings.HasPrefix(failure.Message, begins) {
			failure.Confidence, failure.Source = s.confidence, s.source
			break
		}
	}
	r.Cause = failure
	return r
}

// marked is an operation of STS whose errors say how sure they are.
func marked(handle service.Handler) service.Handler {
	return func(c *service.Call) (any, error) {
		out, err := handle(c)
		var refusal *verdict.Refusal
		if errors.As(err, &refusal) {
			return nil, mark(c.Operation.Name, refusal)
		}
		var failed *service.Error
		if errors.As(err, &failed) {
			return nil, mark(c.Operation.Name, failed.Refusal())
		}
		return out, err
	}
}
