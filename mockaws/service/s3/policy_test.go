package s3_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// client is the SDK's, with credentials in a region; nil credentials send
// anonymous requests.
func (v *vault) client(c *aws.Credentials, region string) *s3.Client {
	cfg := aws.Config{Region: region, BaseEndpoint: aws.String(v.url), RetryMaxAttempts: 1,
		Credentials: aws.AnonymousCredentials{}}
	if c != nil {
		cfg.Credentials = credentials.StaticCredentialsProvider{Value: *c}
	}
	return s3.NewFromConfig(cfg)
}

func (v *vault) last() string {
	all := v.Journal().Since(0)
	e := all[len(all)-1]
	return fmt.Sprintf("%d %s", e.Status, e.Code)
}

func TestS3Buckets(t *testing.T) {
	v := newVault(t)
	ctx := t.Context()
	create := func(as *aws.Credentials, region, bucket, location string) error {
		in := &s3.CreateBucketInput{Bucket: aws.String(bucket)}
		if location != "" {
			in.CreateBucketConfiguration = &s3types.CreateBucketConfiguration{
				LocationConstraint: s3types.BucketLocationConstraint(location)}
		}
		_, err := v.client(as, region).CreateBucket(ctx, in)
		return err
	}
	for _, c := range []struct {
		as                       *aws.Credentials
		region, bucket, location string
		want, message            string
	}{
		{&v.user, "us-east-1", "plain", "", "200 ", ""},
		{&v.user, "us-east-1", "plain", "", "200 ", ""}, // us-east-1 alone takes it twice
		{&v.user, "us-east-1", "west", "us-west-2", "200 ", ""},
		{&v.user, "us-east-1", "old-europe", "EU", "200 ", ""},
		{&v.user, "eu-west-1", "ireland", "eu-west-1", "200 ", ""},
		{&v.user, "eu-west-1", "ireland", "eu-west-1", "409 BucketAlreadyOwnedByYou", "you already own it"},
		{&v.foreign, "us-east-1", "plain", "", "409 BucketAlreadyExists", "not available"},
		{&v.user, "eu-west-1", "x-y-z", "", "400 IllegalLocationConstraintException",
			"The unspecified location constraint is incompatible for the region specific endpoint this request " +
				"was sent to."},
		{&v.user, "eu-west-1", "x-y-z", "us-west-2", "400 IllegalLocationConstraintException",
			"The us-west-2 location constraint is incompatible"},
		{&v.user, "us-east-1", "x-y-z", "nowhere", "400 InvalidLocationConstraint", ""},
		{&v.user, "us-east-1", "Upper", "", "400 InvalidBucketName", ""},
		{&v.user, "us-east-1", "192.168.1.1", "", "400 InvalidBucketName", ""},
		{&v.user, "us-east-1", "double..dot", "", "400 InvalidBucketName", ""},
		{&v.nobody, "us-east-1", "x-y-z", "", "403 AccessDenied",
			"is not authorized to perform: s3:CreateBucket on resource: \"arn:aws:s3:::x-y-z\""},
	} {
		err := create(c.as, c.region, c.bucket, c.location)
		if got := v.last(); got != c.want || c.message != "" && (err == nil || !strings.Contains(err.Error(),
			c.message)) {
			t.Errorf("%s %s %q: %s, %v, want %s", c.region, c.bucket, c.location, got, err, c.want)
		}
	}
	client := v.client(&v.user, "us-east-1")
	for bucket, want := range map[string]string{"plain": "", "west": "us-west-2", "old-europe": "eu-west-1",
		"europe": "eu-central-1"} {
		region := want
		if want == "" {
			region = "us-east-1"
		}
		there := v.client(&v.user, region)
		at, err := there.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &bucket})
		if err != nil || string(at.LocationConstraint) != want {
			t.Errorf("%s is in %v, %v", bucket, at, err)
		}
		head, err := there.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
		if err != nil || *head.BucketRegion != region {
			t.Errorf("%s: %v, %v", bucket, head, err)
		}
	}
	list, err := client.ListBuckets(ctx, &s3.ListBucketsInput{MaxBuckets: aws.Int32(4)})
	if err != nil || len(list.Buckets) != 4 || *list.Buckets[0].Name != "europe" ||
		*list.Buckets[0].BucketRegion != "eu-central-1" {
		t.Fatalf("%v, %v", list, err)
	}
	list, err = client.ListBuckets(ctx, &s3.ListBucketsInput{ContinuationToken: list.ContinuationToken})
	if err != nil || len(list.Buckets) != 2 || *list.Buckets[1].Name != "west" {
		t.Errorf("%v, %v", list, err)
	}
	if out, err := client.GetBucketVersioning(ctx,
		&s3.GetBucketVersioningInput{Bucket: aws.String("plain")}); err != nil || out.Status != "" {
		t.Errorf("versioning: %+v, %v", out, err)
	}
	if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("plain"),
		Key: aws.String("k")}); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"409 BucketNotEmpty", "204 ", "404 NoSuchBucket"} {
		_, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: aws.String("plain")})
		if got := v.last(); got != want {
			t.Errorf("DeleteBucket: %s, %v, want %s", got, err, want)
		}
		if _, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String("plain"),
			Key: aws.String("k")}); err != nil && want != "204 " && want != "404 NoSuchBucket" {
			t.Error(err)
		}
	}
	// Every caller learns that a bucket does not exist.
	for _, as := range []*aws.Credentials{nil, &v.nobody, &v.user} {
		_, err := v.client(as, "us-east-1").GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("nowhere"),
			Key: aws.String("k")})
		if got := v.last(); got != "404 NoSuchBucket" {
			t.Errorf("%s, %v", got, err)
		}
	}
	_, err = client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: uploads,
		ExpectedBucketOwner: aws.String("999988887777")})
	if got := v.last(); got != "403 AccessDenied" {
		t.Errorf("another owner expected: %s, %v", got, err)
	}
}

