package iam_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	home  = "111122223333"
	other = "444455556666"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// statement is one statement of a policy in JSON, with double quotes written as
// single ones.
func statement(effect, action, resource string, more ...string) string {
	s := fmt.Sprintf(`{'Effect':'%s','Action':'%s'`, effect, action)
	if resource != "" {
		s += fmt.Sprintf(`,'Resource':'%s'`, resource)
	}
	for _, m := range more {
		s += "," + m
	}
	return s + "}"
}

func document(statements ...string) string {
	return strings.ReplaceAll(`{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`, "'", `"`)
}

func resourcePolicy(t testing.TB, statements ...string) *iam.Policy {
	t.Helper()
	p, err := iam.ParsePolicy(iam.ResourcePolicy, document(statements...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func principal(arn string) string { return `'Principal':{'AWS':'` + arn + `'}` }

// scene is who asks and all policies that apply.
type scene struct {
	as                          string // user, role, root, federated, anonymous
	identity, boundary, session string
	managed                     string // a managed policy in addition
	serviceControl              []string
	resourceControl             []string
	ownerControl                []string // resource control policies of the other account
	resource                    []string // statements of the resource's policy
	crossAccount, required      bool
	endpoint                    []string
	action                      string // s3:GetObject by default
	on                          string // the resource; an object in a bucket by default
	context                     map[string][]string
}

func (x scene) credential(t testing.TB) (*iam.Store, *iam.Credential) {
	t.Helper()
	s := iam.New(func() time.Time { return noon }, iam.WithSeed(3))
	account := iam.AccountSeed{ID: home}
	policies := func() (inline []iam.PolicySeed, managed []string, boundary any) {
		if x.identity != "" {
			inline = []iam.PolicySeed{{Name: "own", Document: document(x.identity)}}
		}
		if x.managed != "" {
			account.Policies = []iam.PolicySeed{{Name: "shared", Document: document(x.managed)}}
			managed = []string{"shared"}
		}
		if x.boundary != "" {
			boundary = document(x.boundary)
		}
		return inline, managed, boundary
	}
	for _, d := range x.serviceControl {
		account.ServiceControlPolicies = append(account.ServiceControlPolicies, iam.PolicySeed{
			ARN:      "arn:aws:organizations::999988887777:policy/o-example/service_control_policy/p-example",
			Document: document(d)})
	}
	for _, d := range x.resourceControl {
		account.ResourceControlPolicies = append(account.ResourceControlPolicies, iam.PolicySeed{
			ARN:      "arn:aws:organizations::999988887777:policy/o-example/resource_control_policy/p-example",
			Document: document(d)})
	}
	inline, managed, boundary := policies()
	tags := map[string]string{"team": "red"}
	account.Users = []iam.UserSeed{{Name: "bob", Path: "/dev/", Policies: inline, ManagedPolicies: managed,
		Boundary: boundary, Tags: tags, Keys: []iam.KeySeed{{}}}}
	account.Roles = []iam.RoleSeed{{Name: "app", Path: "/dev/", Policies: inline, ManagedPolicies: managed,
		Boundary: boundary, Tags: tags, TrustService: []string{"lambda.amazonaws.com"}}}
	account.RootKeys = []iam.KeySeed{{}}
	session := iam.SessionSeed{Role: "app", Name: "one"}
	if x.session != "" {
		session.SessionPolicy = document(x.session)
	}
	account.Sessions = []iam.SessionSeed{session}
	stranger := iam.AccountSeed{ID: other}
	for _, d := range x.ownerControl {
		stranger.ResourceControlPolicies = append(stranger.ResourceControlPolicies,
			iam.PolicySeed{Document: document(d)})
	}
	applied, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{account, stranger}})
	if err != nil {
		t.Fatal(err)
	}
	id, token := applied.Keys[0].KeyID, ""
	switch x.as {
	case "anonymous":
		return s, nil
	case "root":
		id = applied.Keys[1].KeyID
	case "role":
		id, token = applied.Sessions[0].KeyID, applied.Sessions[0].Token
	}
	c, refusal := s.Resolve(id, token)
	if refusal != nil {
		t.Fatal(refusal)
	}
	if x.as == "federated" {
		in := iam.SessionInput{Name: "fed"}
		if x.session != "" {
			in.Policy = document(x.session)
		}
		if c, refusal = s.GetFederationToken(c, in); refusal != nil {
			t.Fatal(refusal)
		}
	}
	return s, c
}

func (x scene) call(t testing.TB) iam.Call {
	call := iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/key", Context: x.context,
		ResourcePolicyRequired: x.required}
	if x.action != "" {
		call.Action = x.action
	}
	if x.on != "" {
		call.Resource = x.on
	}
	if x.crossAccount {
		call.ResourceAccount = other
	}
	if x.resource != nil {
		call.ResourcePolicy = resourcePolicy(t, x.resource...)
	}
	if x.endpoint != nil {
		call.EndpointPolicy = resourcePolicy(t, x.endpoint...)
	}
	return call
}

