package iam_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

func TestApplyFromJSON(t *testing.T) {
	var seed iam.Seed
	err := json.Unmarshal([]byte(`{"accounts":[{
		"id":"111122223333","alias":"home",
		"users":[{"name":"app","path":"/x/","keys":[{"id":"AKIAIOSFODNN7EXAMPLE","secret":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},{}],
			"allow":["bedrock:*"],"deny":["bedrock:Delete*"],"boundary":"limit","tags":{"team":"red"},
			"policies":[{"name":"one","document":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}},
				{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}},
				"{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sns:*\",\"Resource\":\"*\"}}"]}],
		"policies":[{"name":"limit","path":"/p/","document":{"Statement":{"Effect":"Allow","Action":["s3:*","sqs:*","bedrock:*"],"Resource":"*"}}}],
		"roles":[{"name":"fn","trustService":["lambda.amazonaws.com"],"managedPolicies":["arn:aws:iam::aws:policy/AdministratorAccess","arn:aws:iam::111122223333:policy/p/limit"],"maxSessionDuration":7200}],
		"sessions":[{"role":"fn","name":"x1","id":"ASIAIOSFODNN7EXAMPLE","secret":"s","token":"t","expiration":"2026-05-01T13:00:00Z"},
			{"role":"arn:aws:iam::111122223333:role/fn","expiresIn":"10m","tokenLength":400,"sessionPolicy":{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}},
			{"user":"app"}],
		"oidcProviders":[{"url":"https://oidc.vercel.com/acme","clientIds":["https://vercel.com/acme"]}],
		"bedrockApiKeys":[{"user":"app","secret":"ABSKabc"}]}]}`), &seed)
	if err != nil {
		t.Fatal(err)
	}
	s := iam.New(func() time.Time { return noon }, iam.WithSeed(1))
	a, err := s.Apply(seed)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Keys) != 2 || len(a.Sessions) != 3 || len(a.BedrockAPIKeys) != 1 {
		t.Fatalf("%+v", a)
	}
	key, minted, given, short, users := a.Keys[0], a.Keys[1], a.Sessions[0], a.Sessions[1], a.Sessions[2]
	if key.At != "accounts[0].users[0].keys[0]" || key.KeyID != "AKIAIOSFODNN7EXAMPLE" ||
		key.Secret != "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" ||
		key.Principal != "arn:aws:iam::111122223333:user/x/app" || key.User != "app" || key.Status != iam.KeyIsActive {
		t.Errorf("%+v", key)
	}
	if account, _ := iam.AccountOfKey(minted.KeyID); account != home || len(minted.Secret) != 40 {
		t.Errorf("minted %s", minted)
	}
	if given.KeyID != "ASIAIOSFODNN7EXAMPLE" || given.Secret != "s" || given.Token != "t" ||
		!given.Expiration.Equal(noon.Add(time.Hour)) ||
		given.Principal != "arn:aws:sts::111122223333:assumed-role/fn/x1" {
		t.Errorf("%+v", given)
	}
	if len(short.Token) != 400 || !short.Expiration.Equal(noon.Add(10*time.Minute)) || short.Name == "" ||
		short.RoleARN != "arn:aws:iam::111122223333:role/fn" {
		t.Errorf("%+v", short)
	}
	if users.Principal != key.Principal || users.RoleARN != "" {
		t.Errorf("%+v", users)
	}
	may := func(id, token string, want map[string]bool) {
		t.Helper()
		c, r := s.Resolve(id, token)
		if r != nil {
			t.Fatal(r)
		}
		for action, want := range want {
			if got := s.Authorize(c, iam.Call{Action: action, Resource: "*"}) == nil; got != want {
				t.Errorf("%s %s: %v", c, action, got)
			}
		}
	}
	may(key.KeyID, "", map[string]bool{"bedrock:InvokeModel": true, "bedrock:DeleteX": false, "s3:X": true,
		"sqs:X": true, "sns:X": false})
	may(given.KeyID, "t", map[string]bool{"iam:X": true})
	may(short.KeyID, short.Token, map[string]bool{"iam:X": false, "s3:X": true})
	if accounts := s.Accounts(); accounts[home] != "home" {
		t.Errorf("%v", accounts)
	}
	if r, ok := s.RoleByARN("arn:aws:iam::111122223333:role/fn"); !ok || r.MaxSessionDuration != 2*time.Hour {
		t.Errorf("%+v", r)
	}
	if p, ok := s.Provider(home, "https://oidc.vercel.com/acme/"); !ok ||
		p.ARN != "arn:aws:iam::111122223333:oidc-provider/oidc.vercel.com/acme" {
		t.Errorf("%+v", p)
	}
}

