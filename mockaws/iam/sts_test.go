package iam_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const mfaSerial = "arn:aws:iam::111122223333:mfa/bob"

// office is a store with roles that trust in different ways.
type office struct {
	*iam.Store
	now                     time.Time
	bob, alice, root, guest *iam.Credential
	session, guestPlatform  *iam.Credential
	seeded                  *iam.Applied
}

func trust(statements ...string) string { return document(statements...) }

func trustStatement(action, principals string, more ...string) string {
	return statement("Allow", action, "", append([]string{"'Principal':" + principals}, more...)...)
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{now: noon}
	o.Store = iam.New(func() time.Time { return o.now }, iam.WithSeed(5), iam.WithRegion("eu-central-1"))
	condition := func(c string) string { return "'Condition':" + c }
	role := func(name string, statements ...string) iam.RoleSeed {
		return iam.RoleSeed{Name: name, Trust: trust(statements...), Allow: []string{"s3:*", "sts:*"}}
	}
	bob, account, everyTag := "{'AWS':'arn:aws:iam::111122223333:user/bob'}", "{'AWS':'111122223333'}", "sts:TagSession"
	long := role("long", trustStatement("sts:AssumeRole", account))
	long.MaxSessionDuration = 43200
	tagged := role("tagged", trustStatement("sts:*", account))
	tagged.Tags = map[string]string{"env": "prod"}
	var err error
	o.seeded, err = o.Apply(iam.Seed{Accounts: []iam.AccountSeed{
		{
			ID: home,
			Users: []iam.UserSeed{
				{Name: "bob", Allow: []string{"sts:*", "s3:*", "iam:*"}, Tags: map[string]string{"team": "red"},
					Keys: []iam.KeySeed{{}}, MFADevices: []iam.MFADeviceSeed{{Serial: mfaSerial,
						Codes: []string{"123456", "654321"}}}},
				{Name: "alice", Keys: []iam.KeySeed{{}}},
			},
			Policies: []iam.PolicySeed{{Name: "read", Document: document(statement("Allow", "s3:Get*", "*"))}},
			Roles: []iam.RoleSeed{
				role("bobs", trustStatement("sts:AssumeRole", bob)),
				role("ours", trustStatement("sts:AssumeRole", account)),
				role("external", trustStatement("sts:AssumeRole", account,
					condition("{'StringEquals':{'sts:ExternalId':'x-1'}}"))),
				role("mfa", trustStatement("sts:AssumeRole", account,
					condition(
						"{'Bool':{'aws:MultiFactorAuthPresent':'true'},'NumericLessThan':{'aws:MultiFactorAuthAge':'300'}}"))),
				role("named", trustStatement("sts:AssumeRole", account,
					condition("{'StringLike':{'sts:RoleSessionName':'ci-*'}}"))),
				role("lambda", trustStatement("sts:AssumeRole", "{'Service':'lambda.amazonaws.com'}",
					condition("{'StringEqualsIfExists':{'aws:SourceAccount':'111122223333'}}"))),
				role("chained", trustStatement("sts:AssumeRole", "{'AWS':'arn:aws:iam::111122223333:role/long'}")),
				role("chainedTags", trustStatement("sts:AssumeRole", account), trustStatement(everyTag, account,
					condition(
						"{'StringEquals':{'aws:RequestTag/team':'blue'},'ForAllValues:StringEquals':{'aws:TagKeys':['team','stage']}}"))),
				role("identified", trustStatement("sts:AssumeRole", account), trustStatement("sts:SetSourceIdentity",
					account, condition("{'StringLike':{'sts:SourceIdentity':'adm-*'}}"))),
				role("denying", trustStatement("sts:AssumeRole", account), statement("Deny", "sts:*", "",
					"'Principal':{'AWS':'arn:aws:iam::111122223333:user/bob'}")),
				long, tagged,
			},
			RootKeys: []iam.KeySeed{{}},
			Sessions: []iam.SessionSeed{{Role: "long", Name: "here"}},
		},
		{
			ID:    other,
			Users: []iam.UserSeed{{Name: "guest", Allow: []string{"sts:AssumeRole"}, Keys: []iam.KeySeed{{}}}},
			Roles: []iam.RoleSeed{
				{Name: "theirs", Path: "/a/b/", Trust: trust(trustStatement("sts:AssumeRole",
					"{'AWS':['111122223333']}"))},
				{Name: "everybodys", Trust: trust(trustStatement("sts:AssumeRole", "'*'"))},
			},
			Sessions: []iam.SessionSeed{{Role: "theirs"}},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	resolve := func(id, token string) *iam.Credential {
		c, r := o.Resolve(id, token)
		if r != nil {
			t.Fatal(r)
		}
		return c
	}
	k, x := o.seeded.Keys, o.seeded.Sessions
	o.bob, o.alice, o.root, o.guest = resolve(k[0].KeyID, ""), resolve(k[1].KeyID, ""), resolve(k[2].KeyID, ""),
		resolve(k[3].KeyID, "")
	o.session, o.guestPlatform = resolve(x[0].KeyID, x[0].Token), resolve(x[1].KeyID, x[1].Token)
	return o
}

func roleOf(name string) string { return "arn:aws:iam::" + home + ":role/" + name }

// denial and failure are the causes of refusals, empty where a refusal has another.
func denial(r *verdict.Refusal) verdict.Denial {
	d, _ := verdict.CauseOf[verdict.Denial](r)
	return d
}

func failure(r *verdict.Refusal) verdict.Failure {
	f, _ := verdict.CauseOf[verdict.Failure](r)
	return f
}

// outcome is a refusal in one line: code and message, or the denial.
func outcome(r *verdict.Refusal) string {
	switch {
	case r == nil:
		return ""
	case r.Reason == verdict.OperationFailed:
		f := failure(r)
		return fmt.Sprintf("%d %s: %s", f.Status, f.Code, f.Message)
	case r.Reason == verdict.Denied:
		d := denial(r)
		return strings.TrimSpace(d.Principal + " " + d.Action + " " + d.Resource + " " + d.Because)
	default:
		return string(r.Reason)
	}
}

func TestAssumeRole(t *testing.T) {
	o := newOffice(t)
	bob, alice := o.bob.Principal.ARN, o.alice.Principal.ARN
	input := func(role string, change ...func(*iam.AssumeRoleInput)) iam.AssumeRoleInput {
		if !strings.HasPrefix(role, "arn:") {
			role = roleOf(role)
		}
		in := iam.AssumeRoleInput{RoleARN: role, SessionInput: iam.SessionInput{Name: "one"}}
		for _, f := range change {
			f(&in)
		}
		return in
	}
	lasting := func(s int) func(*iam.AssumeRoleInput) {
		return func(in *iam.AssumeRoleInput) { in.DurationSeconds = s }
	}
	device := func(serial, code string) func(*iam.AssumeRoleInput) {
		return func(in *iam.AssumeRoleInput) { in.MFAInput = iam.MFAInput{SerialNumber: serial, TokenCode: code} }
	}
	tag := func(list ...iam.Tag) func(*iam.AssumeRoleInput) {
		return func(in *iam.AssumeRoleInput) { in.Tags = list }
	}
	for _, c := range []struct {
		name string
		as   *iam.Credential
		in   iam.AssumeRoleInput
		want string
	}{
		{"user named in the trust", o.bob, input("bobs"), ""},
		{"account named, identity allows", o.bob, input("ours"), ""},
		{"account named, identity does not allow", o.alice, input("ours"), alice + " sts:AssumeRole " + roleOf("ours")},
		{"not named", o.alice, input("bobs"), alice + " sts:AssumeRole " + roleOf("bobs")},
		{"denied by the trust", o.bob, input("denying"), bob + " sts:AssumeRole " + roleOf("denying")},
		{"role that does not exist", o.bob, input("nothing"), bob + " sts:AssumeRole " + roleOf("nothing")},
		{"role with the wrong path", o.bob, input("arn:aws:iam::444455556666:role/theirs"),
			bob + " sts:AssumeRole arn:aws:iam::444455556666:role/theirs"},
		{"role of nowhere", o.bob, input("arn:aws:iam::000000000000:role/x"),
			bob + " sts:AssumeRole arn:aws:iam::000000000000:role/x"},
		{"no ARN", o.bob, input("arn:"), bob + " sts:AssumeRole arn:"},
		{"across accounts", o.bob, input("arn:aws:iam::444455556666:role/a/b/theirs"), ""},
		{"across accounts, identity does not allow", o.alice, input("arn:aws:iam::444455556666:role/a/b/theirs"),
			alice + " sts:AssumeRole arn:aws:iam::444455556666:role/a/b/theirs"},
		{"across accounts, everybody", o.bob, input("arn:aws:iam::444455556666:role/everybodys"), ""},
		{"across accounts, not trusted", o.guest, input("ours"), o.guest.Principal.ARN + " sts:AssumeRole " +
			roleOf("ours")},
		{"root", o.root, input("ours"), "403 AccessDenied: Roles may not be assumed by root accounts."},
		{"nobody", nil, input("ours"), "anonymous sts:AssumeRole " + roleOf("ours")},
		{"a service's role", o.bob, input("lambda"), bob + " sts:AssumeRole " + roleOf("lambda")},

		{"external id", o.bob, input("external", func(in *iam.AssumeRoleInput) { in.ExternalID = "x-1" }), ""},
		{"wrong external id", o.bob, input("external", func(in *iam.AssumeRoleInput) { in.ExternalID = "x-2" }),
			bob + " sts:AssumeRole " + roleOf("external")},
		{"no external id", o.bob, input("external"), bob + " sts:AssumeRole " + roleOf("external")},
		{"session name", o.bob, input("named", func(in *iam.AssumeRoleInput) { in.Name = "ci-1" }), ""},
		{"wrong session name", o.bob, input("named"), bob + " sts:AssumeRole " + roleOf("named")},

		{"MFA", o.bob, input("mfa", device(mfaSerial, "123456")), ""},
		{"no MFA", o.bob, input("mfa"), bob + " sts:AssumeRole " + roleOf("mfa")},
		{"MFA, wrong code", o.bob, input("mfa", device(mfaSerial, "000000")),
			"403 AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. "},
		{"MFA, wrong serial number", o.bob, input("mfa", device("arn:aws:iam::111122223333:mfa/x", "123456")),
			"403 AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your " +
				"MFA serial number is valid and associated with this user."},
		{"MFA, device of another", o.alice, input("mfa", device(mfaSerial, "123456")),
			"403 AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your " +
				"MFA serial number is valid and associated with this user."},
		{"MFA, no code", o.bob, input("mfa", device(mfaSerial, "")), "403 AccessDenied: MultiFactorAuthentication " +
			"failed, must provide both MFA serial number and one time pass code."},

		{"15 minutes", o.bob, input("ours", lasting(900)), ""},
		{"below 15 minutes", o.bob, input("ours", lasting(899)), "400 ValidationError: 1 validation error detected: " +
			"Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or " +
			"equal to 900"},
		{"above 12 hours", o.bob, input("long", lasting(43201)), "400 ValidationError: 1 validation error detected: " +
			"Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or " +
			"equal to 43200"},
		{"12 hours", o.bob, input("long", lasting(43200)), ""},
		{"above the role's", o.bob, input("ours", lasting(3601)),
			"400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role."},
		{"chained for an hour", o.session, input("chained", lasting(3600)), ""},
		{"chained for longer", o.session, input("long", lasting(3601)), "400 ValidationError: The requested " +
			"DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."},

		{"name too short", o.bob, input("ours", func(in *iam.AssumeRoleInput) { in.Name = "a" }),
			"400 ValidationError: 1 validation error detected: Value 'a' at 'roleSessionName' failed to satisfy " +
				"constraint: Member must have length greater than or equal to 2"},
		{"name with a space", o.bob, input("ours", func(in *iam.AssumeRoleInput) { in.Name = "a b" }),
			`400 ValidationError: 1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`},

		{"tags not trusted", o.bob, input("ours", tag(iam.Tag{Key: "team", Value: "blue"})), bob + " sts:TagSession " +
			roleOf("ours")},
		{"tags trusted", o.bob, input("chainedTags", tag(iam.Tag{Key: "team", Value: "blue"},
			iam.Tag{Key: "stage", Value: "x"})), ""},
		{"tags with a wrong value", o.bob, input("chainedTags", tag(iam.Tag{Key: "team", Value: "red"})),
			bob + " sts:TagSession " + roleOf("chainedTags")},
		{"tags with another key", o.bob, input("chainedTags", tag(iam.Tag{Key: "team", Value: "blue"},
			iam.Tag{Key: "x", Value: "x"})), bob + " sts:TagSession " + roleOf("chainedTags")},
		{"tags twice", o.bob, input("tagged", tag(iam.Tag{Key: "team", Value: "a"}, iam.Tag{Key: "Team", Value: "b"})),
			"400 InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case insensitive."},
		{"transitive tag that is none", o.bob,
			input("tagged", func(in *iam.AssumeRoleInput) { in.TransitiveTagKeys = []string{"x"} }),
			"400 InvalidParameterValue: The specified transitive tag key must be included in the requested tags."},
		{"source identity", o.bob, input("identified", func(in *iam.AssumeRoleInput) { in.SourceIdentity = "adm-bob" }),
			""},
		{"wrong source identity", o.bob,
			input("identified", func(in *iam.AssumeRoleInput) { in.SourceIdentity = "bob" }),
			bob + " sts:SetSourceIdentity " + roleOf("identified")},

		{"session policy", o.bob,
			input("ours", func(in *iam.AssumeRoleInput) { in.Policy = document(statement("Allow", "s3:*", "*")) }), ""},
		{"policy that is none", o.bob, input("ours", func(in *iam.AssumeRoleInput) { in.Policy = "{" }),
			"400 MalformedPolicyDocument: Syntax errors in policy."},
		{"policy by ARN", o.bob,
			input("ours",
				func(in *iam.AssumeRoleInput) { in.PolicyARNs = []string{"arn:aws:iam::111122223333:policy/read"} }),
			""},
		{"policy by a wrong ARN", o.bob,
			input("ours",
				func(in *iam.AssumeRoleInput) { in.PolicyARNs = []string{"arn:aws:iam::111122223333:policy/x"} }),
			"400 ValidationError: The policy arn:aws:iam::111122223333:policy/x does not exist in account " +
				"111122223333."},
		{"AWS's own policy that is not known here", o.bob,
			input("ours",
				func(in *iam.AssumeRoleInput) { in.PolicyARNs = []string{"arn:aws:iam::aws:policy/AWSLambdaExecute"} }),
			"unsupported-operation"},
		{"too much policy and tags", o.bob, input("tagged", func(in *iam.AssumeRoleInput) {
			in.Policy = document(statement("Allow", "s3:*", "*"), strings.Repeat(" ", 1900)+statement("Deny", "s3:*",
				"*"))
			for i := range 40 {
				in.Tags = append(in.Tags, iam.Tag{Key: fmt.Sprint("k", i), Value: strings.Repeat("x", 200)})
			}
		}), "400 PackedPolicyTooLarge: The session token has 9243 bytes, and the maximum is 4096 bytes."},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, r := o.AssumeRole(c.as, c.in)
			if outcome(r) != c.want {
				t.Fatalf("%s\nwant %s\n%v", outcome(r), c.want, r)
			}
			if (got != nil) == (r != nil) {
				t.Fatalf("%v, %v", got, r)
			}
			if r != nil {
				if denied := strings.HasPrefix(c.want, "403") ||
					r.Reason == verdict.Denied; denied != (r.Stage == verdict.StageAuthorize) {
					t.Errorf("refused at %s", r.Stage)
				}
				return
			}
			again, r := o.Resolve(got.KeyID, got.Token)
			if r != nil || again.Principal != got.Principal || !strings.HasPrefix(got.KeyID, "ASIA") {
				t.Errorf("the session cannot be used: %v, %v", again, r)
			}
		})
	}
}

func assume(t *testing.T, s *iam.Store, c *iam.Credential, role string,
	change func(*iam.AssumeRoleInput)) *iam.Credential {
	t.Helper()
	in := iam.AssumeRoleInput{RoleARN: role, SessionInput: iam.SessionInput{Name: "one"}}
	if change != nil {
		change(&in)
	}
	got, r := s.AssumeRole(c, in)
	if r != nil {
		t.Fatal(r)
	}
	return got
}

func TestAssumedRole(t *testing.T) {
	o := newOffice(t)
	c := assume(t, o.Store, o.bob, "arn:aws:iam::444455556666:role/a/b/theirs", nil)
	p := c.Principal
	if p.ARN != "arn:aws:sts::444455556666:assumed-role/theirs/one" ||
		p.RoleARN != "arn:aws:iam::444455556666:role/a/b/theirs" ||
		p.AccountID != other || !strings.HasPrefix(p.UserID, "AROA") || !strings.HasSuffix(p.UserID, ":one") ||
		p.Kind != iam.KindAssumedRole || p.SessionName != "one" {
		t.Errorf("%+v", p)
	}
	if account, _ := iam.AccountOfKey(c.KeyID); account != other {
		t.Errorf("the key id is of account %s", account)
	}
	region, account, created, err := iam.DecodeToken(c.Token)
	if region != "eu-central-1" || account != other || !created.Equal(noon) || err != nil {
		t.Errorf("token of %s, %s, %v, %v", region, account, created, err)
	}
	if want := noon.Add(time.Hour); !c.Expiration.Equal(want) {
		t.Errorf("expires at %v, want %v", c.Expiration, want)
	}
	if c := assume(t, o.Store, o.bob, roleOf("long"),
		func(in *iam.AssumeRoleInput) { in.DurationSeconds = 43200 }); !c.Expiration.Equal(noon.Add(12 * time.Hour)) {
		t.Errorf("expires at %v", c.Expiration)
	}
}

func TestSessionPoliciesOfAssumeRole(t *testing.T) {
	o := newOffice(t)
	get := iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}
	put := iam.Call{Action: "s3:PutObject", Resource: "arn:aws:s3:::b/k"}
	inline := func(in *iam.AssumeRoleInput) { in.Policy = document(statement("Allow", "s3:Put*", "*")) }
	managed := func(in *iam.AssumeRoleInput) { in.PolicyARNs = []string{"arn:aws:iam::111122223333:policy/read"} }
	for _, c := range []struct {
		name     string
		change   func(*iam.AssumeRoleInput)
		get, put bool
	}{
		{"none", nil, true, true},
		{"inline", inline, false, true},
		{"managed", managed, true, false},
		{"both", func(in *iam.AssumeRoleInput) { inline(in); managed(in) }, true, true},
	} {
		x := assume(t, o.Store, o.bob, roleOf("ours"), c.change)
		if got := o.Authorize(x, get) == nil; got != c.get {
			t.Errorf("%s: get %v", c.name, got)
		}
		if got := o.Authorize(x, put) == nil; got != c.put {
			t.Errorf("%s: put %v", c.name, got)
		}
		if x.Packed != (c.name == "inline" || c.name == "both") {
			t.Errorf("%s: packed %v", c.name, x.Packed)
		}
	}
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
func TestTransitiveTags(t *testing.T) {
	o := newOffice(t)
	first := assume(t, o.Store, o.bob, roleOf("tagged"), func(in *iam.AssumeRoleInput) {
		in.Tags = []iam.Tag{{Key: "team", Value: "blue"}, {Key: "stage", Value: "x"}, {Key: "Env", Value: "test"}}
		in.TransitiveTagKeys = []string{"team"}
	})
	has := func(c *iam.Credential, key, value string) bool {
		p := resourcePolicy(t, statement("Allow", "s3:*", "*", "'Principal':'*'",
			"'Condition':{'StringEquals':{'aws:PrincipalTag/"+key+"':'"+value+"'}}"))
		return o.Authorize(c, iam.Call{Action: "s3:X", Resource: "arn:aws:s3:::b", ResourcePolicy: p,
			ResourcePolicyRequired: true}) == nil
	}
	if !has(first, "team", "blue") || !has(first, "stage", "x") {
		t.Error("the session has not its tags")
	}
	if !has(first, "env", "test") || has(first, "env", "prod") {
		t.Error("a session tag must replace the role's tag")
	}
	second := assume(t, o.Store, first, roleOf("chainedTags"), nil)
	if !has(second, "team", "blue") || has(second, "stage", "x") {
		t.Error("only transitive tags stay")
	}
	// "If the key is set as transitive, it persists in a role chain": through every
	// session of it.
	third := assume(t, o.Store, second, roleOf("chainedTags"), nil)
	if !has(third, "team", "blue") || has(third, "stage", "x") {
		t.Error("a transitive tag stays for the whole chain")
	}
	_, r := o.AssumeRole(first, iam.AssumeRoleInput{RoleARN: roleOf("tagged"),
		SessionInput: iam.SessionInput{Name: "one", Tags: []iam.Tag{{Key: "Team", Value: "red"}}}})
	if r == nil || failure(r).Code != "InvalidParameterValue" {
		t.Errorf("a transitive tag was replaced: %v", r)
	}
	// A role that does not let itself be tagged cannot be reached with them.
	_, r = o.AssumeRole(first, iam.AssumeRoleInput{RoleARN: roleOf("ours"),
		SessionInput: iam.SessionInput{Name: "one"}})
	if r == nil || denial(r).Action != "sts:TagSession" {
		t.Errorf("%v", r)
	}
}

func TestSourceIdentityStays(t *testing.T) {
	o := newOffice(t)
	first := assume(t, o.Store, o.bob, roleOf("identified"),
		func(in *iam.AssumeRoleInput) { in.SourceIdentity = "adm-bob" })
	if first.SourceIdentity != "adm-bob" {
		t.Errorf("%q", first.SourceIdentity)
	}
	second := assume(t, o.Store, first, roleOf("identified"), nil)
	if second.SourceIdentity != "adm-bob" {
		t.Errorf("%q", second.SourceIdentity)
	}
	_, r := o.AssumeRole(first, iam.AssumeRoleInput{RoleARN: roleOf("identified"),
		SessionInput: iam.SessionInput{Name: "one", SourceIdentity: "adm-eve"}})
	if r == nil || denial(r).Action != "sts:SetSourceIdentity" {
		t.Errorf("%v", r)
	}
	p := resourcePolicy(t, statement("Allow", "s3:*", "*", "'Principal':'*'",
		"'Condition':{'StringEquals':{'aws:SourceIdentity':'adm-bob'}}"))
	if r := o.Authorize(second, iam.Call{Action: "s3:X", Resource: "arn:aws:s3:::b", ResourcePolicy: p,
		ResourcePolicyRequired: true}); r != nil {
		t.Error(r)
	}
}

func TestAssumeRoleByService(t *testing.T) {
	o := newOffice(t)
	in := iam.AssumeRoleInput{RoleARN: roleOf("lambda"), SessionInput: iam.SessionInput{Name: "fn",
		Context: map[string][]string{"aws:SourceAccount": {home}}}}
	c, r := o.AssumeRoleByService("lambda.amazonaws.com", in)
	if r != nil || c.Principal.ARN != "arn:aws:sts::111122223333:assumed-role/lambda/fn" {
		t.Fatalf("%v, %v", c, r)
	}
	if _, r = o.AssumeRoleByService("ec2.amazonaws.com", in); outcome(r) != "ec2.amazonaws.com sts:AssumeRole "+
		roleOf("lambda") {
		t.Errorf("another service: %v", r)
	}
	in.Context = map[string][]string{"aws:SourceAccount": {other}}
	if _, r = o.AssumeRoleByService("lambda.amazonaws.com", in); r == nil {
		t.Error("for another account")
	}
	in.RoleARN = roleOf("nothing")
	if _, r = o.AssumeRoleByService("lambda.amazonaws.com", in); r == nil {
		t.Error("a role that does not exist")
	}
}

func TestMintPlatformSession(t *testing.T) {
	o := newOffice(t)
	c, err := o.MintPlatformSession(roleOf("long"), "", 0, iam.WithSessionTokenLength(400), iam.WithSessionTags(true,
		iam.Tag{Key: "team", Value: "blue"}),
		iam.WithSessionPolicy(document(statement("Allow", "*", "*"), statement("Deny", "iam:PassRole", "*"))))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Token) != 400 || !c.Expiration.Equal(noon.Add(12*time.Hour)) || c.Principal.SessionName == "" {
		t.Errorf("%d characters, until %v, %+v", len(c.Token), c.Expiration, c.Principal)
	}
	r := o.Authorize(c, iam.Call{Action: "iam:PassRole", Resource: roleOf("long")})
	if r == nil || denial(r).Because != "with an explicit deny in a session policy" {
		t.Errorf("%v", r)
	}
	if c, err = o.MintPlatformSession(roleOf("ours"), "", 0, iam.WithSessionPolicy(readObjects)); err != nil {
		t.Fatal(err)
	}
	if r := o.Authorize(c, iam.Call{Action: "s3:PutObject", Resource: "*"}); r == nil ||
		denial(r).Because != "because no session policy allows the s3:PutObject action" {
		t.Errorf("%v", r)
	}
	if c, err = o.MintPlatformSession(roleOf("ours"), "i-0123456789abcdef0", 6*time.Hour); err != nil ||
		!c.Expiration.Equal(noon.Add(6*time.Hour)) || len(c.Token) != iam.DefaultTokenLength {
		t.Errorf("%v, %v", c, err)
	}
	for _, bad := range []struct{ role, name string }{{roleOf("nothing"), "x1"}, {roleOf("ours"), "a b"}} {
		if _, err := o.MintPlatformSession(bad.role, bad.name, 0); err == nil {
			t.Errorf("%v was minted", bad)
		}
	}
	if _, err := o.MintPlatformSession(roleOf("ours"), "", 0, iam.WithSessionPolicy("{}")); err == nil {
		t.Error("a session policy without statements")
	}
}

func TestGetSessionToken(t *testing.T) {
	o := newOffice(t)
	list := iam.Call{Action: "iam:ListUsers", Resource: "*"}
	plain, r := o.GetSessionToken(o.bob, iam.SessionTokenInput{})
	if r != nil {
		t.Fatal(r)
	}
	if plain.Principal != o.bob.Principal || !plain.Expiration.Equal(noon.Add(12*time.Hour)) {
		t.Errorf("%v until %v", plain, plain.Expiration)
	}
	if r := o.Authorize(plain, iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}); r != nil {
		t.Error(r)
	}
	// aws/aws-cli#8918: IAM answers as for an invalid token.
	if r := o.Authorize(plain, list); r == nil || r.Reason != verdict.TokenMalformed ||
		r.Stage != verdict.StageAuthenticate {
		t.Errorf("IAM without MFA: %v", r)
	}
	if _, r := o.AssumeRole(plain, iam.AssumeRoleInput{RoleARN: roleOf("mfa"),
		SessionInput: iam.SessionInput{Name: "one"}}); r == nil {
		t.Error("assumed a role that wants MFA")
	}
	mfa, r := o.GetSessionToken(o.bob, iam.SessionTokenInput{DurationSeconds: 129600,
		MFAInput: iam.MFAInput{SerialNumber: mfaSerial, TokenCode: "654321"}})
	if r != nil {
		t.Fatal(r)
	}
	if r := o.Authorize(mfa, list); r != nil {
		t.Errorf("IAM with MFA: %v", r)
	}
	// Such credentials count as role chaining (mmmorris1975/aws-runas#11).
	assume(t, o.Store, mfa, roleOf("long"), func(in *iam.AssumeRoleInput) { in.DurationSeconds = 3600 })
	if _, r := o.AssumeRole(mfa, iam.AssumeRoleInput{RoleARN: roleOf("long"),
		SessionInput: iam.SessionInput{Name: "one", DurationSeconds: 3601}}); r == nil ||
		!strings.Contains(failure(r).Message, "1 hour session limit for roles assumed by role chaining") {
		t.Errorf("for more than an hour: %v", r)
	}
	assume(t, o.Store, mfa, roleOf("mfa"), nil)
	o.now = o.now.Add(301 * time.Second)
	if _, r := o.AssumeRole(mfa, iam.AssumeRoleInput{RoleARN: roleOf("mfa"),
		SessionInput: iam.SessionInput{Name: "one"}}); r == nil {
		t.Error("MFA is too old")
	}
	o.now = noon
	if r := o.Authorize(plain, iam.Call{Action: "sts:GetFederationToken", Resource: "*"}); outcome(
		r) != "403 AccessDenied: Cannot call GetFederationToken with session credentials" {
		t.Errorf("%v", r)
	}
	for _, c := range []struct {
		name string
		as   *iam.Credential
		in   iam.SessionTokenInput
		want string
	}{
		{"with a session", plain, iam.SessionTokenInput{},
			"403 AccessDenied: Cannot call GetSessionToken with session credentials"},
		{"with a role's session", o.session, iam.SessionTokenInput{},
			"403 AccessDenied: Cannot call GetSessionToken with session credentials"},
		{"too long", o.bob, iam.SessionTokenInput{DurationSeconds: 129601}, "400 ValidationError: 1 validation error " +
			"detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must have value less " +
			"than or equal to 129600"},
		{"wrong code", o.bob, iam.SessionTokenInput{MFAInput: iam.MFAInput{SerialNumber: mfaSerial, TokenCode: "1"}},
			"403 AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. "},
	} {
		if _, r := o.GetSessionToken(c.as, c.in); outcome(r) != c.want {
			t.Errorf("%s: %v", c.name, r)
		}
	}
	root, r := o.GetSessionToken(o.root, iam.SessionTokenInput{DurationSeconds: 7200})
	if r != nil || !root.Expiration.Equal(noon.Add(time.Hour)) || root.Principal.Kind != iam.KindRoot {
		t.Errorf("root: %v until %v, %v", root, root.Expiration, r)
	}
	if r := o.Authorize(root, iam.Call{Action: "s3:X", Resource: "*"}); r != nil {
		t.Error(r)
	}
}

