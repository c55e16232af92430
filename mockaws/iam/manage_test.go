package iam_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
)

func TestPolicyVersions(t *testing.T) {
	s, now := newHome(t)
	arn, err := s.CreateManagedPolicy(home, "/team/", "reader", readObjects)
	if err != nil {
		t.Fatal(err)
	}
	ann := iam.UserOf(home, "ann")
	if _, err := s.Create(ann, iam.EntityInput{}); err != nil {
		t.Fatal(err)
	}
	expect(t, "attach", s.AttachPolicy(ann, arn), "")
	expect(t, "as boundary", s.SetBoundary(ann, arn), "")
	key, err := s.CreateKey(ann)
	if err != nil {
		t.Fatal(err)
	}
	may := func(action string) bool {
		c, r := s.Resolve(key.KeyID, "")
		if r != nil {
			t.Fatal(r)
		}
		return s.Authorize(c, iam.Call{Action: action, Resource: "arn:aws:s3:::b/k"}) == nil
	}
	*now = now.Add(time.Hour)
	put := document(statement("Allow", "s3:Put*", "*"))
	v, err := s.CreatePolicyVersion(arn, put, false)
	if err != nil || v.ID != "v2" || v.Default || !may("s3:GetObject") || may("s3:PutObject") {
		t.Errorf("a second version, not in force: %+v, %v", v, err)
	}
	expect(t, "put it in force", s.SetDefaultVersion(arn, "v2"), "")
	if may("s3:GetObject") || !may("s3:PutObject") {
		t.Error("the second version is not in force")
	}
	info, err := s.FindPolicy(home, arn)
	if err != nil || info.DefaultVersion != "v2" || info.Path != "/team/" || info.Attachments != 1 ||
		info.BoundaryUses != 1 || !strings.HasPrefix(info.ID, "ANPA") || info.Updated.Sub(info.Created) != time.Hour {
		t.Errorf("%+v, %v", info, err)
	}
	expect(t, "delete the one in force", s.DeletePolicyVersion(arn, "v2"), "DeleteConflict")
	expect(t, "delete one that is not there", s.DeletePolicyVersion(arn, "v9"), "NoSuchEntity")
	for range 3 {
		if _, err := s.CreatePolicyVersion(arn, put, false); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.CreatePolicyVersion(arn, put, false)
	expect(t, "a sixth version", err, "LimitExceeded")
	expect(t, "delete the first", s.DeletePolicyVersion(arn, "v1"), "")
	list, err := s.PolicyVersions(home, arn)
	if err != nil || len(list) != 4 || list[0].ID != "v5" || list[3].ID != "v2" || !list[3].Default {
		t.Errorf("%+v, %v", list, err)
	}
	for range 3 { // each replaces the oldest where there is no room
		expect(t, "update", s.UpdateManagedPolicy(arn, readObjects), "")
	}
	if list, err := s.PolicyVersions(home, arn); err != nil || len(list) != 5 || list[0].ID != "v8" ||
		!list[0].Default || !may("s3:GetObject") && may("s3:PutObject") {
		t.Errorf("%+v, %v", list, err)
	}
	holders, err := s.PolicyHolders(home, arn, true)
	if err != nil || len(holders) != 1 || holders[0].Name != "ann" {
		t.Errorf("%+v, %v", holders, err)
	}
	expect(t, "tag", s.TagPolicy(arn, []iam.Tag{{Key: "a", Value: "1"}, {Key: "b", Value: "2"}}), "")
	expect(t, "untag", s.UntagPolicy(arn, []string{"A"}), "")
	if info, err := s.FindPolicy(home, arn); err != nil || len(info.Tags) != 1 || info.Tags[0].Key != "b" {
		t.Errorf("%+v, %v", info, err)
	}
	expect(t, "AWS's policy changes", s.SetDefaultVersion("arn:aws:iam::aws:policy/AdministratorAccess", "v1"),
		"NoSuchEntity")
	if usable := s.UsablePolicies(home); len(usable) < 2 || usable[0].Name != "reader" ||
		usable[len(usable)-1].ARN != "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" {
		t.Errorf("%+v", usable)
	}
}

func TestInstanceProfiles(t *testing.T) {
	s, _ := newHome(t)
	web := iam.RoleOf(home, "web")
	if _, err := s.Create(web, iam.EntityInput{Trust: document(statement("Allow", "sts:AssumeRole", "",
		`"Principal":{"Service":"ec2.amazonaws.com"}`))}); err != nil {
		t.Fatal(err)
	}
	p, err := s.CreateInstanceProfile(home, "/", "Web", nil)
	if err != nil || p.ARN != "arn:aws:iam::111122223333:instance-profile/Web" || !strings.HasPrefix(p.ID, "AIPA") {
		t.Fatalf("%+v, %v", p, err)
	}
	_, err = s.CreateInstanceProfile(home, "/", "web", nil)
	expect(t, "in another case", err, "EntityAlreadyExists")
	expect(t, "a role that is not there", s.SetProfileRole(home, "Web", "nope"), "NoSuchEntity")
	expect(t, "the role", s.SetProfileRole(home, "Web", "web"), "")
	expect(t, "a second role", s.SetProfileRole(home, "Web", "web"), "LimitExceeded")
	expect(t, "delete the role in use", s.Delete(web), "DeleteConflict")
	expect(t, "delete the profile in use", s.DeleteInstanceProfile(home, "Web"), "DeleteConflict")
	expect(t, "remove", s.RemoveProfileRole(home, "Web", "web"), "")
	expect(t, "remove twice", s.RemoveProfileRole(home, "Web", "web"), "NoSuchEntity")
	expect(t, "delete", s.DeleteInstanceProfile(home, "Web"), "")
	expect(t, "delete the role", s.Delete(web), "")
	if list := s.InstanceProfiles(home); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestLastUse(t *testing.T) {
	s, now := newHome(t)
	ann := iam.UserOf(home, "ann")
	if _, err := s.Create(ann, iam.EntityInput{}); err != nil {
		t.Fatal(err)
	}
	key, err := s.CreateKey(ann)
	if err != nil {
		t.Fatal(err)
	}
	if user, use, err := s.LastUse(home, key.KeyID); err != nil || user != ann || use != nil {
		t.Errorf("never used: %v %v, %v", user, use, err)
	}
	key.Used("s3", "eu-west-1", *now)
	if _, use, err := s.LastUse(home, key.KeyID); err != nil || *use != (iam.KeyUse{Time: *now, Service: "s3",
		Region: "eu-west-1"}) {
		t.Errorf("used: %v, %v", use, err)
	}
	_, _, err = s.LastUse(other, key.KeyID)
	expect(t, "of another account", err, "NoSuchEntity")
}

func TestUpdateUser(t *testing.T) {
	s, _ := newHome(t)
	for _, name := range []string{"ann", "bob"} {
		if _, err := s.Create(iam.UserOf(home, name), iam.EntityInput{}); err != nil {
			t.Fatal(err)
		}
	}
	key, err := s.CreateKey(iam.UserOf(home, "ann"))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "a name that is taken", s.UpdateUser(iam.UserOf(home, "ann"), "BOB", ""), "EntityAlreadyExists")
	expect(t, "another case", s.UpdateUser(iam.UserOf(home, "ann"), "Ann", "/x/"), "")
	if c, r := s.Resolve(key.KeyID, ""); r != nil || c.Principal.ARN != "arn:aws:iam::111122223333:user/x/Ann" {
		t.Errorf("the key's owner: %v, %v", c, r)
	}
	_, err = s.Get(iam.UserOf(home, "ann"))
	expect(t, "the old name", err, "NoSuchEntity")
}

// AWS's own policies are there under their names and ARNs, for seeds and calls.
func TestAWSPolicies(t *testing.T) {
	for _, c := range []struct{ policy, allowed, denied string }{
		{"AdministratorAccess", "iam:CreateUser", ""},
		{"PowerUserAccess", "s3:GetObject", "iam:CreateUser"},
		{"IAMReadOnlyAccess", "iam:ListUsers", "iam:CreateUser"},
		{"AmazonS3FullAccess", "s3:PutObject", "sqs:SendMessage"},
		{"AmazonS3ReadOnlyAccess", "s3:GetObject", "s3:PutObject"},
		{"AmazonSQSFullAccess", "sqs:SendMessage", "s3:GetObject"},
		{"AmazonSSMReadOnlyAccess", "ssm:GetParameter", "ssm:PutParameter"},
		{"service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents", "logs:GetLogEvents"},
		{"AmazonBedrockLimitedAccess", "bedrock:InvokeModel", "bedrock:DeleteAgent"},
		{"AmazonBedrockFullAccess", "bedrock:DeleteAgent", "sagemaker:InvokeEndpoint"},
	} {
		s := iam.New(nil, iam.WithSeed(4))
		name := c.policy[strings.LastIndex(c.policy, "/")+1:]
		applied, err := s.Apply(iam.Seed{Accounts: []iam.AccountSeed{{ID: home, Users: []iam.UserSeed{
			{Name: "a", ManagedPolicies: []string{name}, Keys: []iam.KeySeed{{}}},
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		caller, r := s.Resolve(applied.Keys[0].KeyID, "")
		if r != nil {
			t.Fatal(r)
		}
		if r := s.Authorize(caller, iam.Call{Action: c.allowed, Resource: "*"}); r != nil {
			t.Errorf("%s: %v", c.policy, r)
		}
		if c.denied != "" && s.Authorize(caller, iam.Call{Action: c.denied, Resource: "*"}) == nil {
			t.Errorf("%s allows %s", c.policy, c.denied)
		}
		info, err := s.FindPolicy(home, "arn:aws:iam::aws:policy/"+c.policy)
		if err != nil || info.Attachments != 1 || len(info.ID) != 21 {
			t.Errorf("%s: %+v, %v", c.policy, info, err)
		}
	}
}
