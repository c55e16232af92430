package s3

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// policy is the bucket policy that a call is held to.
func (b *Buckets) policy(c *service.Call) (*iam.Policy, string) {
	policy, account := b.policyOf(c, c.Input.Labels["Bucket"])
	if isPolicyOperation(c.Operation.Name) && c.Caller != nil && c.Caller.Principal.Kind == iam.KindRoot &&
		c.Account() == account {
		// Root of the owning account cannot be locked out
		// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html).
		return nil, account
	}
	return policy, account
}

func isPolicyOperation(name string) bool {
	return name == "GetBucketPolicy" || name == "PutBucketPolicy" || name == "DeleteBucketPolicy"
}

// policyOf is the policy of a bucket as it counts for the caller: where public
// buckets are restricted, a public policy gives no access from outside the
// account
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func (b *Buckets) policyOf(c *service.Call, name string) (*iam.Policy, string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k := b.buckets[name]
	if k == nil {
		return nil, ""
	}
	if k.policy != nil && k.block != nil && k.block.RestrictPublicBuckets && c.Account() != k.account &&
		isPublic(k.policyText) {
		return nil, k.account
	}
	return k.policy, k.account
}

func (b *Buckets) getPolicy(c *service.Call) (*protocol.Blob, error) {
	k, done, err := b.owned(c, false)
	if err != nil {
		return nil, err
	}
	defer done()
	if k.policy == nil {
		return nil, fail("NoSuchBucketPolicy", "BucketName", k.name)
	}
	return &protocol.Blob{ContentType: "application/json", Data: []byte(k.policyText)}, nil
}

// owned locks the state and finds the bucket of a call that its own account
// alone may make, whatever the policy says
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html).
func (b *Buckets) owned(c *service.Call, write bool) (*bucket, func(), error) {
	done := b.mu.RUnlock
	if write {
		b.mu.Lock()
		done = b.mu.Unlock
	} else {
		b.mu.RLock()
	}
	k, err := b.find(c)
	if err == nil && k.account != c.Account() {
		err = fail("MethodNotAllowed")
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return k, done, nil
}

// maxPolicy is the longest bucket policy, in bytes
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html).
const maxPolicy = 20480

