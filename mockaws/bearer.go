package mockaws

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// The prefixes of Bedrock API keys
// (https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html).
const (
	shortTermPrefix = "bedrock-api-key-"
	longTermPrefix  = "ABSK"
)

// maxShortTerm is the longest life of a short-term key.
const maxShortTerm = 12 * time.Hour

// authenticateBearer judges a Bedrock API key. A bearer token wins over whatever
// of Signature Version 4 the request still carries.
func (f *flight) authenticateBearer(bearer string) *verdict.Refusal {
	var cred *iam.Credential
	var refusal *verdict.Refusal
	kind := "LONG_TERM"
	switch {
	case strings.HasPrefix(bearer, shortTermPrefix):
		kind = "SHORT_TERM"
		cred, refusal = f.shortTermKey(bearer)
	case strings.HasPrefix(bearer, longTermPrefix):
		cred, refusal = f.server.iam.ResolveBearer(bearer)
	default:
		refusal = refuseBearer(verdict.BadBearer{}, "a Bedrock API key starts with "+shortTermPrefix+" or "+
			longTermPrefix)
	}
	if refusal != nil {
		return refusal
	}
	if refusal := f.acceptAs(cred); refusal != nil {
		return refusal
	}
	// AWS checks this before the operation's own action
	// (https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html).
	// Mantle has an action of its own for it (the managed policy
	// AmazonBedrockMantleInferenceAccess).
	namespace := f.target.Service.SigningName
	context := f.conditions()
	context[namespace+":bearerTokenType"] = []string{kind}
	return f.server.iam.Authorize(cred, iam.Call{Action: namespace + ":CallWithBearerToken", Resource: "*",
		Context: context})
}

func refuseBearer(cause verdict.Cause, detail string) *verdict.Refusal {
	return verdict.Because(verdict.StageAuthenticate, cause, detail)
}

// shortTermKey verifies a short-term key: it is a presigned URL of POST
// https://bedrock.amazonaws.com/ in base64, with &Version=1 added after signing
// (@aws/bedrock-token-generator).
func (f *flight) shortTermKey(bearer string) (*iam.Credential, *verdict.Refusal) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(bearer, shortTermPrefix))
	if err != nil {
		return nil, refuseBearer(verdict.UnknownBearer{}, "what follows "+shortTermPrefix+" is not base64")
	}
	host, query, ok := strings.Cut(strings.TrimSuffix(string(raw), "&Version=1"), "/?")
	if !ok || host != "bedrock.amazonaws.com" {
		return nil, refuseBearer(verdict.UnknownBearer{},
			"the key does not hold a presigned URL of bedrock.amazonaws.com")
	}
	request := &sigv4.Request{Method: "POST", Host: host, Path: "/", RawQuery: query, Header: http.Header{}}
	rules := sigv4.Rules{Service: "bedrock", Region: f.call.Region, SkewWindow: 7 * 24 * time.Hour}
	auth, refusal := sigv4.Parse(request, rules, f.now)
	if auth != nil {
		f.describeShortTerm(auth)
	}
	if refusal != nil {
		return nil, refuseBearer(verdict.UnknownBearer{}, "the presigned URL in the key: "+refusal.Error())
	}
	if refusal := f.checkLife(request, auth); refusal != nil {
		return nil, refusal
	}
	cred, refusal := f.server.iam.Resolve(auth.KeyID, auth.Token)
	if refusal == nil {
		refusal = f.server.verifier.Verify(request, auth, rules, cred.Secret)
	}
	if refusal == nil {
		return cred, nil
	}
	if old, ok := verdict.CauseOf[verdict.OldToken](refusal); ok {
		return nil, refuseBearer(verdict.OldBearer(old), "the session behind the key has expired")
	}
	return nil, refuseBearer(verdict.UnknownBearer{}, "the presigned URL in the key: "+refusal.Error())
}

func (f *flight) describeShortTerm(auth *sigv4.Authorization) {
	p := &f.exchange.Presented
	p.KeyID, p.ScopeDate, p.ScopeRegion, p.ScopeService, p.Token = auth.KeyID, auth.ScopeDate, auth.Region,
		auth.Service, Describe(auth.Token)
}

func (f *flight) checkLife(request *sigv4.Request, auth *sigv4.Authorization) *verdict.Refusal {
	query := request.RawQuery
	seconds, err := strconv.Atoi(queryValue(query, "X-Amz-Expires"))
	life := time.Duration(seconds) * time.Second
	if err != nil || life <= 0 || life > maxShortTerm {
		return refuseBearer(verdict.UnknownBearer{}, "the key's X-Amz-Expires is not from 1 to 43200 seconds")
	}
	if end := auth.Date.Add(life); f.now.After(end) {
		return refuseBearer(verdict.OldBearer{Expiration: end.UTC()},
			"the key ended at "+end.UTC().Format(time.RFC3339))
	}
	return nil
}

func queryValue(query, name string) string {
	for part := range strings.SplitSeq(query, "&") {
		if n, v, _ := strings.Cut(part, "="); n == name {
			return v
		}
	}
	return ""
}
