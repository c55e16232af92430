package iam_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

func codeOf(err error) string {
	var e *iam.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

func expect(t *testing.T, what string, err error, code string) {
	t.Helper()
	if code == "" && err != nil || code != "" && codeOf(err) != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func newHome(t *testing.T) (*iam.Store, *time.Time) {
	t.Helper()
	now := noon
	s := iam.New(func() time.Time { return now }, iam.WithSeed(9))
	if err := s.CreateAccount(home, "home"); err != nil {
		t.Fatal(err)
	}
	return s, &now
}

var readObjects = document(statement("Allow", "s3:Get*", "*"))

// newBob is a home with the user bob, who has no policies.
func newBob(t *testing.T) (s *iam.Store, now *time.Time, bob iam.Entity) {
	t.Helper()
	s, now = newHome(t)
	bob = iam.UserOf(home, "bob")
	if _, err := s.Create(bob, iam.EntityInput{Path: "/dev/"}); err != nil {
		t.Fatal(err)
	}
	return s, now, bob
}

func newKey(t *testing.T, s *iam.Store, user iam.Entity) *iam.Credential {
	t.Helper()
	key, err := s.CreateKey(user)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// reasonFor is why a key does not resolve, "" if it does.
func reasonFor(s *iam.Store, id, token string) verdict.Reason {
	if _, r := s.Resolve(id, token); r != nil {
		return r.Reason
	}
	return ""
}

func TestCreateUser(t *testing.T) {
	s, _ := newHome(t)
	bob := iam.UserOf(home, "bob")
	u, err := s.Create(bob, iam.EntityInput{Path: "/dev/", Tags: []iam.Tag{{Key: "team", Value: "red"}}})
	if err != nil || u.ARN != "arn:aws:iam::111122223333:user/dev/bob" || !strings.HasPrefix(u.ID, "AIDA") ||
		u.Tags[0].Value != "red" {
		t.Fatalf("%+v, %v", u, err)
	}
	for _, row := range []struct {
		name   string
		entity iam.Entity
		in     iam.EntityInput
		code   string
	}{
		{"twice", bob, iam.EntityInput{}, "EntityAlreadyExists"},
		{"in another case", iam.UserOf(home, "Bob"), iam.EntityInput{}, "EntityAlreadyExists"},
		{"elsewhere", iam.UserOf(other, "x"), iam.EntityInput{}, "NoSuchEntity"},
		{"bad name", iam.UserOf(home, "a/b"), iam.EntityInput{}, "ValidationError"},
		{"bad path", iam.UserOf(home, "x"), iam.EntityInput{Path: "x"}, "ValidationError"},
		{"bad tag", iam.UserOf(home, "x"), iam.EntityInput{Tags: []iam.Tag{{}}}, "InvalidInput"},
		{"bad boundary", iam.UserOf(home, "x"), iam.EntityInput{BoundaryARN: "arn:x"}, "NoSuchEntity"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := s.Create(row.entity, row.in)
			expect(t, "create", err, row.code)
		})
	}
}

func TestAUserHasTwoKeysAtMost(t *testing.T) {
	s, _, bob := newBob(t)
	first := newKey(t, s, bob)
	newKey(t, s, bob)
	_, err := s.CreateKey(bob)
	expect(t, "a third key", err, "LimitExceeded")
	_, err = s.CreateKey(iam.UserOf(home, "unknown"))
	expect(t, "key of an unknown user", err, "NoSuchEntity")
	keys, err := s.Keys(bob)
	if err != nil || len(keys) != 2 || keys[0].ID != first.KeyID {
		t.Fatalf("%v, %v", keys, err)
	}
}

// A credential is made before its user's policies change: they are looked up at
// each call.
func TestInlinePoliciesHoldAtOnce(t *testing.T) {
	s, _, bob := newBob(t)
	key := newKey(t, s, bob)
	for _, step := range []struct {
		name string
		do   func() error
		code string
		may  bool
	}{
		{"without policies", func() error { return nil }, "", false},
		{"bad policy", func() error { return s.PutPolicy(bob, "own", "{}") }, "MalformedPolicyDocument", false},
		{"bad name", func() error { return s.PutPolicy(bob, "a b", readObjects) }, "ValidationError", false},
		{"put", func() error { return s.PutPolicy(bob, "own", readObjects) }, "", true},
		{"replace", func() error {
			return s.PutPolicy(bob, "own", document(statement("Allow", "s3:Put*", "*")))
		}, "", false},
		{"delete", func() error { return s.DeletePolicy(bob, "own") }, "", false},
		{"delete again", func() error { return s.DeletePolicy(bob, "own") }, "NoSuchEntity", false},
	} {
		expect(t, step.name, step.do(), step.code)
		if got := s.Authorize(key, getObject) == nil; got != step.may {
			t.Errorf("%s: the user may: %v, want %v", step.name, got, step.may)
		}
	}
}

var getObject = iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}

func TestCreateManagedPolicy(t *testing.T) {
	s, _ := newHome(t)
	arn, err := s.CreateManagedPolicy(home, "/p/", "read", readObjects)
	if err != nil || arn != "arn:aws:iam::111122223333:policy/p/read" {
		t.Fatalf("%s, %v", arn, err)
	}
	if p, err := s.ManagedPolicy(arn); err != nil || p.Name != "read" || p.Document.String() != readObjects {
		t.Errorf("%v, %v", p, err)
	}
	for _, row := range []struct{ name, account, policy, document, code string }{
		{"twice", home, "Read", readObjects, "EntityAlreadyExists"},
		{"malformed", home, "x", "[]", "MalformedPolicyDocument"},
		{"elsewhere", other, "x", readObjects, "NoSuchEntity"},
	} {
		_, err := s.CreateManagedPolicy(row.account, "", row.policy, row.document)
		expect(t, row.name, err, row.code)
	}
}

func TestManagedPoliciesAreAttached(t *testing.T) {
	s, _, bob := newBob(t)
	key := newKey(t, s, bob)
	arn, err := s.CreateManagedPolicy(home, "/p/", "read", readObjects)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "attach", s.AttachPolicy(bob, arn), "")
	expect(t, "attach again", s.AttachPolicy(bob, arn), "")
	expect(t, "attach nothing", s.AttachPolicy(bob, "arn:aws:iam::111122223333:policy/x"), "NoSuchEntity")
	if r := s.Authorize(key, getObject); r != nil {
		t.Errorf("attached: %v", r)
	}
	expect(t, "update", s.UpdateManagedPolicy(arn, document(statement("Deny", "s3:*", "*"))), "")
	if r := s.Authorize(key, getObject); r == nil ||
		denial(r).Because != "with an explicit deny in an identity-based policy: "+arn {
		t.Errorf("updated: %v", r)
	}
}