func (b *Buckets) putPolicy(c *service.Call) (*protocol.Empty, error) {
	text := string(c.Input.Body)
	policy, err := readPolicy(c, text)
	if err != nil {
		return nil, err
	}
	k, done, err := b.owned(c, true)
	if err != nil {
		return nil, err
	}
	defer done()
	if k.block != nil && k.block.BlockPublicPolicy && isPublic(text) {
		e := fail("PublicPolicyBlocked", "principal", c.Caller.Principal.ARN, "resource", bucketARN(c))
		e.Stage = verdict.StageAuthorize
		return nil, e
	}
	k.policy, k.policyText = policy, text
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

func malformedBucketPolicy(message string, detail ...string) *service.Error {
	e := fail("MalformedPolicy", "message", message)
	if len(detail) > 0 {
		e.Elements["Detail"] = detail[0]
	}
	return e
}

// readPolicy checks a bucket policy. S3's own messages are few; what they leave
// unsaid stands in an element Detail.
func readPolicy(c *service.Call, text string) (*iam.Policy, error) {
	switch {
	case len(text) > maxPolicy:
		return nil, malformedBucketPolicy("Policy exceeds the maximum allowed document size.")
	case !strings.HasPrefix(strings.TrimSpace(text), "{"):
		return nil, malformedBucketPolicy("Policies must be valid JSON and the first byte must be '{'")
	}
	p, err := iam.ParsePolicy(iam.ResourcePolicy, text)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return nil, malformedBucketPolicy(policyProblem(first), first)
	}
	for _, s := range statementsOf(text) {
		if err := s.check(c); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// policyProblem is S3's message for what the parser found
// (https://repost.aws/knowledge-center/s3-invalid-principal-in-policy-error).
func policyProblem(found string) string {
	switch {
	case strings.Contains(found, "not JSON"):
		return "This policy contains invalid Json"
	case strings.Contains(found, "Principal is missing"):
		return "Missing required field Principal"
	case strings.Contains(found, "Principal"):
		return "Invalid principal in policy"
	case strings.Contains(found, "Condition"):
		return "Policy has an invalid condition key"
	default:
		return "Policy has invalid syntax: " + found
	}
}

// policyStatement has what is read from a statement in addition to what package iam
// reads.
type policyStatement struct {
	Effect       string
	Principal    any
	NotPrincipal any
	Action       oneOrMore
	NotAction    oneOrMore
	Resource     oneOrMore
	NotResource  oneOrMore
	Condition    map[string]map[string]oneOrMore
}

// oneOrMore reads a string, a number or a boolean, or a list of them.
type oneOrMore []string

func (l *oneOrMore) UnmarshalJSON(text []byte) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return err
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	*l = (*l)[:0]
	for _, x := range list {
		if s, ok := x.(string); ok {
			*l = append(*l, s)
		} else {
			*l = append(*l, string(service.MustJSON(x)))
		}
	}
	return nil
}

// statementsOf reads the statements of a policy that package iam has taken.
func statementsOf(text string) []policyStatement {
	var one struct{ Statement policyStatement }
	var many struct{ Statement []policyStatement }
	if json.Unmarshal([]byte(text), &many) == nil {
		return many.Statement
	}
	if json.Unmarshal([]byte(text), &one) == nil {
		return []policyStatement{one.Statement}
	}
	return nil
}

func (s *policyStatement) check(c *service.Call) error {
	prefix := c.Service.SigningName + ":"
	for _, action := range slices.Concat(s.Action, s.NotAction) {
		if action != "*" && !strings.HasPrefix(strings.ToLower(action), prefix) {
			return malformedBucketPolicy("Policy has invalid action", action)
		}
	}
	for _, resource := range slices.Concat(s.Resource, s.NotResource) {
		if !ofBucket(resource, c.Input.Labels["Bucket"]) && !ofDirectory(resource, c.Input.Labels["Bucket"]) {
			return malformedBucketPolicy("Policy has invalid resource", resource)
		}
	}
	for _, keys := range s.Condition {
		for key := range keys {
			lower := strings.ToLower(key)
			if strings.HasPrefix(lower, "s3:") && !slices.Contains(s3ConditionKeys, lower) {
				return missing(c, "the condition key "+key)
			}
		}
	}
	return nil
}

// ofBucket: the resources of a bucket policy are the bucket and its objects.
func ofBucket(resource, bucket string) bool {
	name, ok := strings.CutPrefix(resource, "arn:aws:s3:::")
	if !ok {
		return false
	}
	name, _, _ = strings.Cut(name, "/")
	literal, _, wild := strings.Cut(name, "*")
	return name == bucket || wild && literal != "" && strings.HasPrefix(bucket, literal)
}

// ofDirectory: the resource of a directory bucket's policy is the bucket.
func ofDirectory(resource, bucket string) bool {
	parts := strings.SplitN(resource, ":", 6)
	return isDirectory(bucket) && len(parts) == 6 && parts[2] == "s3express" && parts[5] == "bucket/"+bucket
}

// fixedKeys are the condition keys with which a statement for everybody is not
// public, if their values are fixed
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status).
var fixedKeys = []string{
	"aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:sourceip",
	"aws:userid",
	"aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:principalaccount", "aws:sourceorgid",
	"aws:sourceorgpaths",
	"s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointarn", "s3:dataaccesspointaccount",
}

// isPublic says whether a policy lets everybody do something.
func isPublic(text string) bool {
	return slices.ContainsFunc(statementsOf(text), func(s policyStatement) bool {
		return s.Effect == "Allow" && (s.NotPrincipal != nil || everybody(s.Principal)) && !s.limited()
	})
}

func everybody(principal any) bool {
	switch p := principal.(type) {
	case string:
		return p == "*"
	case map[string]any:
		switch names := p["AWS"].(type) {
		case string:
			return names == "*"
		case []any:
			return slices.Contains(names, any("*"))
		}
	}
	return false
}

// limited: a condition ties the statement to fixed values.
func (s *policyStatement) limited() bool {
	for operator, keys := range s.Condition {
		if strings.Contains(operator, "Not") || strings.HasSuffix(operator, "IfExists") {
			continue
		}
		for key, values := range keys {
			if slices.Contains(fixedKeys, strings.ToLower(key)) && !slices.ContainsFunc(values, func(v string) bool {
				return strings.ContainsAny(v, "*?") || strings.Contains(v, "${") || v == "0.0.0.0/0" || v == "::/0"
			}) {
				return true
			}
		}
	}
	return false
}