func TestGetFederationToken(t *testing.T) {
	o := newOffice(t)
	in := iam.SessionInput{Name: "Bob", Policy: document(statement("Allow", "s3:Get*", "*"), statement("Allow", "iam:*",
		"*")), Tags: []iam.Tag{{Key: "team", Value: "green"}}}
	c, r := o.GetFederationToken(o.bob, in)
	if r != nil {
		t.Fatal(r)
	}
	if p := c.Principal; p.ARN != "arn:aws:sts::111122223333:federated-user/Bob" || p.UserID != home+":Bob" ||
		p.Kind != iam.KindFederatedUser {
		t.Errorf("%+v", p)
	}
	if !c.Expiration.Equal(noon.Add(12 * time.Hour)) {
		t.Errorf("until %v", c.Expiration)
	}
	if r := o.Authorize(c, iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}); r != nil {
		t.Error(r)
	}
	if r := o.Authorize(c, iam.Call{Action: "s3:PutObject", Resource: "arn:aws:s3:::b/k"}); outcome(
		r) != c.Principal.ARN+
		" s3:PutObject arn:aws:s3:::b/k because no session policy allows the s3:PutObject action" {
		t.Errorf("%v", r)
	}
	if r := o.Authorize(c, iam.Call{Action: "iam:ListUsers", Resource: "*"}); r == nil ||
		r.Reason != verdict.TokenMalformed {
		t.Errorf("IAM: %v", r)
	}
	if r := o.Authorize(c, iam.Call{Action: "sts:AssumeRole", Resource: "*"}); r == nil {
		t.Error("a federated user may not call STS")
	}
	if _, r := o.AssumeRole(c, iam.AssumeRoleInput{RoleARN: roleOf("ours"),
		SessionInput: iam.SessionInput{Name: "one"}}); r == nil || r.Reason != verdict.Denied {
		t.Errorf("AssumeRole: %v", r)
	}
	for _, x := range []struct {
		name string
		as   *iam.Credential
		in   iam.SessionInput
		want string
	}{
		{"with a session", o.session, in, "403 AccessDenied: Cannot call GetFederationToken with session credentials"},
		{"not allowed", o.alice, in, o.alice.Principal.ARN + " sts:GetFederationToken " +
			"arn:aws:sts::111122223333:federated-user/Bob because no identity-based policy allows the " +
			"sts:GetFederationToken action"},
		{"name too long", o.bob, iam.SessionInput{Name: strings.Repeat("x", 33)},
			"400 ValidationError: 1 validation error detected: Value '" + strings.Repeat("x", 33) +
				"' at 'name' failed to satisfy constraint: Member must have length less than or equal to 32"},
	} {
		if _, r := o.GetFederationToken(x.as, x.in); outcome(r) != x.want {
			t.Errorf("%s: %v", x.name, r)
		}
	}
	root, r := o.GetFederationToken(o.root, in)
	if r != nil || !root.Expiration.Equal(noon.Add(time.Hour)) {
		t.Fatalf("root: %v, %v", root, r)
	}
	if r := o.Authorize(root, iam.Call{Action: "s3:GetObject", Resource: "*"}); r != nil {
		t.Error(r)
	}
	if r := o.Authorize(root, iam.Call{Action: "s3:PutObject", Resource: "*"}); r == nil {
		t.Error("the session policy does not limit a federated user of root")
	}
}

