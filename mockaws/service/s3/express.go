package s3

import (
	"encoding/xml"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	ownToken    = "x-amz-s3session-token"
	modeHeader  = "X-Amz-Create-Session-Mode"
	createsOnly = "s3express:CreateSession"
)

// NewExpress is S3 Express One Zone: S3 over directory buckets, whose names end in a zone and
// "--x-s3". Requests are signed for the service s3express; calls for objects carry a session
// that CreateSession gave, for which alone IAM was asked. Callers who do without one, as SDKs
// can be told to, are authorized for CreateSession with each call (apache/hadoop#6316).
func NewExpress(buckets *Buckets) *service.Service {
	return &service.Service{
		ID: "S3 Express", EndpointPrefix: "s3express", SigningName: "s3express", OwnToken: ownToken,
		Dialect: protocol.Dialect{
			Protocol: protocol.S3, Errors: protocol.Tabulate(protocol.TakenOver(rows, "as S3 answers: "), expressRows),
			Failures:  protocol.FailuresTakenOver(failures, "as S3 answers: "),
			Throttled: &protocol.TakenOver([]protocol.Row{throttled}, "as S3 answers: ")[0],
			Failing:   protocol.FailuresTakenOver(failing, "as S3 answers: "),
		},
		SkewWindow: 15 * time.Minute, EventSource: "s3express.amazonaws.com", Operations: buckets.express(),
	}
}

// expressRows are answers that are known of directory buckets themselves.
var expressRows = []protocol.Row{
	{Reason: verdict.TokenMalformed, Status: 400, Code: "InvalidToken", Message: textToken,
		Confidence: protocol.Verified, Source: "lancedb/lancedb#2210"},
}

// zonal are the operations on what is in a directory bucket, and whether a session that only
// reads has them (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html).
var zonal = map[string]bool{
	"GetObject": true, "HeadObject": true, "ListObjectsV2": true, "GetObjectAttributes": true, "ListParts": true,
	"ListMultipartUploads": true, "HeadBucket": true,
	"PutObject": false, "DeleteObject": false, "DeleteObjects": false, "CopyObject": false, "RenameObject": false,
	"CreateMultipartUpload": false, "UploadPart": false, "UploadPartCopy": false, "CompleteMultipartUpload": false,
	"AbortMultipartUpload": false,
}

// regional are the operations on directory buckets themselves, which IAM allows one by one.
var regional = []string{
	"GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "DeleteBucket", "GetBucketEncryption",
	"PutBucketEncryption", "DeleteBucketEncryption", "GetBucketLifecycleConfiguration",
	"PutBucketLifecycleConfiguration", "DeleteBucketLifecycle",
}

// express is the table of operations that directory buckets have.
func (b *Buckets) express() []service.Operation {
	table := []service.Operation{
		bucketRow("CreateSession", "GET", "session", service.Answer(b.createSession), asking("")),
	}
	for _, op := range b.operations() {
		_, inside := zonal[op.Name]
		switch {
		case inside:
			op.Action, op.BySession, op.Conditions = createsOnly, true, sessionMode
		case slices.Contains(regional, op.Name):
			op.Action, op.Conditions = "s3express:"+op.Name, nil
		default:
			continue
		}
		table = append(table, op)
	}
	table = append(table, bucketRow("CreateBucket", "PUT", "", service.Answer(b.createDirectory),
		asking("s3express:CreateBucket")), service.Operation{Name: "ListDirectoryBuckets", Method: "GET", Path: "/",
		Action: "s3express:ListAllMyDirectoryBuckets", ReadOnly: true, Handle: service.Answer(b.listDirectories)})
	for i := range table {
		b.attachExpress(&table[i])
	}
	return table
}

func (b *Buckets) attachExpress(op *service.Operation) {
	op.Anonymous, op.SignedOnly, op.Locate = false, "", b.locateExpress
	if op.Path == "/" {
		return
	}
	op.Resource, op.Find, op.ResourcePolicy = b.directoryARN, b.existsExpress, b.policy
	if op.Name == "CreateBucket" {
		op.Find, op.ResourcePolicy = nil, nil
	}
}

// locateExpress takes the region of the bucket where no hostname names one.
func (b *Buckets) locateExpress(c *service.Call) (string, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if k := b.buckets[c.Input.Labels["Bucket"]]; k != nil && c.Region == "" {
		return k.region, nil
	}
	return "", nil
}

// directoryARN is a directory bucket, which its policies name whatever is in it
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3express.html).
func (b *Buckets) directoryARN(c *service.Call) string {
	return b.arnOfDirectory(c, c.Input.Labels["Bucket"])
}

func (b *Buckets) arnOfDirectory(c *service.Call, name string) string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	region, account := c.Region, c.Account()
	if k := b.buckets[name]; k != nil {
		region, account = k.region, k.account
	}
	return "arn:aws:s3express:" + region + ":" + account + ":bucket/" + name
}

// existsExpress reports a missing bucket, and a session that is of another one or may not do
// this.
func (b *Buckets) existsExpress(c *service.Call) error {
	if err := b.exists(c); err != nil {
		return err
	}
	if c.Caller == nil {
		return nil
	}
	of := c.Caller.BucketSession()
	name := c.Input.Labels["Bucket"]
	switch {
	case of == nil:
		return nil
	case !c.Operation.BySession:
		return noSession("credentials of CreateSession are for what is in a bucket, and " + c.Operation.Name +
			" is not")
	case of.Bucket != name:
		return noSession("the credentials are for " + of.String() + ", not of " + name)
	case of.ReadOnly && !zonal[c.Operation.Name]:
		return noSession("the credentials are for " + of.String() + ", and " + c.Operation.Name + " changes it")
	}
	return nil
}