// All problems at once, each with its path.
func TestApplyProblems(t *testing.T) {
	s := iam.New(func() time.Time { return noon })
	if _, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home,
		Users: []iam.UserSeed{{Name: "first", Keys: []iam.KeySeed{{ID: "AKIAIOSFODNN7EXAMPLE"}}}}}}}); err != nil {
		t.Fatal(err)
	}
	bad := iam.Seed{Accounts: []iam.AccountSeed{
		{ID: "29608264753"},
		{
			ID: home,
			Users: []iam.UserSeed{
				{Name: "First"},
				{Name: "a b"},
				{Path: "x"},
				{Name: "good", Path: "x", Keys: []iam.KeySeed{
					{ID: "short"}, {ID: "AKIAIOSFODNN7EXAMPLE"}, {ID: "ASIAIOSFODNN7EXAMPLE"}, {Status: "disabled"},
					{Secret: "with space"},
				}, Policies: []iam.PolicySeed{{Document: map[string]any{"Statement": map[string]any{"Effect": "Allow",
					"Actions": "x"}}}},
					Allow: []string{"s3"}, ManagedPolicies: []string{"ReadOnlyAccess"}, Boundary: "nothing",
					Tags:       map[string]string{"aws:x": "", "a": "", "A": ""},
					MFADevices: []iam.MFADeviceSeed{{Codes: []string{"12345"}}}},
			},
			Policies: []iam.PolicySeed{{Document: "{}"}, {Name: "p", Document: "{}"}},
			Roles: []iam.RoleSeed{
				{Name: "noTrust"},
				{Name: "both", Trust: "{}", TrustService: []string{"lambda.amazonaws.com"}},
				{Name: "short", TrustService: []string{"lambda"}, MaxSessionDuration: 900},
			},
			Sessions: []iam.SessionSeed{
				{}, {Role: "nothing"}, {User: "nothing"}, {Role: "short", Name: "x y"},
				{User: "first", ExpiresIn: "soon"}, {User: "first", Expiration: "tomorrow"},
				{User: "first", ExpiresIn: "1h", Expiration: "2026-01-01T00:00:00Z"},
				{User: "first", ID: "AKIAIOSFODNN7EXAMPL2"}, {User: "first", TokenLength: 7},
				{User: "first", Token: "a\nb"},
				{User: "first", SessionPolicy: "{}"}, {User: "first", Token: "same"}, {User: "first", Token: "same"},
				{User: "first", ID: "AKIDEXAMPLE", Secret: "s"}, {User: "first", ID: "AKIDEXAMPLE", Token: "t"},
				{User: "first", ID: "ASIASHORT"}, {User: "first", ID: "ASIAIOSFODNN7EXAMPL3", Secret: "a b"},
			},
			OIDCProviders: []iam.OIDCProviderSeed{{URL: "oidc.vercel.com"}, {URL: "https://a.b"},
				{URL: "https://a.b/"}},
			BedrockAPIKeys: []iam.BedrockKeySeed{{User: "first"}, {User: "first"}, {User: "nothing"},
				{User: "first", Secret: "sk-1"}, {User: "first", Status: "x"}},
			ServiceControlPolicies: []iam.PolicySeed{{Document: document(statement("Deny", "s3:*", "*"))},
				{Document: document(statement("Deny", "sqs:*", "*"))}},
			ResourceControlPolicies: []iam.PolicySeed{{Document: document(statement("Allow", "s3:*", "*",
				"'Principal':'*'"))}},
		},
	}}
	before := snapshot(s)
	a, err := s.Apply(bad)
	if a != nil || err == nil {
		t.Fatalf("%v, %v", a, err)
	}
	want := []string{
		`accounts[0].id: "29608264753" must be 12 digits; quote it in YAML`,
		`accounts[1].policies[0]: a managed policy needs a name or arn: name is missing`,
		`accounts[1].policies[1]: Statement is missing`,
		`accounts[1].resourceControlPolicies[0]: a resource control policy can only deny`,
		`accounts[1].oidcProviders[0]: url "oidc.vercel.com" must be https://host/path, as in the token's iss`,
		`accounts[1].oidcProviders[2]: provider https://a.b stands twice`,
		`accounts[1].users[0].name: "First" exists already in account 111122223333`,
		`accounts[1].users[1].name: "a b" may hold only letters, digits and any of +=,.@_-`,
		`accounts[1].users[2].name: is missing`,
		`accounts[1].users[3].path: "x" must begin and end with / and hold printable ASCII only`,
		`accounts[1].users[3].tags: "a" differs from another key only in case`,
		`accounts[1].users[3].tags: tag "aws:x": keys with aws: are reserved`,
		`accounts[1].users[3].mfaDevices[0]: needs a serial and at least one code`,
		`accounts[1].users[3].mfaDevices[0].codes: a code has six digits; quote it in YAML`,
		`accounts[1].users[3].policies[0]: Statement[0] has an unknown element "Actions"`,
		`accounts[1].users[3].policies[0]: Statement[0]: Action is missing`,
		`accounts[1].users[3].policies[0]: Statement[0]: Resource is missing`,
		`accounts[1].users[3].allow: Statement[0]: action "s3" must be "*" or have the form service:Name`,
		`accounts[1].users[3].managedPolicies[0]: "ReadOnlyAccess" is no policy of account 111122223333; give its document under the account's policies`,
		`accounts[1].users[3].boundary: "nothing" is no policy of account 111122223333; give its document here or under the account's policies`,
		`accounts[1].users[3].keys[0].id: an access key id has 16 to 128 letters and digits, this one has 5 characters`,
		`accounts[1].users[3].keys[1].id: AKIAIOSFODNN7EXAMPLE exists already`,
		`accounts[1].users[3].keys[2].id: ASIAIOSFODNN7EXAMPLE is a temporary key by its prefix: list it under sessions`,
		`accounts[1].users[3].keys[3].status: "disabled" must be active, inactive or deleted`,
		`accounts[1].users[3].keys[4].secret: must be printable ASCII without spaces`,
		`accounts[1].roles[0]: needs trust or trustService: who may assume it?`,
		`accounts[1].roles[1]: has both trust and trustService; give one`,
		`accounts[1].roles[2].maxSessionDuration: 900 must be 3600 to 43200 seconds`,
		`accounts[1].roles[2].trustService: Statement[0]: Principal.Service: "lambda" must be the name of a service, such as lambda.amazonaws.com`,
		`accounts[1].sessions[0]: needs either role or user`,
		`accounts[1].sessions[1].role: "nothing" is no role of account 111122223333`,
		`accounts[1].sessions[2].user: "nothing" is no user of account 111122223333`,
		`accounts[1].sessions[3].name: "x y" must be 2 to 64 letters, digits or any of _=,.@-`,
		`accounts[1].sessions[4].expiresIn: "soon" is no duration such as 1h or -5m`,
		`accounts[1].sessions[5].expiration: "tomorrow" is no time such as 2026-01-31T12:00:00Z`,
		`accounts[1].sessions[6]: has both expiresIn and expiration; give one`,
		`accounts[1].sessions[7].id: AKIAIOSFODNN7EXAMPL2 must start with ASIA: it is a temporary key`,
		`accounts[1].sessions[8].tokenLength: 7 must be a multiple of 4 from 356 to 1048576`,
		`accounts[1].sessions[9].token: must be printable ASCII without spaces`,
		`accounts[1].sessions[10].sessionPolicy: Statement is missing`,
		`accounts[1].sessions[13].id: AKIDEXAMPLE is the key of published examples: ` +
			`give their secret and their token with it`,
		`accounts[1].sessions[14].id: AKIDEXAMPLE is the key of published examples: ` +
			`give their secret and their token with it`,
		`accounts[1].sessions[15].id: an access key id has 16 to 128 letters and digits, this one has 9 characters`,
		`accounts[1].sessions[16].secret: must be printable ASCII without spaces`,
		`accounts[1].bedrockApiKeys[2].user: "nothing" is no user of account 111122223333`,
		`accounts[1].bedrockApiKeys[3].secret: must start with ABSK`,
		`accounts[1].bedrockApiKeys[4].status: "x" must be active, inactive or deleted`,
	}
	got := strings.Split(err.Error(), "\n")
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("missing: %s", w)
		}
	}
	for _, g := range got {
		// The id of the key whose token is taken is minted.
		if !slices.Contains(want, g) && !strings.HasPrefix(g, "accounts[1].sessions[12].token: is that of ASIA") {
			t.Errorf("unexpected: %s", g)
		}
	}
	if after := snapshot(s); !reflect.DeepEqual(before, after) {
		t.Errorf("something of the bad seed stayed: %v, then %v", before, after)
	}
	first := iam.UserOf(home, "first")
	if err := s.PutPolicy(first, "all", document(statement("Allow", "*", "*"))); err != nil {
		t.Fatal(err)
	}
	if c, _ := s.Resolve("AKIAIOSFODNN7EXAMPLE", ""); s.Authorize(c, iam.Call{Action: "s3:X", Resource: "*"}) != nil {
		t.Error("a service control policy of the bad seed stayed")
	}
	if keys, _ := s.BearerKeys(first); len(keys) != 0 {
		t.Error("an API key of the bad seed stayed")
	}
	// What was undone can be made.
	if _, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home, Users: []iam.UserSeed{{Name: "good"}},
		OIDCProviders: []iam.OIDCProviderSeed{{URL: "https://a.b"}}}}}); err != nil {
		t.Error(err)
	}
}