func TestManagedPoliciesInUseStay(t *testing.T) {
	s, _, bob := newBob(t)
	arn, err := s.CreateManagedPolicy(home, "/p/", "read", readObjects)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "attach", s.AttachPolicy(bob, arn), "")
	expect(t, "delete attached", s.DeleteManagedPolicy(arn), "DeleteConflict")
	expect(t, "boundary", s.SetBoundary(bob, arn), "")
	expect(t, "detach", s.DetachPolicy(bob, arn), "")
	expect(t, "detach again", s.DetachPolicy(bob, arn), "NoSuchEntity")
	expect(t, "delete boundary", s.DeleteManagedPolicy(arn), "DeleteConflict")
	if u, _ := s.Get(bob); u.BoundaryARN != arn {
		t.Errorf("%+v", u)
	}
	expect(t, "no boundary", s.SetBoundary(bob, ""), "")
	expect(t, "delete", s.DeleteManagedPolicy(arn), "")
	expect(t, "delete again", s.DeleteManagedPolicy(arn), "NoSuchEntity")
	inline, managed, err := s.Policies(bob)
	if err != nil || len(inline)+len(managed) != 0 {
		t.Errorf("%v, %v, %v", inline, managed, err)
	}
}

func TestKeyStatus(t *testing.T) {
	s, _, bob := newBob(t)
	key := newKey(t, s, bob)
	expect(t, "inactive", s.UpdateKey(bob, key.KeyID, iam.KeyIsInactive), "")
	if r := reasonFor(s, key.KeyID, ""); r != verdict.KeyInactive {
		t.Errorf("inactive: %s", r)
	}
	expect(t, "active", s.UpdateKey(bob, key.KeyID, iam.KeyIsActive), "")
	if r := reasonFor(s, key.KeyID, ""); r != "" {
		t.Errorf("active: %s", r)
	}
	expect(t, "deleted by update", s.UpdateKey(bob, key.KeyID, iam.KeyIsDeleted), "ValidationError")
	expect(t, "another's key", s.UpdateKey(bob, "AKIAUNKNOWN000000000", iam.KeyIsActive), "NoSuchEntity")
	expect(t, "delete", s.DeleteKey(bob, key.KeyID), "")
	expect(t, "delete again", s.DeleteKey(bob, key.KeyID), "NoSuchEntity")
	if r := reasonFor(s, key.KeyID, ""); r != verdict.KeyDeleted {
		t.Errorf("deleted: %s", r)
	}
}

