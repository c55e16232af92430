package iam_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
)

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func TestPolicyProblems(t *testing.T) {
	for _, c := range []struct {
		name     string
		kind     iam.PolicyKind
		document string
		want     []string // all problems, in order
	}{
		{"good", iam.IdentityPolicy, document(statement("Allow", "s3:*", "*")), nil},
		{"good, one statement without a list", iam.IdentityPolicy,
			`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, nil},
		{"good trust", iam.TrustPolicy,
			document(trustStatement("sts:AssumeRole",
				"{'AWS':['111122223333','arn:aws:iam::111122223333:root','arn:aws:iam::111122223333:user/a/b','arn:aws:sts::111122223333:assumed-role/r/s','AROAEXAMPLEEXAMPLE123'],'Service':'lambda.amazonaws.com','Federated':'cognito-identity.amazonaws.com'}")), nil},
		{"good, SID with any characters in a resource's policy", iam.ResourcePolicy,
			document(statement("Allow", "s3:*", "*", "'Principal':'*'", "'Sid':'a b-c'")), nil},
		{"no JSON", iam.IdentityPolicy, `{`, []string{"policy is not JSON: unexpected EOF"}},
		{"two documents", iam.IdentityPolicy, `{} {}`, []string{"policy is not JSON: something follows the document"}},
		{"a list", iam.IdentityPolicy, `[]`, []string{"a policy must be an object or a string of JSON, not a list"}},
		{"empty", iam.IdentityPolicy, `{}`, []string{"Statement is missing"}},
		{"no statements", iam.IdentityPolicy, `{"Statement":[]}`,
			[]string{"Statement must have at least one statement"}},
		{"many at once", iam.IdentityPolicy, `{"Version":"2026-01-01","statement":[],"Statement":[
			{"Effect":"allow","Action":["s3","s3:Get Object"],"Resource":"bucket","Principal":"*"},
			{"Action":"s3:*","NotAction":"s3:*","Resource":[],"Condition":{"StringEqual":{"a:b":"c"},"Bool":{"a":"x"},"IpAddress":{"aws:SourceIp":"10.0.0.0/33"}}},
			7]}`, []string{
			`policy has an unknown element "statement" (did you mean Statement?)`,
			`Version must be "2012-10-17" or "2008-10-17", not "2026-01-01"`,
			`Statement[0]: Effect must be "Allow" or "Deny", not "allow"`,
			`Statement[0]: an identity-based policy must not have Principal: it is whom the policy is attached to`,
			`Statement[0]: action "s3" must be "*" or have the form service:Name`,
			`Statement[0]: action "s3:Get Object": a name may hold only letters, digits, "*" and "?"`,
			`Statement[0]: resource "bucket" must be "*" or an ARN`,
			`Statement[1]: Effect is missing`,
			`Statement[1] has both Action and NotAction`,
			`Statement[1]: Resource is empty`,
			`Statement[1]: Condition.Bool: "a" is no condition key: they have the form prefix:Name`,
			`Statement[1]: Condition.Bool.a: "x" is not true or false`,
			`Statement[1]: Condition.IpAddress.aws:SourceIp: "10.0.0.0/33" is not an IP address or a CIDR range`,
			`Statement[1]: Condition: unknown operator "StringEqual"`,
			`Statement[2] must be an object, not a number`,
		}},
		{"operator in lower case", iam.IdentityPolicy,
			document(statement("Allow", "*", "*", "'Condition':{'stringequals':{'a:b':'c'}}")),
			[]string{`Statement[0]: Condition: unknown operator "stringequals" (did you mean StringEquals?)`}},
		{"NullIfExists", iam.IdentityPolicy,
			document(statement("Allow", "*", "*", "'Condition':{'NullIfExists':{'a:b':'true'}}")),
			[]string{`Statement[0]: Condition: unknown operator "NullIfExists"`}},
		{"condition that is none", iam.IdentityPolicy, document(statement("Allow", "*", "*", "'Condition':['x']")),
			[]string{"Statement[0]: Condition must be an object, not a list"}},
		{"SID twice", iam.IdentityPolicy, document(statement("Allow", "*", "*", "'Sid':'A'"), statement("Allow", "*",
			"*", "'Sid':'A'")), []string{`Statement[1]: Sid "A" stands twice`}},
		{"SID with a space", iam.IdentityPolicy, document(statement("Allow", "*", "*", "'Sid':'A B'")),
			[]string{`Statement[0]: Sid "A B" may hold only letters and digits in an identity-based policy`}},
		{"no Resource", iam.IdentityPolicy, document(statement("Allow", "*", "")),
			[]string{"Statement[0]: Resource is missing"}},
		{"service by wildcard", iam.IdentityPolicy, document(statement("Allow", "s*:Get", "*")),
			[]string{`Statement[0]: action "s*:Get": a service prefix may hold only letters, digits and "-"`}},
		{"trust without Principal", iam.TrustPolicy, document(statement("Allow", "sts:AssumeRole", "")),
			[]string{"Statement[0]: Principal is missing"}},
		{"trust with Resource", iam.TrustPolicy, document(statement("Allow", "sts:AssumeRole", "*", "'Principal':'*'")),
			[]string{"Statement[0]: a trust policy must not have Resource: it is the role itself"}},
		{"trust for S3", iam.TrustPolicy, document(trustStatement("s3:GetObject", "'*'")),
			[]string{`Statement[0]: action "s3:GetObject": a trust policy may hold only actions of sts`}},
		{"principals that are none", iam.TrustPolicy,
			document(trustStatement("sts:AssumeRole",
				"{'AWS':['bob','arn:aws:iam::111122223333:role/*'],'Service':'lambda','User':'x'}")), []string{
				`Statement[0]: Principal.AWS: "bob" must be an account id, or the ARN of an account, user, role or session`,
				`Statement[0]: Principal.AWS: "arn:aws:iam::111122223333:role/*": a principal cannot be matched by a part of its ARN; use "*" with a condition on aws:PrincipalArn`,
				`Statement[0]: Principal.Service: "lambda" must be the name of a service, such as lambda.amazonaws.com`,
				`Statement[0]: Principal.User: unknown type of principal; use AWS, Service, Federated or CanonicalUser`,
			}},
		{"Principal that is a string", iam.ResourcePolicy,
			document(statement("Allow", "s3:*", "*", "'Principal':'111122223333'")),
			[]string{`Statement[0]: Principal must be "*" or an object with AWS, Service, Federated or CanonicalUser`}},
		{"action that is an object", iam.IdentityPolicy,
			`{"Statement":{"Effect":"Allow","Action":{"a":1},"Resource":"*"}}`,
			[]string{"Statement[0]: Action must be a string or a list of strings, not an object"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := iam.ParsePolicy(c.kind, c.document)
			var got []string
			if err != nil {
				got = strings.Split(err.Error(), "\n")
			}
			if !slices.Equal(got, c.want) || (p == nil) != (err != nil) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
}

// What decoders of YAML make of an unquoted version and account id.
func TestPolicyFromYAML(t *testing.T) {
	p, err := iam.PolicyOf(iam.TrustPolicy, map[string]any{
		"Version": time.Date(2012, 10, 17, 0, 0, 0, 0, time.UTC),
		"Statement": []any{map[any]any{
			"Effect": "Allow", "Action": []any{"sts:AssumeRole"}, "Principal": map[string]any{"AWS": 111122223333},
			"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": true},
				"NumericLessThan": map[string]any{"a:b": 1.5}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"Statement":[{"Action":["sts:AssumeRole"],"Condition":{"Bool":{"aws:SecureTransport":true},"NumericLessThan":{"a:b":1.5}},"Effect":"Allow","Principal":{"AWS":111122223333}}],"Version":"2012-10-17"}`
	if p.String() != want || p.Version != "2012-10-17" {
		t.Errorf("%s", p)
	}
	if text, err := json.Marshal(map[string]*iam.Policy{"p": p, "none": nil}); err != nil ||
		string(text) != `{"none":null,"p":`+want+`}` {
		t.Errorf("%s, %v", text, err)
	}
	if again, err := iam.PolicyOf(iam.TrustPolicy, p.String()); err != nil || again.String() != want {
		t.Errorf("%v, %v", again, err)
	}
}

// The older language has no variables.
func TestVersion2008HasNoVariables(t *testing.T) {
	for version, want := range map[string]bool{"2012-10-17": true, "2008-10-17": false} {
		s := iam.New(nil)
		applied,
			err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home,
			Users: []iam.UserSeed{{Name: "bob", Keys: []iam.KeySeed{{}}, Policies: []iam.PolicySeed{
				{Document: `{"Version":"` + version +
					`","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}"}}`},
			}}}}}})
		if err != nil {
			t.Fatal(err)
		}
		c, _ := s.Resolve(applied.Keys[0].KeyID, "")
		if got := s.Authorize(c, iam.Call{Action: "s3:X", Resource: "arn:aws:s3:::b/bob"}) == nil; got != want {
			t.Errorf("%s: %v", version, got)
		}
	}
}