func TestAssumeRoleWithWebIdentity(t *testing.T) {
	const issuer = "https://oidc.vercel.com/acme"
	provider := "arn:aws:iam::" + home + ":oidc-provider/oidc.vercel.com/acme"
	github := "arn:aws:iam::" + home + ":oidc-provider/token.actions.githubusercontent.com"
	s := iam.New(func() time.Time { return noon })
	federated := func(arn string) string { return "{'Federated':'" + arn + "'}" }
	_, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{
		ID: home,
		OIDCProviders: []iam.OIDCProviderSeed{
			{URL: issuer, ClientIDs: []string{"https://vercel.com/acme", "azp-client"}},
			{URL: "https://token.actions.githubusercontent.com", ClientIDs: []string{"sts.amazonaws.com"}},
		},
		Roles: []iam.RoleSeed{
			{Name: "web", Allow: []string{"s3:*"}, Trust: trust(trustStatement("sts:AssumeRoleWithWebIdentity",
				federated(provider),
				"'Condition':{'StringEquals':{'oidc.vercel.com/acme:aud':'https://vercel.com/acme'},'StringLike':{'oidc.vercel.com/acme:sub':'owner:acme:project:*:environment:production'}}"))},
			{Name: "claims", Trust: trust(trustStatement("sts:AssumeRoleWithWebIdentity", federated(provider),
				"'Condition':{'StringEquals':{'oidc.vercel.com/acme:environment':'production'}}"))},
			{Name: "azp", Trust: trust(trustStatement("sts:AssumeRoleWithWebIdentity", federated(provider),
				"'Condition':{'StringEquals':{'oidc.vercel.com/acme:aud':'azp-client','oidc.vercel.com/acme:oaud':'anything'}}"))},
			{Name: "tags", Trust: trust(trustStatement("sts:AssumeRoleWithWebIdentity", federated(provider)),
				trustStatement("sts:TagSession", federated(provider),
					"'Condition':{'StringEquals':{'aws:RequestTag/team':'blue'}}"),
				trustStatement("sts:SetSourceIdentity", federated(provider)))},
			{Name: "hub", Trust: trust(trustStatement("sts:AssumeRoleWithWebIdentity", federated(github),
				"'Condition':{'StringEquals':{'token.actions.githubusercontent.com:repository_id':'74','token.actions.githubusercontent.com:environment':'production'}}"))},
			{Name: "service", TrustService: []string{"lambda.amazonaws.com"}},
			{Name: "assume", Trust: trust(trustStatement("sts:AssumeRole", federated(provider)))},
		},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	claims := func(change map[string]any) map[string]any {
		m := map[string]any{"iss": issuer, "aud": "https://vercel.com/acme",
			"sub": "owner:acme:project:shop:environment:production", "environment": "production"}
		for k, v := range change {
			m[k] = v
		}
		return m
	}
	const refused = "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
	const noProvider = "400 InvalidIdentityToken: No OpenIDConnect provider found in your account for "
	for _, c := range []struct {
		name, role string
		claims     map[string]any
		duration   int
		want       string
	}{
		{"good", "web", claims(nil), 0, ""},
		{"issuer with a slash", "web", claims(map[string]any{"iss": issuer + "/"}), 0, ""},
		{"audiences", "web", claims(map[string]any{"aud": []any{"https://vercel.com/acme"}}), 0, ""},
		{"preview", "web", claims(map[string]any{"sub": "owner:acme:project:shop:environment:preview"}), 0, refused},
		{"unknown issuer", "web", claims(map[string]any{"iss": "https://oidc.vercel.com/other"}), 0, noProvider +
			"https://oidc.vercel.com/other"},
		{"no issuer", "web", map[string]any{}, 0, noProvider},
		{"wrong audience", "web", claims(map[string]any{"aud": "https://vercel.com/other"}), 0,
			"400 InvalidIdentityToken: Incorrect token audience"},
		{"no audience", "web", map[string]any{"iss": issuer}, 0, "400 InvalidIdentityToken: Incorrect token audience"},
		{"role that does not exist", "nothing", claims(nil), 0, refused},
		{"claim that is no condition key", "claims", claims(nil), 0, refused},
		{"azp takes the place of aud", "azp", claims(map[string]any{"azp": "azp-client", "aud": "anything"}), 0, ""},
		{"azp is a stranger's, and aud is known", "web", claims(map[string]any{"azp": "stranger"}), 0,
			"400 InvalidIdentityToken: Incorrect token audience"},
		{"a role for services", "service", claims(nil), 0, refused},
		{"a role that trusts for another operation", "assume", claims(nil), 0, refused},
		{"too long", "web", claims(nil), 7200,
			"400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role."},
		{"tags and source identity", "tags", claims(map[string]any{
			"https://aws.amazon.com/tags": map[string]any{
				"principal_tags": map[string]any{"team": []any{"blue"}}, "transitive_tag_keys": []any{"team"}},
			"https://aws.amazon.com/source_identity": "bob",
		}), 0, ""},
		{"tags not trusted", "tags",
			claims(map[string]any{"https://aws.amazon.com/tags": map[string]any{
				"principal_tags": map[string]any{"team": []any{"red"}}}}), 0, refused},
		{"claims of GitHub", "hub", map[string]any{"iss": "https://token.actions.githubusercontent.com",
			"aud": "sts.amazonaws.com", "sub": "repo:a/b", "repository_id": "74", "environment": "production"}, 0, ""},
		{"claims of GitHub, another repository", "hub",
			map[string]any{"iss": "https://token.actions.githubusercontent.com", "aud": "sts.amazonaws.com",
				"sub": "repo:a/b", "repository_id": "75", "environment": "production"}, 0, refused},
		{"claims of nonsense", "web", map[string]any{"iss": 5, "aud": map[string]any{},
			"https://aws.amazon.com/tags": "x"}, 0, noProvider},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, r := s.AssumeRoleWithWebIdentity(iam.WebIdentityInput{
				RoleARN: roleOf(c.role), Claims: c.claims, SessionInput: iam.SessionInput{Name: "one",
					DurationSeconds: c.duration},
			})
			if outcome(r) != c.want {
				t.Fatalf("%s\nwant %s\n%v", outcome(r), c.want, r)
			}
			if r == nil && got.Principal.ARN != "arn:aws:sts::111122223333:assumed-role/"+c.role+"/one" {
				t.Errorf("%v", got)
			}
		})
	}
	// The session keeps sub, aud and the provider, but no claims of the issuer's own.
	c, r := s.AssumeRoleWithWebIdentity(iam.WebIdentityInput{RoleARN: roleOf("web"), Claims: claims(nil),
		SessionInput: iam.SessionInput{Name: "one"}})
	if r != nil {
		t.Fatal(r)
	}
	for key, want := range map[string]bool{
		"'StringEquals':{'oidc.vercel.com/acme:sub':'owner:acme:project:shop:environment:production'}": true,
		"'StringEquals':{'aws:FederatedProvider':'" + provider + "'}":                                  true,
		"'StringEquals':{'oidc.vercel.com/acme:environment':'production'}":                             false,
	} {
		p := resourcePolicy(t, statement("Allow", "s3:*", "*", "'Principal':'*'", "'Condition':{"+key+"}"))
		if got := s.Authorize(c, iam.Call{Action: "s3:X", Resource: "arn:aws:s3:::b", ResourcePolicy: p,
			ResourcePolicyRequired: true}) == nil; got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}

