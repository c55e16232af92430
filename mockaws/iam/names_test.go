package iam

import (
	"strings"
	"testing"
	"time"
)

// TestNames: the bounds of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
func TestNames(t *testing.T) {
	a := func(n int) string { return strings.Repeat("a", n) }
	for name, want := range map[string]string{
		"": "is missing", a(64): "", a(65): "65 characters, at most 64", "a+=,.@_-Z9": "", "a b": "letters, digits",
		"a/b": "letters, digits", "é": "letters, digits",
	} {
		if got := nameProblem(name, 64); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("name %.20q: %s", name, got)
		}
	}
	for path, ok := range map[string]bool{"": true, "/": true, "/a/": true, "/a": false, "a/": false,
		"/" + a(510) + "/": true, "/" + a(511) + "/": false, "/a b/": false, "/a\x7f/": false, "/~!/": true,
		"/é/": false} {
		got, is := cleanPath(path)
		want := path
		if path == "" || !ok {
			want = "/"
		}
		if is != ok || got != want {
			t.Errorf("path %.20q: %.20q, %t", path, got, is)
		}
	}
	for name, ok := range map[string]bool{a(1): false, a(2): true, a(64): true, a(65): false, "a_+=,.@-9": true,
		"a b": false, "a/b": false} {
		if isSessionName(name) != ok {
			t.Errorf("session %.20q is not %t", name, ok)
		}
	}
	for _, row := range []struct{ key, value, want string }{
		{"", "v", "no key"}, {a(128), a(256), ""}, {a(129), "", "more than 128"}, {"k", a(257), "more than 256"},
		{strings.Repeat("é", 128), strings.Repeat("é", 256), ""}, {"aws:x", "", "reserved"}, {"AWS:x", "", "reserved"},
		{"k", "", ""}, {"awsx", "", ""},
	} {
		if got := (Tag{Key: row.key, Value: row.value}).problem(); !strings.Contains(got, row.want) ||
			row.want == "" && got != "" {
			t.Errorf("tag %.20q: %s", row.key, got)
		}
	}
	m := map[string]*identity{"Ann": {name: "Ann"}}
	if sameName(m, "ANN") != m["Ann"] || sameName(m, "Anna") != nil {
		t.Error("names are told apart by case, or not at all")
	}
}