func TestBearerKeyStatus(t *testing.T) {
	s, now, bob := newBob(t)
	api, err := s.CreateBearerKey(bob, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if c, r := s.ResolveBearer(api.Secret); r != nil || c.KeyID != api.ID {
		t.Errorf("%v, %v", c, r)
	}
	expect(t, "inactive", s.UpdateBearerKey(bob, api.ID, iam.KeyIsInactive), "")
	if _, r := s.ResolveBearer(api.Secret); r == nil || r.Reason != verdict.BearerInvalid {
		t.Errorf("inactive: %v", r)
	}
	expect(t, "active", s.UpdateBearerKey(bob, api.ID, iam.KeyIsActive), "")
	*now = now.Add(time.Hour)
	if _, r := s.ResolveBearer(api.Secret); r == nil || r.Reason != verdict.BearerExpired {
		t.Errorf("an hour later: %v", r)
	}
	if list, err := s.BearerKeys(bob); err != nil || len(list) != 1 || list[0].UserName != "bob-at-"+home {
		t.Errorf("%v, %v", list, err)
	}
	expect(t, "delete", s.DeleteBearerKey(bob, api.ID), "")
	expect(t, "delete again", s.DeleteBearerKey(bob, api.ID), "NoSuchEntity")
}

// A user with keys of either kind stays; with the user, its sessions end.
func TestDeleteUser(t *testing.T) {
	s, _, bob := newBob(t)
	was, err := s.Get(bob)
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t, s, bob)
	session, r := s.GetSessionToken(key, iam.SessionTokenInput{})
	if r != nil {
		t.Fatal(r)
	}
	expect(t, "delete with a key", s.Delete(bob), "DeleteConflict")
	expect(t, "delete the key", s.DeleteKey(bob, key.KeyID), "")
	api, err := s.CreateBearerKey(bob, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "delete with an API key", s.Delete(bob), "DeleteConflict")
	expect(t, "delete the API key", s.DeleteBearerKey(bob, api.ID), "")
	expect(t, "delete", s.Delete(bob), "")
	expect(t, "delete again", s.Delete(bob), "NoSuchEntity")
	if r := reasonFor(s, session.KeyID, session.Token); r != verdict.TokenMalformed {
		t.Errorf("session of a deleted user: %s", r)
	}
	if again, err := s.Create(bob, iam.EntityInput{Path: "/dev/"}); err != nil || again.ID == was.ID {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestRoleLife(t *testing.T) {
	s, _ := newHome(t)
	fn := iam.RoleOf(home, "fn")
	lambda := document(trustStatement("sts:AssumeRole", "{'Service':'lambda.amazonaws.com'}"))
	_, err := s.Create(fn, iam.EntityInput{})
	expect(t, "without trust", err, "MalformedPolicyDocument")
	_, err = s.Create(fn, iam.EntityInput{Trust: lambda, MaxSessionDuration: 60})
	expect(t, "too short", err, "ValidationError")
	r, err := s.Create(fn, iam.EntityInput{Trust: lambda, Description: "x"})
	if err != nil || r.MaxSessionDuration != time.Hour || !strings.HasPrefix(r.ID, "AROA") ||
		r.Trust.String() != lambda {
		t.Fatalf("%+v, %v", r, err)
	}
	expect(t, "policy", s.PutPolicy(fn, "own", readObjects), "")
	c, err := s.MintPlatformSession(r.ARN, "one", 0)
	if err != nil {
		t.Fatal(err)
	}
	get := iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}
	if r := s.Authorize(c, get); r != nil {
		t.Error(r)
	}
	seconds, text := 7200, "y"
	expect(t, "update", s.UpdateRole(fn, &seconds, &text), "")
	expect(t, "tags", s.SetTags(fn, []iam.Tag{{Key: "a", Value: "1"}, {Key: "b", Value: "2"}}), "")
	expect(t, "tags again", s.SetTags(fn, []iam.Tag{{Key: "A", Value: "3"}}), "")
	expect(t, "untag", s.RemoveTags(fn, []string{"B"}), "")
	if r, _ := s.Get(fn); r.MaxSessionDuration != 2*time.Hour || r.Description != "y" || len(r.Tags) != 1 ||
		r.Tags[0] != (iam.Tag{Key: "A", Value: "3"}) {
		t.Errorf("%+v", r)
	}
	seconds = 1
	expect(t, "bad update", s.UpdateRole(fn, &seconds, nil), "ValidationError")
	if _, r := s.AssumeRoleByService("ec2.amazonaws.com", iam.AssumeRoleInput{RoleARN: r.ARN,
		SessionInput: iam.SessionInput{Name: "i-1"}}); r == nil {
		t.Error("ec2 is not trusted")
	}
	expect(t, "trust", s.UpdateTrust(fn, strings.Replace(lambda, "lambda", "ec2", 1)), "")
	if _, r := s.AssumeRoleByService("ec2.amazonaws.com", iam.AssumeRoleInput{RoleARN: r.ARN,
		SessionInput: iam.SessionInput{Name: "i-1"}}); r != nil {
		t.Error(r)
	}
	expect(t, "bad trust", s.UpdateTrust(fn, readObjects), "MalformedPolicyDocument")
	expect(t, "trust of a user", s.UpdateTrust(iam.UserOf(home, "x"), lambda), "NoSuchEntity")

	expect(t, "delete with a policy", s.Delete(fn), "DeleteConflict")
	expect(t, "delete policy", s.DeletePolicy(fn, "own"), "")
	if r := s.Authorize(c, get); r == nil {
		t.Error("the policy is gone")
	}
	expect(t, "delete", s.Delete(fn), "")
	if _, r := s.Resolve(c.KeyID, c.Token); r == nil || r.Reason != verdict.TokenMalformed ||
		!strings.Contains(r.Detail, "was deleted") {
		t.Errorf("session of a deleted role: %v", r)
	}
	// A role of the same name is another role.
	if _, err := s.Create(fn, iam.EntityInput{Trust: lambda}); err != nil {
		t.Fatal(err)
	}
	expect(t, "policy of the new role", s.PutPolicy(fn, "own", readObjects), "")
	if _, r := s.Resolve(c.KeyID, c.Token); r == nil {
		t.Error("the session came back with the name")
	}
	if r := s.Authorize(c, get); r == nil || !strings.Contains(r.Detail, "was deleted") {
		t.Errorf("%v", r)
	}
}

func TestProviderLife(t *testing.T) {
	s, _ := newHome(t)
	p, err := s.CreateProvider(home, "https://token.actions.githubusercontent.com", []string{"sts.amazonaws.com"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.CreateProvider(home, p.URL, nil)
	expect(t, "twice", err, "EntityAlreadyExists")
	_, err = s.CreateProvider(home, "http://a.b", nil)
	expect(t, "not https", err, "InvalidInput")
	_, err = s.CreateProvider(other, "https://a.b", nil)
	expect(t, "elsewhere", err, "NoSuchEntity")
	expect(t, "audiences", s.SetClientIDs(p.ARN, []string{"a", "b"}), "")
	if got, ok := s.Provider(home, p.URL); !ok || len(got.ClientIDs) != 2 || len(p.ClientIDs) != 1 {
		t.Errorf("%+v", got)
	}
	if list := s.Providers(home); len(list) != 1 {
		t.Errorf("%v", list)
	}
	expect(t, "delete", s.DeleteProvider(p.ARN), "")
	expect(t, "delete again", s.DeleteProvider(p.ARN), "NoSuchEntity")
	expect(t, "audiences of none", s.SetClientIDs(p.ARN, nil), "NoSuchEntity")
	if _, ok := s.Provider(home, p.URL); ok {
		t.Error("still there")
	}
}

func TestErrorAsRefusal(t *testing.T) {
	e := &iam.Error{Code: "NoSuchEntity", Message: "gone", Status: 404}
	r := e.Refusal(verdict.StageHandle)
	if f, ok := verdict.CauseOf[verdict.Failure](r); !ok || f.Code != "NoSuchEntity" || f.Message != "gone" ||
		f.Status != 404 {
		t.Errorf("%v", r)
	}
}

// For the race detector: everything at once.
func TestConcurrency(t *testing.T) {
	o := newOffice(t)
	bob := iam.UserOf(home, "bob")
	arn, err := o.CreateManagedPolicy(home, "", "moving", readObjects)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 100 {
				switch (worker + i) % 8 {
				case 0:
					c, r := o.AssumeRole(o.bob, iam.AssumeRoleInput{RoleARN: roleOf("ours"),
						SessionInput: iam.SessionInput{Name: "one"}})
					if r != nil {
						t.Error(r)
						return
					}
					if _, r := o.Resolve(c.KeyID, c.Token); r != nil {
						t.Error(r)
					}
					o.Authorize(c, iam.Call{Action: "s3:X", Resource: "*"})
				case 1:
					_ = o.PutPolicy(bob, "extra", readObjects)
					_ = o.SetTags(bob, []iam.Tag{{Key: "k", Value: fmt.Sprint(i)}})
				case 2:
					_ = o.UpdateManagedPolicy(arn, readObjects)
					_ = o.AttachPolicy(bob, arn)
				case 3:
					_ = o.DetachPolicy(bob, arn)
					_ = o.SetBoundary(iam.UserOf(home, "alice"), arn)
				case 4:
					for range o.Secrets() {
					}
					o.Resolve("AKIAUNKNOWN000000000", o.session.Token[:100])
				case 5:
					name := fmt.Sprintf("temp-%d-%d", worker, i)
					if _, err := o.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home,
						Users: []iam.UserSeed{{Name: name}}}}}); err != nil {
						t.Error(err)
					}
					if err := o.Delete(iam.UserOf(home, name)); err != nil {
						t.Error(err)
					}
				case 6:
					_, _, _ = o.Policies(bob)
					_, _ = o.Get(bob)
					_, _ = o.GetSessionToken(o.bob, iam.SessionTokenInput{})
				case 7:
					o.Authorize(o.bob, iam.Call{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"})
					_, _ = o.MintPlatformSession(roleOf("long"), "", 0)
				}
			}
		}()
	}
	wg.Wait()
}

