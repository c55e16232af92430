package s3

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// New is Amazon S3 with objects kept in memory: buckets, objects, multipart
// uploads and bucket policies; versioning is off, ACLs are disabled.
func New(buckets *Buckets) *service.Service {
	return &service.Service{
		ID: "S3", EndpointPrefix: "s3", SigningName: "s3", GlobalRegion: "us-east-1",
		Dialect: protocol.Dialect{
			Protocol: protocol.S3, Errors: protocol.Tabulate(rows), Failures: failures,
			Throttled: &throttled, Failing: failing,
		},
		SkewWindow: 15 * time.Minute, EventSource: "s3.amazonaws.com",
		Operations: buckets.operations(),
	}
}

// operations is the table. A row that asks for more of a request stands before
// one that asks for less, since the first that matches is taken.
func (b *Buckets) operations() []service.Operation {
	table := []service.Operation{
		bucketRow("GetBucketLocation", "GET", "location", service.Answer(b.location), reading),
		bucketRow("GetBucketVersioning", "GET", "versioning", service.Answer(b.versioning), reading),
		bucketRow("GetBucketPolicy", "GET", "policy", service.Answer(b.getPolicy), reading),
		bucketRow("PutBucketPolicy", "PUT", "policy", service.Answer(b.putPolicy)),
		bucketRow("DeleteBucketPolicy", "DELETE", "policy", service.Answer(b.deletePolicy)),
		bucketRow("GetBucketPolicyStatus", "GET", "policyStatus", service.Answer(b.policyStatus), reading),
		bucketRow("GetPublicAccessBlock", "GET", "publicAccessBlock", service.Answer(b.getPublicAccess),
			asking("s3:GetBucketPublicAccessBlock"), reading),
		bucketRow("PutPublicAccessBlock", "PUT", "publicAccessBlock", service.Answer(b.putPublicAccess),
			asking("s3:PutBucketPublicAccessBlock")),
		bucketRow("DeletePublicAccessBlock", "DELETE", "publicAccessBlock", service.Answer(b.deletePublicAccess),
			asking("s3:PutBucketPublicAccessBlock")),
		bucketRow("ListMultipartUploads", "GET", "uploads", service.Answer(b.listUploads),
			asking("s3:ListBucketMultipartUploads"), reading,
			data),
		bucketRow("DeleteObjects", "POST", "delete", service.Answer(b.deleteObjects), asking(""), data,
			further(b.mayDelete)),
		objectRow("GetObjectTagging", "GET", "tagging", service.Answer(b.tagging), reading),
		objectRow("ListParts", "GET", "uploadId", service.Answer(b.listParts), asking("s3:ListMultipartUploadParts"),
			reading),
		objectRow("CreateMultipartUpload", "POST", "uploads", service.Answer(b.createUpload), asking("s3:PutObject"),
			signed("multipart")),
		objectRow("CompleteMultipartUpload", "POST", "uploadId", service.Answer(b.completeUpload),
			asking("s3:PutObject")),
		objectRow("AbortMultipartUpload", "DELETE", "uploadId", service.Answer(b.abortUpload)),
		objectRow("UploadPartCopy", "PUT", "partNumber uploadId", service.Answer(b.uploadPartCopy),
			carrying("X-Amz-Copy-Source"),
			asking("s3:PutObject"), further(b.maySource)),
		objectRow("UploadPart", "PUT", "partNumber uploadId", service.Answer(b.uploadPart), asking("s3:PutObject")),
	}
	table = append(table, s3Unimplemented()...)
	table = append(table,
		bucketRow("ListObjectsV2", "GET", "list-type=2", service.Answer(b.listObjectsV2), asking("s3:ListBucket"),
			reading,
			data),
		bucketRow("ListObjects", "GET", "", service.Answer(b.listObjectsV1), asking("s3:ListBucket"), reading, data),
		bucketRow("PostObject", "POST", "", service.Answer(b.postObject), asking("s3:PutObject"), data, form),
		bucketRow("HeadBucket", "HEAD", "", service.Answer(b.head), asking("s3:ListBucket"), reading),
		bucketRow("CreateBucket", "PUT", "", service.Answer(b.create), signed("api")),
		bucketRow("DeleteBucket", "DELETE", "", service.Answer(b.remove)),
		objectRow("CopyObject", "PUT", "", service.Answer(b.copyObject), carrying("X-Amz-Copy-Source"),
			asking("s3:PutObject"),
			signed("copy"), further(b.maySource)),
		objectRow("PutObject", "PUT", "", service.Answer(b.putObject)),
		objectRow("GetObject", "GET", "", service.Answer(b.getObject), reading),
		objectRow("HeadObject", "HEAD", "", service.Answer(b.headObject), asking("s3:GetObject"), reading),
		objectRow("DeleteObject", "DELETE", "", service.Answer(b.deleteObject)),
		service.Operation{Name: "ListBuckets", Method: "GET", Path: "/", Action: "s3:ListAllMyBuckets", ReadOnly: true,
			Handle: service.Answer(b.list), SignedOnly: "home"},
	)
	for i := range table {
		b.attach(&table[i])
	}
	return table
}