// statement is one statement of a bucket policy of "uploads".
func statement(effect, principal, action, resource, condition string) string {
	s := fmt.Sprintf(`{"Effect":%q,"Principal":%s,"Action":%q,"Resource":"arn:aws:s3:::%s"`, effect, principal, action,
		resource)
	if condition != "" {
		s += `,"Condition":` + condition
	}
	return s + "}"
}

// What a bucket policy allows to which principal. nobody has no policy of their own, user and
// stranger may do everything as far as their own accounts are concerned.
func TestS3PolicyDecides(t *testing.T) {
	v := newVault(t)
	ctx := t.Context()
	admin := v.client(&v.user, "us-east-1")
	if _, err := admin.PutObject(ctx, &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"),
		Body: strings.NewReader("v")}); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.DeletePublicAccessBlock(ctx, &s3.DeletePublicAccessBlockInput{Bucket: uploads}); err != nil {
		t.Fatal(err)
	}
	const all, nobodyARN, strangerARN = `"*"`, "arn:aws:iam::111122223333:user/nobody",
		"arn:aws:iam::999988887777:user/stranger"
	get := func(as *aws.Credentials) error {
		_, err := v.client(as, "us-east-1").GetObject(ctx, &s3.GetObjectInput{Bucket: uploads, Key: aws.String("k")})
		return err
	}
	list := func(prefix string) func(*aws.Credentials) error {
		return func(as *aws.Credentials) error {
			_, err := v.client(as, "us-east-1").ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: uploads,
				Prefix: aws.String(prefix)})
			return err
		}
	}
	anonymous, nobody, user, stranger := (*aws.Credentials)(nil), &v.nobody, &v.user, &v.foreign
	for _, c := range []struct {
		name, statement string
		as              *aws.Credentials
		call            func(*aws.Credentials) error
		want            string // what the denial ends with; "" allows
	}{
		{"everybody, anonymous", statement("Allow", all, "s3:GetObject", "uploads/*", ""), anonymous, get, ""},
		{"everybody in a list, anonymous", statement("Allow", `{"AWS":["*"]}`, "s3:Get*", "uploads/k", ""), anonymous,
			get, ""},
		{"everybody, another object", statement("Allow", all, "s3:GetObject", "uploads/other", ""), anonymous, get,
			"Access Denied"},
		{"everybody, another action", statement("Allow", all, "s3:PutObject", "uploads/*", ""), anonymous, get,
			"Access Denied"},
		{"a user of the account", statement("Allow", `{"AWS":"`+nobodyARN+`"}`, "s3:GetObject", "uploads/*", ""),
			nobody, get, ""},
		{"a user in a list", statement("Allow", `{"AWS":["`+strangerARN+`","`+nobodyARN+`"]}`, "s3:GetObject",
			"uploads/*", ""), nobody, get, ""},
		{"the account alone leaves it to its policies", statement("Allow", `{"AWS":"111122223333"}`, "s3:GetObject",
			"uploads/*", ""), nobody, get, "because no identity-based policy allows the s3:GetObject action"},
		{"another account by its id", statement("Allow", `{"AWS":"999988887777"}`, "s3:GetObject", "uploads/*", ""),
			stranger, get, ""},
		{"another account by root", statement("Allow", `{"AWS":"arn:aws:iam::999988887777:root"}`, "s3:GetObject",
			"uploads/*", ""), stranger, get, ""},
		{"a user of another account", statement("Allow", `{"AWS":"`+strangerARN+`"}`, "s3:GetObject", "uploads/*", ""),
			stranger, get, ""},
		{"a user of this account only", statement("Allow", `{"AWS":"`+nobodyARN+`"}`, "s3:GetObject", "uploads/*", ""),
			stranger, get, "Access Denied"},
		{"explicit deny", statement("Deny", all, "s3:*", "uploads/*", ""), user, get,
			"with an explicit deny in a resource-based policy"},
		{"explicit deny spares another", statement("Deny", `{"AWS":"`+nobodyARN+`"}`, "s3:*", "uploads/*", ""), user,
			get, ""},
		{"deny without TLS", statement("Deny", all, "s3:*", "uploads/*", `{"Bool":{"aws:SecureTransport":"false"}}`),
			user, get, "with an explicit deny in a resource-based policy"},
		{"allow with TLS only", statement("Allow", all, "s3:GetObject", "uploads/*",
			`{"Bool":{"aws:SecureTransport":"true"}}`), anonymous, get, "Access Denied"},
		{"own address", statement("Allow", all, "s3:GetObject", "uploads/*",
			`{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}`), anonymous, get, ""},
		{"another address", statement("Allow", all, "s3:GetObject", "uploads/*",
			`{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`), anonymous, get, "Access Denied"},
		{"own prefix", statement("Allow", `{"AWS":"`+nobodyARN+`"}`, "s3:ListBucket", "uploads",
			`{"StringLike":{"s3:prefix":"home/${aws:username}/*"}}`), nobody, list("home/nobody/x"), ""},
		{"another prefix", statement("Allow", `{"AWS":"`+nobodyARN+`"}`, "s3:ListBucket", "uploads",
			`{"StringLike":{"s3:prefix":"home/${aws:username}/*"}}`), nobody, list("home/app/x"),
			"because no identity-based policy allows the s3:ListBucket action"},
		{"signed in the header", statement("Deny", all, "s3:*", "uploads/*",
			`{"StringNotEquals":{"s3:authType":"REST-QUERY-STRING"}}`), user, get,
			"with an explicit deny in a resource-based policy"},
		{"signed now", statement("Deny", all, "s3:*", "uploads/*",
			`{"NumericGreaterThan":{"s3:signatureAge":"600000"}}`), user, get, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			policy := `{"Version":"2012-10-17","Statement":[` + c.statement + `]}`
			if _, err := admin.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: uploads,
				Policy: &policy}); err != nil {
				t.Fatal(err)
			}
			if out, err := admin.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: uploads}); err != nil ||
				*out.Policy != policy {
				t.Errorf("the policy came back as %v, %v", out, err)
			}
			err := c.call(c.as)
			if c.want == "" && err != nil || c.want != "" && (v.last() != "403 AccessDenied" ||
				!strings.HasSuffix(err.Error(), c.want)) {
				t.Errorf("%s, %v, want %q", v.last(), err, c.want)
			}
		})
	}
	if _, err := admin.DeleteBucketPolicy(ctx, &s3.DeleteBucketPolicyInput{Bucket: uploads}); err != nil {
		t.Error(err)
	}
	if err := get(anonymous); err == nil {
		t.Error("the policy was deleted, and still lets everybody read")
	}
	_, err := admin.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: uploads})
	if v.last() != "404 NoSuchBucketPolicy" {
		t.Errorf("%s, %v", v.last(), err)
	}
}