// TestClaimsOfGitHub has each claim that AWS reads of GitHub's tokens, and no
// other, as a condition key of the trust policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif,
// "GitHub"; https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/).
func TestClaimsOfGitHub(t *testing.T) {
	const issuer, provider = "https://token.actions.githubusercontent.com", "arn:aws:iam::" + home +
		":oidc-provider/token.actions.githubusercontent.com"
	for _, row := range []struct {
		claim string
		read  bool
	}{
		{"actor", true}, {"actor_id", true}, {"job_workflow_ref", true}, {"repository", true}, {"repository_id", true},
		{"workflow", true}, {"ref", true}, {"environment", true}, {"enterprise_id", true},
		{"sub", true}, {"aud", true}, // of every issuer
		{"run_id", false}, {"sha", false}, {"event_name", false},
	} {
		t.Run(row.claim, func(t *testing.T) {
			s := iam.New(nil)
			_, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{
				ID: home, OIDCProviders: []iam.OIDCProviderSeed{{URL: issuer, ClientIDs: []string{"value"}}},
				Roles: []iam.RoleSeed{{Name: "hub", Trust: trust(trustStatement("sts:AssumeRoleWithWebIdentity",
					"{'Federated':'"+provider+"'}",
					"'Condition':{'StringEquals':{'token.actions.githubusercontent.com:"+row.claim+"':'value'}}"))}},
			}}})
			if err != nil {
				t.Fatal(err)
			}
			claims := map[string]any{"iss": issuer, "aud": "value", "sub": "repo:a/b", row.claim: "value"}
			_, r := s.AssumeRoleWithWebIdentity(iam.WebIdentityInput{
				RoleARN: roleOf("hub"), Claims: claims, SessionInput: iam.SessionInput{Name: "one"},
			})
			if (r == nil) != row.read {
				t.Errorf("got %v, want it read: %v", r, row.read)
			}
		})
	}
}
