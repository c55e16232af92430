package iam

import (
	"strings"
	"testing"
	"time"
)

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func TestResourcePatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, arn string
		want         bool
	}{
		{"*", "*", true},
		{"*", "arn:aws:s3:::b/k", true},
		{"arn:aws:s3:::b", "*", false},
		{"arn:aws:s3:::b", "arn:aws:s3:::b", true},
		{"arn:aws:s3:::b", "arn:aws:s3:::B", false},
		{"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1/test/object.jpg", true},
		{"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1/2/test/3/object.jpg", true},
		{"arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1-test/object.jpg", false},
		{"arn:aws:s3:::b/test?", "arn:aws:s3:::b/test1", true},
		{"arn:aws:s3:::b/test?", "arn:aws:s3:::b/test", false},
		{"arn:aws:s3:::b/test?", "arn:aws:s3:::b/testé", true},
		{"arn:aws:iam::111122223333:user/accounting/*", "arn:aws:iam::111122223333:user/accounting/Bob", true},
		{"arn:aws:sqs", "arn:aws:sqs:us-east-2:111122223333:q", false}, // an ARN has six parts
		{"arn:aws:sqs:*", "arn:aws:sqs:us-east-2:111122223333:q", true},
		{"arn:aws:sqs", "arn:aws:sns:us-east-2:111122223333:q", false},
		// A "*" at the end of a part runs on, one inside of it does not.
		{"arn:aws:bedrock:*:foundation-model/*", "arn:aws:bedrock:us-east-1::foundation-model/x", true},
		{"arn:aws:sqs:us*2:111122223333:q", "arn:aws:sqs:us-east-2:111122223333:q", true},
		{"arn:aws:sqs:us*3:q", "arn:aws:sqs:us-east-2:111122223333:q", false},
		{"arn:aws:logs:us-east-1:111122223333:log-group:/a/*:*",
			"arn:aws:logs:us-east-1:111122223333:log-group:/a/b:log-stream:c", true},
		{"${aws:x}", "${aws:x}", false},
	} {
		p := compile(c.pattern, true, true)
		want, ok := p.expand(&request{principal: &Anonymous})
		if got := ok && globResource(want, c.arn); got != c.want {
			t.Errorf("%q over %q: %v, want %v", c.pattern, c.arn, got, c.want)
		}
	}
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func TestVariables(t *testing.T) {
	r := newRequest("s3:GetObject", "", &Principal{Kind: KindUser, UserName: "Zhang*Wei"}, map[string][]string{
		"aws:PrincipalTag/team": {"red"}, "aws:TagKeys": {"a", "b"}, "aws:Empty": {},
	}, time.Time{})
	for _, c := range []struct {
		source, want string
		variables    bool
		resolved     bool
	}{
		{"home/${aws:username}/", "home/Zhang*Wei/", true, true},
		{"home/${AWS:UserName}/", "home/Zhang*Wei/", true, true},
		{"${aws:PrincipalTag/Team}", "red", true, true},
		{"${aws:PrincipalTag/squad, 'company-wide'}-x", "company-wide-x", true, true},
		{"${aws:PrincipalTag/team, 'company-wide'}", "red", true, true},
		{"${aws:PrincipalTag/squad, unquoted}", "", true, false},
		{"${aws:PrincipalTag/squad}", "", true, false},
		{"${aws:TagKeys}", "", true, false},
		{"${aws:Empty}", "", true, false},
		{"${*}${?}${$}{x}", "*?${x}", true, true},
		{"${aws:username}", "${aws:username}", false, true},
		{"${aws:username", "${aws:username", true, true},
		{"", "", true, true},
	} {
		got, ok := compile(c.source, true, c.variables).expand(r)
		if got != c.want || ok != c.resolved {
			t.Errorf("%q = %q, %v; want %q, %v", c.source, got, ok, c.want, c.resolved)
		}
	}
	// What a variable brings in is no wildcard.
	pattern, _ := compile("home/${aws:username}/*", true, true).expand(r)
	if glob(pattern, "home/Zhang-and-Wei/x") || !glob(pattern, "home/Zhang*Wei/x") {
		t.Error("the * in a user name matched as a wildcard")
	}
}

func TestGlobIsNotExponential(t *testing.T) {
	pattern := strings.Repeat("a*", 500) + "b"
	text := strings.Repeat("a", 5000)
	if glob(compile(pattern, true, false).constant(), text) {
		t.Error("matched")
	}
}

// TestListsOfGoPrograms: a policy that a Go program writes has []string.
func TestListsOfGoPrograms(t *testing.T) {
	var r reader
	got := r.strings("Action", []string{"s3:GetObject", "s3:PutObject"})
	if len(got) != 2 || got[1] != "s3:PutObject" || len(r.problems) > 0 {
		t.Errorf("got %v, %v", got, r.problems)
	}
}