// noSession refuses a session. That S3 says no more than "Access Denied" is inferred.
func noSession(detail string) *verdict.Refusal {
	return verdict.Because(verdict.StageAuthorize, verdict.Denial{Action: createsOnly}, detail)
}

// sessionMode is the condition key that tells sessions apart. A call without a session counts
// as one of the least mode that has it, which is inferred.
func sessionMode(c *service.Call) map[string][]string {
	return modeKey(iam.BucketSession{ReadOnly: zonal[c.Operation.Name]})
}

func modeKey(of iam.BucketSession) map[string][]string {
	return map[string][]string{"s3express:SessionMode": {of.Mode()}}
}

type createSessionResult struct {
	XMLName     xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CreateSessionResult"`
	Credentials struct{ SessionToken, SecretAccessKey, AccessKeyId, Expiration string }
}

// createSession gives credentials for one bucket. Without a mode it tries ReadWrite, and then
// ReadOnly (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-create-session.html).
func (b *Buckets) createSession(c *service.Call) (*createSessionResult, error) {
	name := c.Input.Labels["Bucket"]
	modes := []bool{false, true}
	switch mode := c.Input.Header.Get(modeHeader); mode {
	case "":
	case "ReadOnly":
		modes = modes[1:]
	case "ReadWrite":
		modes = modes[:1]
	default:
		return nil, invalidArgument("Invalid session mode", "x-amz-create-session-mode", mode)
	}
	var first error
	for _, readOnly := range modes {
		of := iam.BucketSession{Bucket: name, ReadOnly: readOnly}
		if err := b.mayCreate(c, of); err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		cred := c.IAM.CreateBucketSession(c.Caller, of)
		c.Issued, c.IssuedUntil = cred.KeyID, cred.Expiration
		out := &createSessionResult{}
		out.Credentials.AccessKeyId, out.Credentials.SecretAccessKey = cred.KeyID, cred.Secret
		out.Credentials.SessionToken = cred.Token
		out.Credentials.Expiration = cred.Expiration.UTC().Format(time.RFC3339)
		return out, nil
	}
	return nil, first
}

// mayCreate asks IAM whether the caller may have a session.
func (b *Buckets) mayCreate(c *service.Call, of iam.BucketSession) error {
	policy, account := b.policyOf(c, of.Bucket)
	ask := s3Ask(c, createsOnly, b.arnOfDirectory(c, of.Bucket), policy, account)
	ask.Context = map[string][]string{}
	maps.Copy(ask.Context, c.Conditions)
	maps.Copy(ask.Context, modeKey(of))
	if refusal := c.IAM.Authorize(c.Caller, ask); refusal != nil {
		return refusal
	}
	return nil
}

// directoryName is the form of a directory bucket's name, with the id of its zone
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html).
var directoryName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*[a-z0-9]--[a-z0-9]+(-[a-z0-9]+)*--x-s3$`)

// isDirectory says whether a bucket is a directory bucket, by its name.
func isDirectory(name string) bool { return strings.HasSuffix(name, "--x-s3") }

type createDirectoryInput struct {
	XMLName            xml.Name `xml:"CreateBucketConfiguration"`
	LocationConstraint string
	Location           struct{ Name, Type string }
	Bucket             struct{ DataRedundancy, Type string }
	Tags               *struct{}
}

// createDirectory makes a directory bucket in the zone that its name ends in.
func (b *Buckets) createDirectory(c *service.Call) (*protocol.Empty, error) {
	name := c.Input.Labels["Bucket"]
	if len(name) > 63 || !directoryName.MatchString(name) {
		return nil, fail("InvalidBucketName", "BucketName", name)
	}
	in := &createDirectoryInput{}
	if err := readXML(c, in); err != nil {
		return nil, err
	}
	switch {
	case in.Tags != nil:
		return nil, missing(c, "the member Tags")
	case in.Bucket.Type != "Directory", in.Location.Name == "",
		!strings.HasSuffix(name, "--"+in.Location.Name+"--x-s3"):
		return nil, fail("InvalidBucketName", "BucketName", name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch k := b.buckets[name]; {
	case k == nil:
		b.buckets[name] = newBucket(name, c.Account(), c.Region, c.Now)
	case k.account != c.Account():
		return nil, fail("BucketAlreadyExists", "BucketName", name)
	default:
		return nil, fail("BucketAlreadyOwnedByYou", "BucketName", name)
	}
	return &protocol.Empty{Status: http.StatusOK, Header: map[string]string{"Location": "/" + name}}, nil
}

type directoryItem struct{ Name, CreationDate, BucketRegion string }

type listDirectoriesResult struct {
	XMLName xml.Name        `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyDirectoryBucketsResult"`
	Buckets []directoryItem `xml:"Buckets>Bucket"`
}

// listDirectories shows the caller's directory buckets of the region, in one page.
func (b *Buckets) listDirectories(c *service.Call) (*listDirectoriesResult, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := &listDirectoriesResult{}
	for name, k := range b.buckets {
		if isDirectory(name) && k.account == c.Account() && k.region == c.Region {
			out.Buckets = append(out.Buckets, directoryItem{name, k.created.UTC().Format(timeFormat), k.region})
		}
	}
	slices.SortFunc(out.Buckets, func(x, y directoryItem) int { return strings.Compare(x.Name, y.Name) })
	return out, nil
}