// attach gives a row what all rows of its level share.
func (b *Buckets) attach(op *service.Operation) {
	switch op.Path {
	case bucketPath:
		op.Resource = bucketARN
	case objectPath:
		op.Resource = objectARN
	default:
		op.Locate = b.locateService
		return
	}
	op.Conditions, op.Anonymous = s3Conditions, op.SignedOnly == ""
	if op.Form {
		op.Resource = objectARN // the key is a field
	}
	if op.Name == "CreateBucket" {
		return
	}
	op.Locate, op.Find, op.ResourcePolicy = b.locate, b.exists, b.policy
}

const (
	bucketPath = "/{Bucket}"
	objectPath = "/{Bucket}/{Key+}"
)

// A trait is what sets a row apart from others of its level.
type trait func(*service.Operation)

func reading(op *service.Operation) { op.ReadOnly = true }
func data(op *service.Operation)    { op.DataEvent = true }

func form(op *service.Operation) { op.Form = true }

// asking is for an operation whose IAM action has another name.
func asking(action string) trait { return func(op *service.Operation) { op.Action = action } }

// signed is for an operation that no policy opens to everybody; problem names
// S3's answer to the anonymous.
func signed(problem string) trait { return func(op *service.Operation) { op.SignedOnly = problem } }

// further is what a call asks IAM in addition.
func further(ask func(*service.Call) error) trait {
	return func(op *service.Operation) { op.Further = ask }
}

// carrying is for an operation that is known by a header.
func carrying(header string) trait { return func(op *service.Operation) { op.Header = header } }

// bucketRow is an operation on a bucket: query lists the parameters it is known
// by.
func bucketRow(name, method, query string, handle service.Handler, traits ...trait) service.Operation {
	op := service.Operation{Name: name, Method: method, Path: bucketPath, Query: strings.Fields(query),
		Action: "s3:" + name, Handle: handle}
	for _, t := range traits {
		t(&op)
	}
	return op
}

func objectRow(name, method, query string, handle service.Handler, traits ...trait) service.Operation {
	op := bucketRow(name, method, query, handle, traits...)
	op.Path, op.DataEvent = objectPath, true
	return op
}

func bucketARN(c *service.Call) string { return "arn:aws:s3:::" + c.Input.Labels["Bucket"] }
func objectARN(c *service.Call) string { return bucketARN(c) + "/" + c.Input.Labels["Key"] }

// Buckets holds S3's buckets, whose names are one namespace for all accounts.
type Buckets struct {
	mu      sync.RWMutex
	buckets map[string]*bucket
}

type bucket struct {
	name, account, region string
	created               time.Time
	policy                *iam.Policy
	policyText            string // as it was put
	block                 *publicAccessBlock
	objects               map[string]*object
	uploads               map[string]*upload // by id
}

// NewBuckets makes an S3 without buckets.
func NewBuckets() *Buckets { return &Buckets{buckets: map[string]*bucket{}} }

// Seed makes a bucket of an account, for a mock that starts with one.
func (b *Buckets) Seed(name, account, region string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buckets[name] = newBucket(name, account, region, now)
}

// newBucket has S3's defaults since April 2023: no ACLs, and no public access
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html).
func newBucket(name, account, region string, now time.Time) *bucket {
	return &bucket{
		name: name, account: account, region: region, created: now.Truncate(time.Second), block: newPublicAccessBlock(),
		objects: map[string]*object{}, uploads: map[string]*upload{},
	}
}