// snapshot is what of a store can be seen from outside.
func snapshot(s *iam.Store) map[string]any {
	m := map[string]any{"accounts": s.Accounts()}
	for id := range s.Accounts() {
		for _, u := range s.List(id, iam.KindUser, "/") {
			m[u.ARN] = u.ID
		}
		for _, r := range s.List(id, iam.KindAssumedRole, "/") {
			m[r.ARN] = r.ID
		}
		m["providers "+id], m["policies "+id] = len(s.Providers(id)), len(s.ManagedPolicies(id))
	}
	for id, secret := range s.Secrets() {
		m[id] = secret
	}
	return m
}

// A second seed adds to an account.
func TestApplyTwice(t *testing.T) {
	s := iam.New(nil)
	for _, name := range []string{"one", "two"} {
		if _, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home,
			Users: []iam.UserSeed{{Name: name}}}}}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.List(home, iam.KindUser, "/")); n != 2 {
		t.Errorf("%d users", n)
	}
}

// The same seed mints the same secrets, another one others.
func TestWithSeed(t *testing.T) {
	mint := func(options ...iam.Option) map[string]any {
		s := iam.New(func() time.Time { return noon }, options...)
		a, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home,
			Users:    []iam.UserSeed{{Name: "one", Keys: []iam.KeySeed{{}, {}}}},
			Sessions: []iam.SessionSeed{{User: "one"}}}}})
		if err != nil {
			t.Fatal(err)
		}
		m := snapshot(s)
		m["token"] = a.Sessions[0].Token
		return m
	}
	if one, again := mint(iam.WithSeed(1)), mint(iam.WithSeed(1)); !reflect.DeepEqual(one, again) {
		t.Error("the same seed minted something else")
	}
	if reflect.DeepEqual(mint(iam.WithSeed(1)), mint(iam.WithSeed(2))) || reflect.DeepEqual(mint(), mint()) {
		t.Error("minted the same twice")
	}
}

func TestPolicySeedFields(t *testing.T) {
	var p iam.PolicySeed
	if err := json.Unmarshal([]byte(`{"name":"x","documnt":{},"document":{}}`), &p); err == nil ||
		!strings.Contains(err.Error(), `no field "documnt"`) {
		t.Errorf("%v", err)
	}
	err := p.UnmarshalYAML(func(v any) error {
		*v.(*any) = map[string]any{"name": "x", "arn": "arn:a", "path": "/p/", "document": "{}"}
		return nil
	})
	if err != nil || !reflect.DeepEqual(p, iam.PolicySeed{Name: "x", ARN: "arn:a", Path: "/p/", Document: "{}"}) {
		t.Errorf("%+v, %v", p, err)
	}
}

// Expired from the start.
func TestSeededExpired(t *testing.T) {
	k := newKeyring(t)
	if _, _, created, err := iam.DecodeToken(k.ended.Token); err != nil || !created.Before(k.ended.Expiration) {
		t.Errorf("created %v, expired %v, %v", created, k.ended.Expiration, err)
	}
	if _, r := k.Resolve(k.ended.KeyID, k.ended.Token); r == nil || r.Reason != verdict.TokenExpired {
		t.Errorf("%v", r)
	}
}