// TestKeysOfARequest: the condition keys that follow from principal, session and time
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
func TestKeysOfARequest(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	const none = "(none)"
	for _, row := range []struct {
		name string
		r    request
		keys map[string]string
	}{
		{"user", request{now: now, resourceAccount: "999988887777", principal: &Principal{Kind: KindUser,
			UserName: "ann",
			UserID:   "AIDA1", AccountID: "111122223333", ARN: "arn:u"}}, map[string]string{
			"aws:username": "ann", "aws:userid": "AIDA1", "aws:principalaccount": "111122223333",
			"aws:principalarn":  "arn:u",
			"aws:principaltype": "User", "aws:principalisawsservice": "false", "aws:viaawsservice": "false",
			"aws:principalservicename": none, "aws:resourceaccount": "999988887777", "aws:sourceidentity": none,
			"aws:tokenissuetime": none, "aws:multifactorauthpresent": none, "aws:multifactorauthage": none,
			"aws:currenttime": "2026-05-01T12:00:00Z", "aws:epochtime": "1777636800",
		}},
		{"session", request{now: now, principal: &Principal{Kind: KindAssumedRole, UserID: "AROA1:s", RoleARN: "arn:r",
			ARN: "arn:s", UserName: "x"}, session: &session{sourceIdentity: "Ann", issued: now.Add(-time.Minute),
			mfaAt: now.Add(-90 * time.Second)}}, map[string]string{
			"aws:username": none, "aws:userid": "AROA1:s", "aws:principalaccount": none, "aws:principalarn": "arn:r",
			"aws:principaltype": "AssumedRole", "aws:resourceaccount": none, "aws:sourceidentity": "Ann",
			"aws:tokenissuetime": "2026-05-01T11:59:00Z", "aws:multifactorauthpresent": "true",
			"aws:multifactorauthage": "90",
		}},
		{"session without MFA", request{now: now, principal: &Principal{Kind: KindFederatedUser, ARN: "arn:f"},
			session: &session{issued: now}}, map[string]string{"aws:multifactorauthpresent": "false",
			"aws:multifactorauthage": none, "aws:sourceidentity": none, "aws:principalarn": "arn:f",
			"aws:principaltype": "FederatedUser"}},
		{"service", request{now: now, principal: &Principal{Kind: KindService, ARN: "arn:x",
			service: "lambda.amazonaws.com"}},
			map[string]string{"aws:principalisawsservice": "true", "aws:principalservicename": "lambda.amazonaws.com",
				"aws:principalarn": none, "aws:principaltype": none, "aws:userid": none}},
		{"root", request{now: now, principal: &Principal{Kind: KindRoot, ARN: "arn:root"}}, map[string]string{
			"aws:principaltype": "Account", "aws:principalarn": "arn:root"}},
		{"nobody", request{now: now, principal: &Anonymous}, map[string]string{"aws:principalisawsservice": none,
			"aws:principaltype": "Anonymous", "aws:principalarn": none}},
		{"web identity", request{now: now, principal: &Principal{Kind: kindWebIdentity, ARN: "arn:w"}},
			map[string]string{
				"aws:principalarn": none, "aws:principaltype": none}},
	} {
		for key, want := range row.keys {
			got, ok := globalKeys[key](&row.r)
			if !ok {
				got = none
			}
			if got != want {
				t.Errorf("%s: %s is %q, want %q", row.name, key, got, want)
			}
		}
		if row.name == "user" && len(row.keys) != len(globalKeys) {
			t.Errorf("%d keys of %d", len(row.keys), len(globalKeys))
		}
	}
}

// TestSharedProviders: a trust policy for GitHub's tokens must say whose
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_secure-by-default.html).
func TestSharedProviders(t *testing.T) {
	const github = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
	trust := func(effect, provider, condition string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"` + effect + `","Principal":{"Federated":"` + provider +
			`"},"Action":"sts:AssumeRoleWithWebIdentity"` + condition + `}}`
	}
	is := func(operator, key, value string) string {
		return `,"Condition":{"` + operator + `":{"` + key + `":"` + value + `"}}`
	}
	const sub = "token.actions.githubusercontent.com:sub"
	for name, row := range map[string]struct {
		text string
		ok   bool
	}{
		"sub":      {trust("Allow", github, is("StringEquals", sub, "repo:a/b:ref:x")), true},
		"sub like": {trust("Allow", github, is("StringLike", sub, "repo:a/*")), true},
		"sub, any case": {trust("Allow", github, is("StringEqualsIgnoreCase", strings.ToUpper(sub), "repo:a/b")),
			true},
		"workflow": {trust("Allow", github,
			is("StringLike", "token.actions.githubusercontent.com:job_workflow_ref", "a/b")), true},
		"everybody":    {trust("Allow", github, is("StringLike", sub, "*")), false},
		"no condition": {trust("Allow", github, ""), false},
		"another key": {trust("Allow", github, is("StringEquals", "token.actions.githubusercontent.com:aud", "x")),
			false},
		"another test":   {trust("Allow", github, is("StringNotEquals", sub, "x")), false},
		"denied":         {trust("Deny", github, ""), true},
		"other provider": {trust("Allow", "arn:aws:iam::111122223333:oidc-provider/example.com", ""), true},
		"of an enterprise": {trust("Allow", github+"/octo",
			is("StringEquals", "token.actions.githubusercontent.com/octo:sub", "x")), true},
		"enterprise, none": {trust("Allow", github+"/octo", ""), false},
	} {
		p, err := ParsePolicy(TrustPolicy, row.text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := checkShared(p); (err == nil) != row.ok || err != nil && !strings.Contains(err.Error(),
			"job_workflow_ref") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
