package clients_test

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const deployARN = "arn:aws:iam::" + account + ":role/deploy"

// assumable is a role that trusts its account.
var assumable = harness.Seed(mockaws.Seed{Seed: iam.Seed{Accounts: []iam.AccountSeed{{ID: account,
	Roles: []iam.RoleSeed{{Name: "deploy",
		Trust: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "` + account +
			`"}, "Action": "sts:AssumeRole"}]}`}}}}}})

// stsCalls are the operations that issue credentials.
var stsCalls = []call{
	{"STS", "sts", "sts", "sts assume-role --role-session-name run-1 --role-arn " + deployARN, "AssumeRole",
		map[string]any{"RoleArn": deployARN, "RoleSessionName": "run-1"},
		sts.with(family{"not allowed": {status: 403, code: "AccessDenied", message: denied +
			"sts:AssumeRole on resource: " + deployARN, ends: deployARN}})},
	{"STS", "sts", "sts", "sts get-session-token --duration-seconds 900", "GetSessionToken",
		map[string]any{"DurationSeconds": 900}, sts},
	{"STS", "sts", "sts", "sts get-federation-token --name Bob", "GetFederationToken", map[string]any{"Name": "Bob"},
		sts.with(family{"not allowed": {status: 403, code: "AccessDenied", message: denied +
			"sts:GetFederationToken on resource: arn:aws:sts::" + account + ":federated-user/Bob"}})},
	{"STS", "sts", "sts", "sts get-access-key-info --access-key-id " + userKey, "GetAccessKeyInfo",
		map[string]any{"AccessKeyId": userKey},
		sts.with(family{"not allowed": {status: 403, code: "AccessDenied", message: denied + "sts:GetAccessKeyInfo"}})},
}

// stsErrors are calls with good credentials that STS refuses all the same.
func stsErrors() []call {
	refusing := func(code, message string, status int) family {
		return family{"wrong": {status: status, code: code, message: message}}
	}
	return []call{
		{"STS", "sts", "sts", "sts assume-role --role-session-name run-1 --role-arn " + deployARN +
			" --duration-seconds 7200", "AssumeRole",
			map[string]any{"RoleArn": deployARN, "RoleSessionName": "run-1", "DurationSeconds": 7200},
			refusing("ValidationError",
				"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400)},
		{"STS", "sts", "sts", "sts assume-role --role-session-name run-1 --role-arn deploy-of-the-team-web",
			"AssumeRole",
			map[string]any{"RoleArn": "deploy-of-the-team-web", "RoleSessionName": "run-1"}, refusing("ValidationError",
				"deploy-of-the-team-web is invalid", 400)},
		{"STS", "sts", "sts", "sts assume-role-with-web-identity --role-session-name run-1 --role-arn " + deployARN +
			" --web-identity-token opaque", "AssumeRoleWithWebIdentity",
			map[string]any{"RoleArn": deployARN, "RoleSessionName": "run-1", "WebIdentityToken": "opaque"},
			refusing("InvalidIdentityToken", "The ID Token provided is not a valid JWT.", 400)},
		{"STS", "sts", "sts", "sts decode-authorization-message --encoded-message abc", "DecodeAuthorizationMessage",
			map[string]any{"EncodedMessage": "abc"}, refusing("InvalidAuthorizationMessageException", "", 400)},
	}
}

var _ = Describe("STS answers the operations that issue credentials as AWS does", func() {
	var some []credentialCase
	for _, c := range cases {
		switch c.Name {
		case "right", "foreign token", "expired token", "unknown key", "wrong secret", "not allowed":
			some = append(some, c)
		}
	}
	wrong := []credentialCase{{Name: "wrong", AccessKeyID: userKey, SecretAccessKey: secret(userKey),
		Reason: verdict.OperationFailed}}
	for name, k := range map[string]client{"the AWS SDK for JavaScript v3": javaScript, "boto3": boto3,
		"the AWS CLI": awsCLI} {
		It("to "+name+", with right and wrong credentials", func(ctx SpecContext) {
			lines, r := k.run(ctx, stsCalls, some, assumable)
			k.check(stsCalls, some, lines, r)
		})
		It("to "+name+", where the call itself is wrong", func(ctx SpecContext) {
			calls := stsErrors()
			lines, r := k.run(ctx, calls, wrong, assumable)
			k.check(calls, wrong, lines, r)
		})
	}
})