func (x scene) authorize(t testing.TB) *verdict.Refusal {
	t.Helper()
	s, c := x.credential(t)
	return s.Authorize(c, x.call(t))
}

const (
	userARN      = "arn:aws:iam::111122223333:user/dev/bob"
	roleARN      = "arn:aws:iam::111122223333:role/dev/app"
	sessionARN   = "arn:aws:sts::111122223333:assumed-role/app/one"
	federatedARN = "arn:aws:sts::111122223333:federated-user/fed"

	noIdentity = "because no identity-based policy allows the s3:GetObject action"
	noResource = "because no resource-based policy allows the s3:GetObject action"
	noBoundary = "because no permissions boundary allows the s3:GetObject action"
	noSession  = "because no session policy allows the s3:GetObject action"
)

// Sources of the evaluation table, pages of the IAM user guide.
const (
	denyAllow    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"
	basics       = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html"
	cross        = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"
	boundaries   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"
	principals   = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
	notPrincipal = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html"
	accessDenied = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
	organization = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
	keyPolicies  = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html"
	variables    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"
)

func TestEvaluationLogic(t *testing.T) {
	get := statement("Allow", "s3:GetObject", "*")
	list := statement("Allow", "s3:ListBucket", "*")
	denyGet := statement("Deny", "s3:GetObject", "*")
	to := func(arn string) []string { return []string{statement("Allow", "s3:GetObject", "*", principal(arn))} }
	for _, c := range []struct {
		name, source string
		scene        scene
		want         string // the tail of the message, "" where it is allowed
	}{
		// Within an account.
		{"nothing allows", denyAllow, scene{as: "user"}, noIdentity},
		{"identity allows", denyAllow, scene{as: "user", identity: get}, ""},
		{"identity allows a role", denyAllow, scene{as: "role", identity: get}, ""},
		{"managed allows", denyAllow, scene{as: "user", identity: list, managed: get}, ""},
		{"another action", denyAllow, scene{as: "user", identity: list}, noIdentity},
		{"action in another case", denyAllow, scene{as: "user", identity: statement("Allow", "S3:getobject", "*")}, ""},
		{"action by wildcard", denyAllow, scene{as: "user", identity: statement("Allow", "s3:Get?bj*", "*")}, ""},
		{"another resource", denyAllow, scene{as: "user", identity: statement("Allow", "s3:*", "arn:aws:s3:::other/*")},
			noIdentity},
		{"NotAction", denyAllow,
			scene{as: "user", identity: `{'Effect':'Allow','NotAction':['iam:*','sts:*'],'Resource':'*'}`}, ""},
		{"NotAction excludes", denyAllow,
			scene{as: "user", identity: `{'Effect':'Allow','NotAction':'s3:Get*','Resource':'*'}`}, noIdentity},
		{"NotResource", denyAllow,
			scene{as: "user", identity: `{'Effect':'Allow','Action':'s3:*','NotResource':'arn:aws:s3:::other/*'}`}, ""},
		{"NotResource excludes", denyAllow,
			scene{as: "user", identity: `{'Effect':'Allow','Action':'s3:*','NotResource':'arn:aws:s3:::bucket/*'}`},
			noIdentity},
		{"root may all", denyAllow, scene{as: "root"}, ""},

		// Either of identity-based and resource-based policy is enough.
		{"resource alone allows", basics, scene{as: "user", identity: list, resource: to(userARN)}, ""},
		{"resource for somebody else", basics, scene{as: "user", resource: to("arn:aws:iam::111122223333:user/alice")},
			noIdentity},
		{"resource denies", basics, scene{as: "user", identity: get, resource: []string{statement("Deny", "s3:*", "*",
			principal(userARN))}}, "with an explicit deny in a resource-based policy"},
		{"identity denies what the resource allows", basics, scene{as: "user", identity: denyGet,
			resource: to(userARN)}, "with an explicit deny in an identity-based policy"},
		{"managed denies, by ARN", accessDenied, scene{as: "user", identity: get, managed: denyGet},
			"with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/shared"},
		{"resource denies root", basics, scene{as: "root", resource: []string{statement("Deny", "s3:*", "*",
			"'Principal':'*'")}}, "with an explicit deny in a resource-based policy"},

		// The account as principal leaves the decision to the account.
		{"account named, identity does not allow", principals, scene{as: "user", resource: to(home)}, noIdentity},
		{"account named by ARN, identity does not allow", principals,
			scene{as: "role", resource: to("arn:aws:iam::111122223333:root")}, noIdentity},
		{"account named, identity allows", principals, scene{as: "user", identity: get, resource: to(home)}, ""},
		{"account denied", principals, scene{as: "role", identity: get, resource: []string{statement("Deny", "s3:*",
			"*", principal(home))}}, "with an explicit deny in a resource-based policy"},
		{"a service is nobody else", principals, scene{as: "role", resource: []string{statement("Allow", "s3:*", "*",
			"'Principal':{'Service':'lambda.amazonaws.com'}")}}, noIdentity},

		// What limits a permission that a resource's policy grants.
		{"boundary limits identity", boundaries, scene{as: "user", identity: get, boundary: list}, noBoundary},
		{"boundary allows too", boundaries, scene{as: "user", identity: get, boundary: get}, ""},
		{"boundary alone grants nothing", boundaries, scene{as: "user", boundary: get}, noIdentity},
		{"boundary denies", boundaries, scene{as: "user", identity: get, boundary: denyGet},
			"with an explicit deny in a permissions boundary"},
		{"user named: boundary does not limit", boundaries, scene{as: "user", boundary: list, resource: to(userARN)},
			""},
		{"user named: boundary denies", boundaries, scene{as: "user", boundary: denyGet, resource: to(userARN)},
			"with an explicit deny in a permissions boundary"},
		{"role named: boundary limits", boundaries, scene{as: "role", boundary: list, resource: to(roleARN)},
			noBoundary},
		{"role named: identity does not limit", basics, scene{as: "role", identity: list, resource: to(roleARN)}, ""},
		{"session named: boundary does not limit", boundaries, scene{as: "role", boundary: list,
			resource: to(sessionARN)}, ""},
		{"everybody named: boundary does not limit", boundaries, scene{as: "role", boundary: list, resource: to("*")},
			""},
		{"another session named", principals,
			scene{as: "role", resource: to("arn:aws:sts::111122223333:assumed-role/app/two")}, noIdentity},

		// Session policies.
		{"session limits identity", denyAllow, scene{as: "role", identity: get, session: list}, noSession},
		{"session and identity allow", denyAllow, scene{as: "role", identity: get, session: get}, ""},
		{"session alone grants nothing", denyAllow, scene{as: "role", session: get}, noIdentity},
		{"session denies", denyAllow, scene{as: "role", identity: get, session: denyGet},
			"with an explicit deny in a session policy"},
		{"role named: session limits", denyAllow, scene{as: "role", session: list, resource: to(roleARN)}, noSession},
		{"session named: session does not limit", denyAllow, scene{as: "role", session: list, resource: to(sessionARN)},
			""},
		{"federated: both allow", denyAllow, scene{as: "federated", identity: statement("Allow", "*", "*"),
			session: get}, ""},
		{"federated without session policy", denyAllow, scene{as: "federated", identity: statement("Allow", "*", "*")},
			noSession},
		{"federated named", denyAllow, scene{as: "federated", identity: statement("Allow", "sts:*", "*"),
			resource: to(federatedARN)}, ""},
		{"user behind it named: session limits", denyAllow, scene{as: "federated", identity: statement("Allow", "sts:*",
			"*"), resource: to(userARN)}, noSession},
		{"user behind it named and session allows", denyAllow, scene{as: "federated", identity: statement("Allow",
			"sts:*", "*"), session: get, resource: to(userARN)}, ""},

		// Across accounts both sides must allow.
		{"cross-account: identity alone", cross, scene{as: "user", crossAccount: true, identity: get}, noResource},
		{"cross-account: resource alone", cross, scene{as: "user", crossAccount: true, resource: to(userARN)},
			noIdentity},
		{"cross-account: both", cross, scene{as: "user", crossAccount: true, identity: get, resource: to(userARN)}, ""},
		{"cross-account: account named, identity allows", cross, scene{as: "role", crossAccount: true, identity: get,
			resource: to(home)}, ""},
		{"cross-account: session named, identity does not allow", cross, scene{as: "role", crossAccount: true,
			resource: to(sessionARN)}, noIdentity},
		{"cross-account: boundary limits", cross, scene{as: "user", crossAccount: true, identity: get, boundary: list,
			resource: to(userARN)}, noBoundary},
		{"cross-account: everybody, boundary limits", cross, scene{as: "role", crossAccount: true, identity: get,
			session: list, resource: to("*")}, noSession},
		{"cross-account: managed denies, ARN is not shown", accessDenied, scene{as: "user", crossAccount: true,
			managed: denyGet, resource: to(userARN)}, "with an explicit deny in an identity-based policy"},
		{"cross-account root", cross, scene{as: "root", crossAccount: true}, noResource},

		// Resources whose policy must allow.
		{"key policy must allow", keyPolicies, scene{as: "user", required: true, identity: get}, noResource},
		{"key policy leaves it to the account", keyPolicies, scene{as: "user", required: true, identity: get,
			resource: to(home)}, ""},

		// No particular principal.
		{"anonymous", principals, scene{as: "anonymous"}, noResource},
		{"anonymous, everybody may", principals, scene{as: "anonymous", resource: to("*")}, ""},
		{"anonymous, an account may", principals, scene{as: "anonymous", resource: to(home)}, noResource},

		// NotPrincipal.
		{"NotPrincipal denies others", notPrincipal, scene{as: "user", identity: get,
			resource: []string{`{'Effect':'Deny','Action':'s3:*','Resource':'*','NotPrincipal':{'AWS':['arn:aws:iam::111122223333:user/alice','arn:aws:iam::111122223333:root']}}`}}, "with an explicit deny in a resource-based policy"},
		{"NotPrincipal spares user and account", notPrincipal, scene{as: "user", identity: get,
			resource: []string{`{'Effect':'Deny','Action':'s3:*','Resource':'*','NotPrincipal':{'AWS':['` + userARN +
				`','111122223333']}}`}}, ""},
		{"NotPrincipal without the account", notPrincipal, scene{as: "user", identity: get,
			resource: []string{`{'Effect':'Deny','Action':'s3:*','Resource':'*','NotPrincipal':{'AWS':'` + userARN +
				`'}}`}}, "with an explicit deny in a resource-based policy"},
		{"NotPrincipal of a role needs its session too", notPrincipal, scene{as: "role", identity: get,
			resource: []string{`{'Effect':'Deny','Action':'s3:*','Resource':'*','NotPrincipal':{'AWS':['` + roleARN +
				`','111122223333']}}`}}, "with an explicit deny in a resource-based policy"},
		{"NotPrincipal of role, session and account", notPrincipal, scene{as: "role", identity: get,
			resource: []string{`{'Effect':'Deny','Action':'s3:*','Resource':'*','NotPrincipal':{'AWS':['` + roleARN +
				`','` + sessionARN + `','111122223333']}}`}}, ""},

		// Organizations.
		{"service control policy limits", organization, scene{as: "user", identity: get,
			serviceControl: []string{list}}, "because no service control policy allows the s3:GetObject action"},
		{"service control policy limits root", organization, scene{as: "root", serviceControl: []string{list}},
			"because no service control policy allows the s3:GetObject action"},
		{"service control policy limits what a resource grants", organization, scene{as: "user", resource: to(userARN),
			serviceControl: []string{list}}, "because no service control policy allows the s3:GetObject action"},
		{"service control policy denies, by ARN", accessDenied, scene{as: "user", identity: get,
			serviceControl: []string{denyGet}}, "with an explicit deny in a service control policy: " +
			"arn:aws:organizations::999988887777:policy/o-example/service_control_policy/p-example"},
		{"service control policy denies something else", organization, scene{as: "user", identity: get,
			serviceControl: []string{statement("Deny", "iam:*", "*")}}, ""},
		{"resource control policy denies", organization, scene{as: "user", identity: get,
			resourceControl: []string{statement("Deny", "s3:*", "*", "'Principal':'*'")}},
			"with an explicit deny in a resource control policy: " +
				"arn:aws:organizations::999988887777:policy/o-example/resource_control_policy/p-example"},
		{"resource control policy of the owner denies", organization, scene{as: "user", crossAccount: true,
			identity: get, resource: to(userARN), ownerControl: []string{statement("Deny", "s3:*", "*",
				"'Principal':'*'")}}, "with an explicit deny in a resource control policy"},
		{"VPC endpoint policy limits", accessDenied, scene{as: "user", identity: get,
			endpoint: []string{statement("Allow", "s3:ListBucket", "*", "'Principal':'*'")}},
			"because no VPC endpoint policy allows the s3:GetObject action"},
		{"VPC endpoint policy denies", accessDenied, scene{as: "user", identity: get,
			endpoint: []string{statement("Deny", "s3:*", "*", "'Principal':'*'")}},
			"with an explicit deny in a VPC endpoint policy"},

		// Conditions and variables.
		{"own folder", variables, scene{as: "user", identity: statement("Allow", "s3:*",
			"arn:aws:s3:::bucket/${aws:username}/*"), on: "arn:aws:s3:::bucket/bob/x"}, ""},
		{"somebody else's folder", variables, scene{as: "user", identity: statement("Allow", "s3:*",
			"arn:aws:s3:::bucket/${aws:username}/*"), on: "arn:aws:s3:::bucket/alice/x"}, noIdentity},
		{"a role has no user name", variables, scene{as: "role", identity: statement("Allow", "s3:*",
			"arn:aws:s3:::bucket/${aws:username}/*"), on: "arn:aws:s3:::bucket//x"}, noIdentity},
		{"NotResource with a variable without value", variables,
			scene{as: "role",
				identity: `{'Effect':'Allow','Action':'s3:*','NotResource':'arn:aws:s3:::bucket/${aws:username}/*'}`},
			noIdentity},
		{"tag of the principal", variables, scene{as: "role", identity: statement("Allow", "s3:*",
			"arn:aws:s3:::bucket/${aws:PrincipalTag/Team}/*"), on: "arn:aws:s3:::bucket/red/x"}, ""},
		{"role ARN as condition", principals, scene{as: "role", boundary: list,
			resource: []string{statement("Allow", "s3:*", "*", "'Principal':'*'",
				"'Condition':{'ArnEquals':{'aws:PrincipalArn':'"+roleARN+"'}}")}}, ""},
		{"other role ARN as condition", principals, scene{as: "role", resource: []string{statement("Allow", "s3:*", "*",
			"'Principal':'*'", "'Condition':{'ArnEquals':{'aws:PrincipalArn':'"+userARN+"'}}")}}, noIdentity},
		{"region of the request", denyAllow, scene{as: "user", identity: statement("Allow", "s3:*", "*",
			"'Condition':{'StringEquals':{'aws:RequestedRegion':'eu-west-1'}}"),
			context: map[string][]string{"aws:RequestedRegion": {"us-east-1"}}}, noIdentity},
		{"MFA is no key of a long-term credential",
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent", scene{as: "user", identity: statement("Allow", "s3:*", "*", "'Condition':{'Bool':{'aws:MultiFactorAuthPresent':'false'}}")}, noIdentity},
		{"MFA of a role session is false",
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent", scene{as: "role", identity: statement("Allow", "s3:*", "*", "'Condition':{'Bool':{'aws:MultiFactorAuthPresent':'false'}}")}, ""},
		{"time", denyAllow, scene{as: "user", identity: statement("Allow", "s3:*", "*",
			"'Condition':{'DateLessThan':{'aws:CurrentTime':'2026-05-01T12:00:01Z'}}")}, ""},
		{"time over", denyAllow, scene{as: "user", identity: statement("Allow", "s3:*", "*",
			"'Condition':{'DateLessThan':{'aws:CurrentTime':'2026-05-01T12:00:00Z'}}")}, noIdentity},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if r := c.scene.authorize(t); r != nil {
				if r.Stage != verdict.StageAuthorize || r.Reason != verdict.Denied {
					t.Errorf("refused at %s for %s", r.Stage, r.Reason)
				}
				if far := c.scene.crossAccount || c.scene.as == "anonymous"; denial(r).CrossAccount != far {
					t.Errorf("crossAccount = %v", !far)
				}
				got = denial(r).Because
			}
			if got != c.want {
				t.Errorf("%q, want %q; see %s", got, c.want, c.source)
			}
		})
	}
}