func (b *Buckets) deletePolicy(c *service.Call) (*protocol.Empty, error) {
	k, done, err := b.owned(c, true)
	if err != nil {
		return nil, err
	}
	defer done()
	k.policy, k.policyText = nil, ""
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

type policyStatusResult struct {
	XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ PolicyStatus"`
	IsPublic bool
}

func (b *Buckets) policyStatus(c *service.Call) (*policyStatusResult, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	if k.policy == nil {
		return nil, fail("NoSuchBucketPolicy", "BucketName", k.name)
	}
	return &policyStatusResult{IsPublic: isPublic(k.policyText)}, nil
}

// publicAccessBlock are the settings of S3 Block Public Access.
type publicAccessBlock struct {
	XMLName               xml.Name `xml:"PublicAccessBlockConfiguration"`
	BlockPublicAcls       bool
	IgnorePublicAcls      bool
	BlockPublicPolicy     bool
	RestrictPublicBuckets bool
}

// newPublicAccessBlock returns the settings of a new bucket.
func newPublicAccessBlock() *publicAccessBlock {
	return &publicAccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true,
		RestrictPublicBuckets: true}
}

func (b *Buckets) getPublicAccess(c *service.Call) (*publicAccessBlock, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	if k.block == nil {
		return nil, fail("NoSuchPublicAccessBlock", "BucketName", k.name)
	}
	out := *k.block
	out.XMLName = xml.Name{Space: "http://s3.amazonaws.com/doc/2006-03-01/", Local: "PublicAccessBlockConfiguration"}
	return &out, nil
}

func (b *Buckets) putPublicAccess(c *service.Call) (*protocol.Empty, error) {
	if err := checkBodyChecksums(c); err != nil {
		return nil, err
	}
	in := &publicAccessBlock{}
	if err := readXML(c, in); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	k.block = in
	return &protocol.Empty{Status: http.StatusOK}, nil
}

func (b *Buckets) deletePublicAccess(c *service.Call) (*protocol.Empty, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	k.block = nil
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

// s3ConditionKeys are S3's condition keys that this mock fills, in lower case
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys).
var s3ConditionKeys = []string{
	"s3:prefix", "s3:delimiter", "s3:max-keys", "s3:authtype", "s3:signatureversion", "s3:signatureage", "s3:x-amz-acl",
	"s3:x-amz-content-sha256", "s3:x-amz-copy-source", "s3:x-amz-metadata-directive", "s3:x-amz-server-side-encryption",
	"s3:x-amz-storage-class", "s3:if-match", "s3:if-none-match", "s3:resourceaccount", "s3:versionid",
	"s3:x-amz-server-side-encryption-aws-kms-key-id",
}

// s3Conditions are the condition keys that follow from the request.
func s3Conditions(c *service.Call) map[string][]string {
	out := map[string][]string{}
	set := func(key, value string) {
		if value != "" {
			out[key] = []string{value}
		}
	}
	for _, name := range []string{
		"x-amz-acl", "x-amz-copy-source", "x-amz-metadata-directive", "x-amz-server-side-encryption",
		"x-amz-storage-class",
		"x-amz-server-side-encryption-aws-kms-key-id", "x-amz-content-sha256",
	} {
		set("s3:"+name, headerOf(c, name))
	}
	set("s3:if-match", c.Input.Header.Get("If-Match"))
	set("s3:if-none-match", c.Input.Header.Get("If-None-Match"))
	for _, name := range []string{"prefix", "delimiter", "max-keys", "versionId"} {
		if c.Input.Query.Has(name) {
			out["s3:"+name] = []string{c.Input.Query.Get(name)}
		}
	}
	signatureConditions(c, set)
	return out
}

// signatureConditions describe how the request was signed
// (https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html).
func signatureConditions(c *service.Call, set func(key, value string)) {
	date := ""
	switch {
	case c.Caller == nil:
		return
	case c.Operation.Form:
		set("s3:authType", "POST")
		date = c.Input.Form.Get("x-amz-date")
	case isPresigned(c):
		set("s3:authType", "REST-QUERY-STRING")
		date = c.Input.Query.Get("X-Amz-Date")
	case c.Input.Header.Get("Authorization") != "":
		set("s3:authType", "REST-HEADER")
		date = c.Input.Header.Get("X-Amz-Date")
	}
	version := "AWS4-HMAC-SHA256"
	if c.Input.Form.Has("awsaccesskeyid") || c.Input.Query.Has("AWSAccessKeyId") ||
		strings.HasPrefix(c.Input.Header.Get("Authorization"), "AWS ") {
		version = "AWS"
	}
	set("s3:signatureversion", version)
	if signed, err := time.Parse("20060102T150405Z", date); err == nil {
		set("s3:signatureAge", strconv.FormatInt(max(c.Now.Sub(signed).Milliseconds(), 0), 10))
	}
}

// s3Ask is a further question to IAM with the conditions of the call.
func s3Ask(c *service.Call, action, resource string, policy *iam.Policy, account string) iam.Call {
	return iam.Call{Action: action, Resource: resource, Context: c.Conditions, ResourcePolicy: policy,
		ResourceAccount: account}
}