// TestS3RootIsNotLockedOut: "the root principal in a bucket owner's AWS account can perform
// the GetBucketPolicy, PutBucketPolicy, and DeleteBucketPolicy API actions, even if their
// bucket policy explicitly denies the root principal's access", and nothing else
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html).
func TestS3RootIsNotLockedOut(t *testing.T) {
	const denied = "403 AccessDenied"
	policy := `{"Version":"2012-10-17","Statement":[` + statement("Deny", `"*"`, "s3:*", "uploads", "") + `]}`
	for name, c := range map[string]struct {
		call        func(*s3.Client) error
		user, root  string
		anotherRoot string
	}{
		"GetBucketPolicy": {func(c *s3.Client) error {
			_, err := c.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: uploads})
			return err
		}, denied, "200 ", denied},
		"PutBucketPolicy": {func(c *s3.Client) error {
			_, err := c.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: uploads, Policy: &policy})
			return err
		}, denied, "204 ", denied},
		"DeleteBucketPolicy": {func(c *s3.Client) error {
			_, err := c.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: uploads})
			return err
		}, denied, "204 ", denied},
		"ListBucket": {func(c *s3.Client) error {
			_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: uploads})
			return err
		}, denied, denied, denied},
		"GetBucketPolicyStatus": {func(c *s3.Client) error {
			_, err := c.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: uploads})
			return err
		}, denied, denied, denied},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVault(t)
			roots := v.roots(t, mocktest.Account, "999988887777")
			if _, err := v.client(&v.user, "us-east-1").PutBucketPolicy(t.Context(),
				&s3.PutBucketPolicyInput{Bucket: uploads, Policy: &policy}); err != nil {
				t.Fatal(err)
			}
			for _, as := range []struct {
				who  string
				as   *aws.Credentials
				want string
			}{{"another's root", &roots[1], c.anotherRoot}, {"user", &v.user, c.user}, {"root", &roots[0], c.root}} {
				if err := c.call(v.client(as.as, "us-east-1")); v.last() != as.want {
					t.Errorf("%s: %s, %v, want %s", as.who, v.last(), err, as.want)
				}
			}
		})
	}
}