// The messages AWS shows, with everything in them.
func TestDenialArguments(t *testing.T) {
	for _, c := range []struct{ as, principal string }{
		{"user", userARN}, {"role", sessionARN}, {"anonymous", "anonymous"},
	} {
		r := scene{as: c.as, on: "arn:aws:s3:::bucket/a b"}.authorize(t)
		if r == nil || denial(r).Principal != c.principal || denial(r).Action != "s3:GetObject" ||
			denial(r).Resource != "arn:aws:s3:::bucket/a b" {
			t.Errorf("%s: %v", c.as, r)
		}
	}
}

// A build of Amplify Hosting is denied iam:PassRole by the session policy that
// the platform sets.
func TestPassRoleDeniedBySessionPolicy(t *testing.T) {
	r := scene{
		as: "role", identity: statement("Allow", "*", "*"), action: "iam:PassRole",
		on:      "arn:aws:iam::111122223333:role/x",
		session: statement("Allow", "*", "*") + "," + statement("Deny", "iam:PassRole", "*"),
	}.authorize(t)
	if r == nil || denial(r).Because != "with an explicit deny in a session policy" {
		t.Errorf("%v", r)
	}
}

// The detail says how close a statement came.
func TestDenialDetail(t *testing.T) {
	for _, c := range []struct {
		scene scene
		want  []string
	}{
		{scene{as: "user", identity: statement("Allow", "s3:*", "*", "'Sid':'InEurope'",
			"'Condition':{'StringEquals':{'aws:RequestedRegion':['eu-west-1','eu-west-3']}}"),
			context: map[string][]string{"AWS:RequestedRegion": {"us-east-1"}}},
			[]string{"nearest: statement InEurope of inline policy own",
				`StringEquals aws:RequestedRegion = "eu-west-1" or "eu-west-3"`, `the request has "us-east-1"`}},
		{scene{as: "user", identity: statement("Allow", "s3:*", "arn:aws:s3:::other/*")},
			[]string{"statement 0 of inline policy own", "is for other resources"}},
		{scene{as: "role", crossAccount: true, identity: statement("Allow", "*", "*"),
			resource: []string{statement("Allow", "s3:*", "*", principal(userARN))}},
			[]string{"names other principals"}},
		{scene{as: "role", identity: statement("Allow", "s3:*", "*",
			"'Condition':{'Bool':{'aws:SecureTransport':'true'}}")},
			[]string{"the request has no aws:SecureTransport"}},
		{scene{as: "user", identity: statement("Allow", "s3:*", "*"), managed: statement("Deny", "s3:*", "*",
			"'Sid':'No'")}, []string{"is denied s3:GetObject on arn:aws:s3:::bucket/key by statement No of " +
			"arn:aws:iam::111122223333:policy/shared"}},
	} {
		r := c.scene.authorize(t)
		for _, want := range c.want {
			if r == nil || !strings.Contains(r.Detail, want) {
				t.Errorf("no %q in %v", want, r)
			}
		}
	}
}

