package clients_test

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws/verdict"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// apiKey is a long-term Bedrock API key, another for each user.
func apiKey(user string) string {
	return "ABSK" + base64.StdEncoding.EncodeToString([]byte(user+"-at-"+account+":"+strings.Repeat(user, 12)))
}

// shortTermKey is a short-term Bedrock API key, a presigned URL in base64, as
// @aws/bedrock-token-generator makes it.
func shortTermKey(keyID, secret, token, expires string, at time.Time) string {
	GinkgoHelper()
	req, err := http.NewRequest(http.MethodPost,
		"https://bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Expires="+expires, nil)
	Expect(err).NotTo(HaveOccurred())
	const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	url, _, err := v4.NewSigner().PresignHTTP(req.Context(), aws.Credentials{AccessKeyID: keyID,
		SecretAccessKey: secret, SessionToken: token},
		req, emptyHash, "bedrock", "us-east-1", at)
	Expect(err).NotTo(HaveOccurred())
	return "bedrock-api-key-" + base64.StdEncoding.EncodeToString([]byte(strings.TrimPrefix(url, "https://")+
		"&Version=1"))
}

// apiKeyCases are the ways in which a Bedrock API key goes wrong.
func apiKeyCases() []credentialCase {
	now := time.Now()
	short := func(keyID, token string) string { return shortTermKey(keyID, secret(keyID), token, "43200", now) }
	return []credentialCase{
		{Name: "right", Bearer: apiKey("user")},
		{Name: "unknown", Bearer: apiKey("nobody"), Reason: verdict.BearerInvalid},
		{Name: "expired", Bearer: apiKey("other"), Reason: verdict.BearerExpired},
		{Name: "inactive", Bearer: apiKey("idle"), Reason: verdict.BearerInvalid, Like: "unknown"},
		{Name: "of another kind", Bearer: "sk-ant-api03-AAAA", Reason: verdict.BearerMalformed},
		{Name: "not allowed with a bearer", Bearer: apiKey("powerless"), Reason: verdict.Denied},
		{Name: "not allowed", Bearer: apiKey("caller"), Reason: verdict.Denied},
		{Name: "short-term, right", Bearer: short(userKey, "")},
		{Name: "short-term, of a session", Bearer: short(sessionKey, token(sessionKey))},
		{Name: "short-term, expired", Bearer: shortTermKey(userKey, secret(userKey), "", "3600", now.Add(-2*time.Hour)),
			Reason: verdict.BearerExpired, Like: "expired"},
		{Name: "short-term, wrong secret", Bearer: shortTermKey(userKey, secret(otherKey), "", "3600", now),
			Reason: verdict.BearerInvalid, Like: "unknown"},
		{Name: "short-term, unknown key", Bearer: short("AKIARZPUZDIKAANOSUCH", ""), Reason: verdict.BearerInvalid,
			Like: "unknown"},
		{Name: "short-term, foreign token", Bearer: short(userKey, token(sessionKey)), Reason: verdict.BearerInvalid,
			Like: "unknown"},
		{Name: "short-term, missing token", Bearer: short(sessionKey, ""), Reason: verdict.BearerInvalid,
			Like: "unknown"},
	}
}

var apiKeyRefusals = family{
	"unknown": {403, "AccessDeniedException",
		"Authentication failed: Please make sure your API Key is valid.", 76, ""},
	"expired": {403, "AccessDeniedException", "Bearer Token has expired", 38, ""},
	"of another kind": {403, "AccessDeniedException",
		"Invalid API Key format: Must start with pre-defined prefix", 72, ""},
	"not allowed with a bearer": {403, "AccessDeniedException",
		denied + "bedrock:CallWithBearerToken on resource: * because no identity-based policy allows", 0, ""},
	"not allowed": {403, "AccessDeniedException",
		"User: arn:aws:iam::123456789012:user/caller is not authorized to perform: bedrock:", 0, ""},
}

var _ = Describe("Bedrock answers each kind of wrong API key as AWS does", func() {
	var some []call
	for _, c := range calls {
		if strings.HasPrefix(c.service, "Bedrock") {
			c.refusals = apiKeyRefusals
			some = append(some, c)
		}
	}
	sandbox := func() harness.Option {
		GinkgoHelper()
		if err := isolation.Available(); err != nil { // SDKs send no bearer token over plain HTTP
			suite.Missing("sandbox", err)
		}
		return harness.WithIsolation(isolation.Sandbox)
	}
	for name, k := range map[string]client{"the AWS SDK for JavaScript v3": javaScript, "boto3": boto3,
		"the AWS CLI": awsCLI} {
		It("to "+name, func(ctx SpecContext) {
			keys := apiKeyCases()
			lines, r := k.run(ctx, some, keys, sandbox())
			k.check(some, keys, lines, r)
		})
	}

	It("to the AI SDK", func(ctx SpecContext) {
		for _, given := range apiKeyCases() {
			subject := suite.Subject(ctx, "node-ai-sdk", "--package", "4.0.186", "--strategy", "env")
			r, err := harness.StartTest(GinkgoT(), "local", harness.Seed(seed), harness.Set("AWS_REGION", "us-east-1"),
				harness.Set("AWS_BEARER_TOKEN_BEDROCK", given.Bearer), sandbox()).Run(ctx, subject)
			Expect(err).NotTo(HaveOccurred())
			if given.Reason == "" {
				Expect(r.Accepted() && !r.Failed()).To(BeTrue(), "%s: %s", given.Name, r)
				continue
			}
			// The message comes under a capital "Message", which the library does not
			// read: only the status text is left, whatever is wrong.
			Expect(string(r.Stderr)).To(HavePrefix("AI_APICallError: Forbidden"), "%s: %s", given.Name, r)
			Expect(slices.Collect(reasons(r))).To(Equal([]verdict.Reason{given.Reason}), given.Name)
		}
	})
})

// reasons are why calls were refused.
func reasons(r *harness.Result) func(yield func(verdict.Reason) bool) {
	return func(yield func(verdict.Reason) bool) {
		for _, e := range r.Exchanges {
			if e.Verdict.Refusal != nil && !yield(e.Verdict.Refusal.Reason) {
				return
			}
		}
	}
}