func FuzzPolicy(f *testing.F) {
	f.Add(0, document(statement("Allow", "s3:*", "arn:aws:s3:::b/${aws:username, 'x'}/*",
		"'Condition':{'ForAnyValue:StringLikeIfExists':{'aws:TagKeys':['a*','${*}']},'Null':{'a:b':true}}")),
		"s3:GetObject", "arn:aws:s3:::b/k")
	f.Add(1, document(statement("Deny", "*", "*", "'Principal':{'AWS':['*','111122223333']}")), "", "")
	f.Add(1, `{"Statement":{"Effect":"Allow","NotAction":[],"NotResource":"*","NotPrincipal":{"Service":"a.b"}}}`,
		"a:b", "*")
	f.Add(2, document(trustStatement("sts:AssumeRole", "{'Federated':'x'}",
		"'Condition':{'DateLessThan':{'aws:CurrentTime':'2026'},'IpAddress':{'aws:SourceIp':'::1'}}")),
		"sts:AssumeRole", "")
	f.Add(0,
		`{"Version":"2012-10-17","Statement":[{"Sid":7,"Effect":null,"Action":{"x":[]},"Resource":[[]],"Condition":{"Bool":7}}]}`, "*", "*")
	s := iam.New(nil, iam.WithSeed(1))
	applied,
		err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home,
		Users: []iam.UserSeed{{Name: "bob", Keys: []iam.KeySeed{{}}, Allow: []string{"*"}}}}}})
	if err != nil {
		f.Fatal(err)
	}
	c, _ := s.Resolve(applied.Keys[0].KeyID, "")
	f.Fuzz(func(t *testing.T, kind int, text, action, resource string) {
		kind = ((kind % 3) + 3) % 3
		p, err := iam.ParsePolicy(iam.PolicyKind(kind), text)
		if err != nil {
			if p != nil || err.Error() == "" {
				t.Fatalf("%v, %q", p, err)
			}
			return
		}
		again, err := iam.ParsePolicy(iam.PolicyKind(kind), p.String())
		if err != nil || again.String() != p.String() {
			t.Fatalf("%s\nbecomes %v, %v", p, again, err)
		}
		if kind == int(iam.IdentityPolicy) {
			return
		}
		call := iam.Call{Action: action, Resource: resource, ResourcePolicy: p, ResourcePolicyRequired: true,
			ResourceAccount: home}
		first, second := s.Authorize(c, call), s.Authorize(c, call)
		if (first == nil) != (second == nil) {
			t.Fatalf("decided both ways: %v, %v", first, second)
		}
	})
}