func BenchmarkResolve(b *testing.B) {
	k := newKeyring(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, r := k.Resolve(k.own.KeyID, k.own.Token); r != nil {
			b.Fatal(r)
		}
	}
}

func BenchmarkAuthorize(b *testing.B) {
	x := scene{
		as: "role", boundary: statement("Allow", "*", "*"), session: statement("Allow", "s3:*", "*"),
		managed: statement("Deny", "iam:*", "*"), serviceControl: []string{statement("Allow", "*", "*")},
		identity: statement("Allow", "s3:*", "arn:aws:s3:::bucket/${aws:PrincipalTag/team}/*",
			"'Condition':{'StringEquals':{'aws:RequestedRegion':['eu-west-1','us-east-1']}}"),
		on: "arn:aws:s3:::bucket/red/key", context: map[string][]string{"aws:RequestedRegion": {"us-east-1"},
			"aws:SourceIp": {"203.0.113.1"}},
	}
	s, c := x.credential(b)
	call := x.call(b)
	b.Run("allowed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r := s.Authorize(c, call); r != nil {
				b.Fatal(r)
			}
		}
	})
	call.Resource = "arn:aws:s3:::bucket/blue/key"
	b.Run("denied", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r := s.Authorize(c, call); r == nil {
				b.Fatal("allowed")
			}
		}
	})
}

func BenchmarkResolveAndAuthorizeParallel(b *testing.B) {
	k := newKeyring(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c, r := k.Resolve(k.user.KeyID, "")
			if r != nil {
				b.Error(r)
				return
			}
			if r := k.Authorize(c, iam.Call{Action: "bedrock:InvokeModel",
				Resource: "arn:aws:bedrock:us-east-1::foundation-model/x"}); r != nil {
				b.Error(r)
				return
			}
		}
	})
}

func BenchmarkAssumeRole(b *testing.B) {
	o := newOffice(b)
	in := iam.AssumeRoleInput{RoleARN: roleOf("ours"), SessionInput: iam.SessionInput{Name: "one"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, r := o.AssumeRole(o.bob, in); r != nil {
			b.Fatal(r)
		}
	}
}