// fail makes an error of the table of S3's failures. elements are pairs of
// name and value; a lower-case name is not an element of the document, but fills
// a placeholder of the message.
func fail(name string, elements ...string) *service.Error {
	row, ok := failures[name]
	if !ok {
		panic("service: S3 has no failure " + name)
	}
	args := map[string]string{}
	e := &service.Error{Code: row.Code, Status: row.Status, Failure: name, Elements: map[string]string{}}
	for i := 0; i+1 < len(elements); i += 2 {
		if key := elements[i]; strings.ToLower(key) == key {
			args[key] = elements[i+1]
		} else {
			e.Elements[key] = elements[i+1]
		}
	}
	e.Message = protocol.Fill(row.Message, args)
	return e
}

// invalidArgument is S3's answer to an argument that it cannot take.
func invalidArgument(message, name, value string) *service.Error {
	return fail("InvalidArgument", "message", message, "ArgumentName", name, "ArgumentValue", value)
}

// missing is the loud answer to what S3 has and this mock has not.
func missing(c *service.Call, what string) error {
	return c.Unimplemented(what)
}

// find is the bucket of a call, whose existence was checked before. Callers hold the lock; the
// bucket may be gone by now. A directory bucket is there for S3 Express alone, and no other.
func (b *Buckets) find(c *service.Call) (*bucket, error) {
	name := c.Input.Labels["Bucket"]
	if k := b.buckets[name]; k != nil && isDirectory(name) == (c.Service.OwnToken != "") {
		return k, nil
	}
	return nil, fail("NoSuchBucket", "BucketName", name)
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// exists reports a missing bucket to every caller, and
// refuses a bucket that is not the expected owner's.
func (b *Buckets) exists(c *service.Call) error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return err
	}
	if sent, has := c.Input.Header["X-Amz-Expected-Bucket-Owner"]; has && !accountID.MatchString(sent[0]) {
		e := fail("OwnerIsNoAccount", "owner", sent[0])
		e.Stage = verdict.StageAuthorize
		return e
	}
	if want := headerOf(c, "x-amz-expected-bucket-owner"); want != "" && want != k.account {
		e := fail("OwnerMismatch")
		e.Stage = verdict.StageAuthorize
		return e
	}
	return nil
}

// canonicalID stands for an account's canonical user id: 64 hexadecimal digits.
func canonicalID(account string) string {
	sum := sha256.Sum256([]byte("canonical user of " + account))
	return hex.EncodeToString(sum[:])
}

const timeFormat = "2006-01-02T15:04:05.000Z"

// headerOf is a header of the request that a presigned URL may also carry in its
// query, as the presigner of the AWS SDK for JavaScript does with x-amz-*
// headers. name is in lower case.
func headerOf(c *service.Call, name string) string {
	if v := c.Input.Header.Get(name); v != "" {
		return v
	}
	if !isPresigned(c) {
		return ""
	}
	for key, values := range c.Input.Query {
		if strings.EqualFold(key, name) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

func isPresigned(c *service.Call) bool {
	return c.Input.Query.Has("X-Amz-Signature") || c.Input.Query.Has("AWSAccessKeyId")
}

// refuseHeaders answers loudly what would change an object or a permission, and
// what this mock has not.
func refuseHeaders(c *service.Call) error {
	for _, name := range missingHeaders {
		if headerOf(c, name) != "" {
			return missing(c, "the header "+name)
		}
	}
	for name := range c.Input.Header {
		if strings.HasPrefix(strings.ToLower(name), "x-amz-grant-") {
			return fail("ACLNotSupported")
		}
	}
	if acl := headerOf(c, "x-amz-acl"); acl != "" && acl != "bucket-owner-full-control" {
		return fail("ACLNotSupported")
	}
	if sse := headerOf(c, "x-amz-server-side-encryption"); sse != "" && sse != "AES256" {
		return missing(c, "the header x-amz-server-side-encryption: "+sse)
	}
	return nil
}

// missingHeaders belong to operations on objects that this mock does not have.
var missingHeaders = []string{
	"x-amz-tagging", "x-amz-website-redirect-location", "x-amz-write-offset-bytes",
	"x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
	"x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-aws-kms-key-id",
	"x-amz-copy-source-server-side-encryption-customer-algorithm", "x-amz-tagging-directive",
	"x-amz-source-expected-bucket-owner",
}

// storageClasses are those that an object can be put into
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html).
var storageClasses = []string{
	"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE",
	"GLACIER_IR",
}

func storageClassOf(c *service.Call) (string, error) {
	class := headerOf(c, "x-amz-storage-class")
	if class == "" {
		return "STANDARD", nil
	}
	if !slices.Contains(storageClasses, class) {
		return "", fail("InvalidStorageClass", "StorageClassRequested", class)
	}
	return class, nil
}