// randomScene is a scene with random policies of every type; deny picks the type
// that gets a statement that denies everything, or none below zero.
func randomScene(random *rand.Rand, deny int) (x scene, denied string) {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	layer := func(n int, name string, more ...string) string {
		s := statement(pick("Allow", "Allow", "Allow", "Deny"), pick("*", "s3:*", "s3:Get*", "s3:PutObject"),
			pick("*", "arn:aws:s3:::bucket/*", "arn:aws:s3:::x"), more...)
		if n == deny {
			denied = name
			s += "," + statement("Deny", "*", "*", more...)
		}
		return s
	}
	who := "'Principal':" + pick("'*'", "{'AWS':'"+userARN+"'}", "{'AWS':'"+sessionARN+"'}", "{'AWS':'"+roleARN+"'}",
		"{'AWS':'"+home+"'}")
	if deny == 4 {
		who = "'Principal':'*'"
	}
	x = scene{as: pick("user", "role"), crossAccount: random.IntN(2) == 0}
	x.identity = layer(0, "identity-based policy")
	x.boundary = layer(1, "permissions boundary")
	x.managed = layer(2, "identity-based policy")
	x.serviceControl = []string{layer(3, "service control policy")}
	x.resource = []string{layer(4, "resource-based policy", who)}
	x.endpoint = []string{layer(5, "VPC endpoint policy", "'Principal':'*'")}
	if x.as == "role" || deny == 6 {
		x.as = "role"
		x.session = layer(6, "session policy")
	}
	return x, denied
}