// roots are keys of the accounts' root users.
func (v *vault) roots(t *testing.T, accounts ...string) (out []aws.Credentials) {
	t.Helper()
	var seed mockaws.Seed
	for _, id := range accounts {
		seed.Accounts = append(seed.Accounts, iam.AccountSeed{ID: id, RootKeys: []iam.KeySeed{{}}})
	}
	applied, err := v.Seed(seed)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range applied.Keys {
		out = append(out, aws.Credentials{AccessKeyID: k.KeyID, SecretAccessKey: k.Secret})
	}
	return out
}

func TestS3PolicyIsChecked(t *testing.T) {
	v := newVault(t)
	admin := v.client(&v.user, "us-east-1")
	for _, c := range []struct{ policy, want, message string }{
		{"x", "400 MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'"},
		{`{"Version":"2012-10-17","Statement":[`, "400 MalformedPolicy", "This policy contains invalid Json"},
		{`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::uploads"}]}`,
			"400 MalformedPolicy", "Missing required field Principal"},
		{`{"Version":"2012-10-17","Statement":[` + statement("Allow", `{"AWS":"me"}`, "s3:*", "uploads", "") + `]}`,
			"400 MalformedPolicy", "Invalid principal in policy"},
		{`{"Version":"2012-10-17","Statement":[` + statement("Allow", `{"AWS":"111122223333"}`, "s3:*", "another", "") +
			`]}`, "400 MalformedPolicy", "Policy has invalid resource"},
		{`{"Version":"2012-10-17","Statement":[` + statement("Allow", `{"AWS":"111122223333"}`, "sqs:*", "uploads",
			"") + `]}`, "400 MalformedPolicy", "Policy has invalid action"},
		{`{"Version":"2012-10-17","Statement":[` + statement("Allow", `{"AWS":"111122223333"}`, "s3:*", "uploads",
			`{"StringEquals":{"s3:ExistingObjectTag/a":"b"}}`) + `]}`, "501 MockNotImplemented",
			"does not implement the condition key s3:ExistingObjectTag/a"},
		{`{"Version":"2012-10-17","Statement":[` + statement("Allow", `"*"`, "s3:GetObject", "uploads/*", "") + `]}`,
			"403 AccessDenied",
			"because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."},
		{`{"Version":"2012-10-17","Statement":[` + statement("Allow", `"*"`, "s3:GetObject", "uploads/*",
			`{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`) + `]}`, "204 ", ""},
	} {
		_, err := admin.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: uploads, Policy: &c.policy})
		if v.last() != c.want || c.message != "" && !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s\n%s, %v, want %s", c.policy, v.last(), err, c.want)
		}
	}
	status, err := admin.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: uploads})
	if err != nil || *status.PolicyStatus.IsPublic {
		t.Errorf("%+v, %v", status, err)
	}
}

// A public policy admits no principal from outside while public buckets are
// restricted, whatever it says.
func TestS3RestrictPublicBuckets(t *testing.T) {
	v := newVault(t)
	ctx := t.Context()
	admin := v.client(&v.user, "us-east-1")
	block := func(restrict bool) {
		t.Helper()
		if _, err := admin.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: uploads,
			ChecksumAlgorithm: "CRC32",
			PublicAccessBlockConfiguration: &s3types.PublicAccessBlockConfiguration{
				RestrictPublicBuckets: &restrict}}); err != nil {
			t.Fatal(err)
		}
	}
	block(false)
	policy := `{"Version":"2012-10-17","Statement":[` + statement("Allow", `"*"`, "s3:ListBucket", "uploads", "") + `]}`
	if _, err := admin.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: uploads, Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	for _, restrict := range []bool{false, true} {
		block(restrict)
		for name, as := range map[string]*aws.Credentials{"anonymous": nil, "stranger": &v.foreign,
			"nobody": &v.nobody} {
			_, err := v.client(as, "us-east-1").ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: uploads})
			if may := !restrict || name == "nobody"; may != (err == nil) {
				t.Errorf("%s, restricted %v: %v", name, restrict, err)
			}
		}
	}
	if out, err := admin.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: uploads}); err != nil ||
		!*out.PublicAccessBlockConfiguration.RestrictPublicBuckets ||
		*out.PublicAccessBlockConfiguration.BlockPublicPolicy {
		t.Errorf("%+v, %v", out, err)
	}
}

// Who may not list a bucket is not told which keys it has; who may not delete a
// key is told so in a result.
func TestS3TellsNoMoreThanItMay(t *testing.T) {
	v := newVault(t)
	ctx := t.Context()
	admin, nobody := v.client(&v.user, "us-east-1"), v.client(&v.nobody, "us-east-1")
	policy := `{"Version":"2012-10-17","Statement":[` +
		statement("Allow", `{"AWS":"arn:aws:iam::111122223333:user/nobody"}`, "s3:*Object", "uploads/mine/*", "") + `]}`
	if _, err := admin.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: uploads, Policy: &policy}); err != nil {
		t.Fatal(err)
	}
	_, err := nobody.GetObject(ctx, &s3.GetObjectInput{Bucket: uploads, Key: aws.String("mine/no")})
	if v.last() != "403 AccessDenied" || !strings.Contains(err.Error(),
		`s3:ListBucket on resource: "arn:aws:s3:::uploads"`) {
		t.Errorf("%s, %v", v.last(), err)
	}
	out, err := nobody.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: uploads, Delete: &s3types.Delete{
		Objects: []s3types.ObjectIdentifier{{Key: aws.String("mine/a")}, {Key: aws.String("theirs/b")}}}})
	if err != nil || len(out.Deleted) != 1 || len(out.Errors) != 1 || *out.Errors[0].Code != "AccessDenied" ||
		!strings.Contains(*out.Errors[0].Message, `s3:DeleteObject on resource: "arn:aws:s3:::uploads/theirs/b"`) {
		t.Errorf("%+v, %v", out, err)
	}
	// A copy needs leave to read its source.
	if _, err := admin.PutObject(ctx, &s3.PutObjectInput{Bucket: uploads, Key: aws.String("theirs/b"),
		Body: http.NoBody}); err != nil {
		t.Fatal(err)
	}
	_, err = nobody.CopyObject(ctx, &s3.CopyObjectInput{Bucket: uploads, Key: aws.String("mine/b"),
		CopySource: aws.String("uploads/theirs/b")})
	if v.last() != "403 AccessDenied" || !strings.Contains(err.Error(),
		`s3:GetObject on resource: "arn:aws:s3:::uploads/theirs/b"`) {
		t.Errorf("%s, %v", v.last(), err)
	}
	_, err = admin.PutObject(ctx, &s3.PutObjectInput{Bucket: uploads, Key: aws.String("k"), ACL: "public-read"})
	if v.last() != "400 AccessControlListNotSupported" {
		t.Errorf("%s, %v", v.last(), err)
	}
}