// Whatever else is allowed, a statement that denies wins.
func TestExplicitDenyWins(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		deny := random.IntN(7)
		x, layer := randomScene(random, deny)
		r := x.authorize(t)
		if r == nil || !strings.HasPrefix(denial(r).Because, "with an explicit deny in a") {
			t.Fatalf("a deny in the %s did not win: %v\n%+v", layer, r, x)
		}
	}
}

// One more Deny never allows, one more Allow in an identity-based policy never
// denies.
func TestMonotony(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	allowed, widened := 0, 0
	for range 600 {
		x, _ := randomScene(random, -1)
		before := x.authorize(t) == nil
		if before {
			allowed++
		}
		more := x
		more.identity += "," + statement("Allow", "*", "*")
		if after := more.authorize(t) == nil; before && !after {
			t.Fatalf("an Allow took a permission away: %+v", x)
		} else if after && !before {
			widened++
		}
		less := x
		less.identity += "," + statement("Deny", "s3:GetObject", "arn:aws:s3:::bucket/*")
		if less.authorize(t) == nil {
			t.Fatalf("a Deny did not deny: %+v", x)
		}
	}
	if allowed == 0 || widened == 0 {
		t.Errorf("the property was not put to the test: %d allowed, %d widened", allowed, widened)
	}
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func TestGlobalConditionKeys(t *testing.T) {
	const absent = "(absent)"
	for as, keys := range map[string]map[string]string{
		"user": {
			"aws:PrincipalArn": userARN, "aws:PrincipalType": "User", "aws:username": "bob",
			"aws:PrincipalAccount": home, "aws:PrincipalTag/TEAM": "red",
			"aws:TokenIssueTime": absent, "aws:MultiFactorAuthPresent": absent, "aws:MultiFactorAuthAge": absent,
			"aws:SourceIdentity": absent, "aws:FederatedProvider": absent,
			"aws:CurrentTime": "2026-05-01T12:00:00Z", "aws:EpochTime": "1777636800", "aws:ResourceAccount": home,
			"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false",
		},
		"role": {
			"aws:PrincipalArn": roleARN, "aws:PrincipalType": "AssumedRole", "aws:username": absent,
			"aws:PrincipalAccount": home, "aws:PrincipalTag/team": "red",
			"aws:TokenIssueTime": "2026-05-01T12:00:00Z", "aws:MultiFactorAuthPresent": "false",
			"aws:MultiFactorAuthAge": absent,
		},
		"root": {"aws:PrincipalArn": "arn:aws:iam::111122223333:root", "aws:PrincipalType": "Account",
			"aws:userid": home, "aws:username": absent},
		"federated": {"aws:PrincipalArn": federatedARN, "aws:PrincipalType": "FederatedUser", "aws:userid": home +
			":fed", "aws:username": absent},
		"anonymous": {"aws:PrincipalArn": absent, "aws:PrincipalType": "Anonymous", "aws:userid": "anonymous",
			"aws:PrincipalAccount": absent, "aws:PrincipalIsAWSService": absent},
	} {
		for key, want := range keys {
			condition := "{'StringEquals':{'" + key + "':'" + want + "'}}"
			if want == absent {
				condition = "{'Null':{'" + key + "':'true'}}"
			}
			x := scene{as: as, identity: statement("Allow", "sts:*", "*"), resource: []string{
				statement("Allow", "s3:*", "*", "'Principal':'*'"),
				statement("Deny", "s3:*", "*", "'Sid':'wanted'", "'Principal':'*'", "'Condition':"+condition),
			}}
			if r := x.authorize(t); r == nil {
				t.Errorf("%s of %s is not %q", key, as, want)
			}
		}
	}
}
