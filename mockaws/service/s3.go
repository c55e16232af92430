package service

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
)

// S3 is Amazon S3 with objects kept in memory: enough of it to show whether
// credentials work.
func S3(buckets *Buckets) *Service {
	return &Service{
		ID: "S3", EndpointPrefix: "s3", SigningName: "s3", GlobalRegion: "us-east-1",
		Dialect:    protocol.Dialect{Protocol: protocol.S3, Errors: protocol.Tabulate(protocol.S3Rows)},
		SkewWindow: 15 * time.Minute, EventSource: "s3.amazonaws.com",
		Operations: []Operation{
			{Name: "ListBuckets", Method: "GET", Path: "/", Action: "s3:ListAllMyBuckets", ReadOnly: true, Handle: buckets.list},
			{Name: "ListObjectsV2", Method: "GET", Path: "/{Bucket}", Query: []string{"list-type=2"}, Action: "s3:ListBucket", Resource: bucketARN, ResourcePolicy: buckets.policy, Anonymous: true, DataEvent: true, ReadOnly: true, Handle: buckets.listObjects},
			{Name: "GetBucketLocation", Method: "GET", Path: "/{Bucket}", Query: []string{"location"}, Action: "s3:GetBucketLocation", Resource: bucketARN, ResourcePolicy: buckets.policy, ReadOnly: true, Handle: buckets.location},
			{Name: "CreateBucket", Method: "PUT", Path: "/{Bucket}", Action: "s3:CreateBucket", Resource: bucketARN, Handle: buckets.create},
			{Name: "HeadBucket", Method: "HEAD", Path: "/{Bucket}", Action: "s3:ListBucket", Resource: bucketARN, ResourcePolicy: buckets.policy, Anonymous: true, ReadOnly: true, Handle: buckets.head},
			{Name: "DeleteBucket", Method: "DELETE", Path: "/{Bucket}", Action: "s3:DeleteBucket", Resource: bucketARN, ResourcePolicy: buckets.policy, Handle: buckets.remove},
			{Name: "PutObject", Method: "PUT", Path: "/{Bucket}/{Key+}", Action: "s3:PutObject", Resource: objectARN, ResourcePolicy: buckets.policy, Anonymous: true, DataEvent: true, Handle: buckets.putObject},
			{Name: "GetObject", Method: "GET", Path: "/{Bucket}/{Key+}", Action: "s3:GetObject", Resource: objectARN, ResourcePolicy: buckets.policy, Anonymous: true, DataEvent: true, ReadOnly: true, Handle: buckets.getObject},
			{Name: "HeadObject", Method: "HEAD", Path: "/{Bucket}/{Key+}", Action: "s3:GetObject", Resource: objectARN, ResourcePolicy: buckets.policy, Anonymous: true, DataEvent: true, ReadOnly: true, Handle: buckets.headObject},
			{Name: "DeleteObject", Method: "DELETE", Path: "/{Bucket}/{Key+}", Action: "s3:DeleteObject", Resource: objectARN, ResourcePolicy: buckets.policy, Anonymous: true, DataEvent: true, Handle: buckets.deleteObject},
		},
	}
}

func bucketARN(c *Call) string { return "arn:aws:s3:::" + c.Input.Labels["Bucket"] }
func objectARN(c *Call) string { return bucketARN(c) + "/" + c.Input.Labels["Key"] }

// Buckets holds S3's buckets, whose names are one namespace for all accounts.
type Buckets struct {
	mu      sync.RWMutex
	buckets map[string]*bucket
}

type bucket struct {
	name, account, region string
	created               time.Time
	policy                *iam.Policy
	objects               map[string]*object
}

type object struct {
	data     []byte
	etag     string
	modified time.Time
	header   map[string]string // Content-Type, x-amz-meta-*
}

// NewBuckets makes an S3 without buckets.
func NewBuckets() *Buckets { return &Buckets{buckets: map[string]*bucket{}} }

// Seed makes a bucket of an account, for a mock that starts with one.
func (b *Buckets) Seed(name, account, region string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buckets[name] = &bucket{name: name, account: account, region: region, created: now, objects: map[string]*object{}}
}

func (b *Buckets) policy(c *Call) (*iam.Policy, string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if k := b.buckets[c.Input.Labels["Bucket"]]; k != nil {
		return k.policy, k.account
	}
	return nil, ""
}

func (b *Buckets) find(c *Call) (*bucket, error) {
	name := c.Input.Labels["Bucket"]
	if k := b.buckets[name]; k != nil {
		return k, nil
	}
	return nil, &Error{Code: "NoSuchBucket", Message: "The specified bucket does not exist", Status: http.StatusNotFound,
		Elements: map[string]string{"BucketName": name}}
}

type listBucketsResult struct {
	XMLName xml.Name     `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
	OwnerID string       `xml:"Owner>ID"`
	Buckets []bucketItem `xml:"Buckets>Bucket"`
}

type bucketItem struct {
	Name         string
	CreationDate string
}

const s3Time = "2006-01-02T15:04:05.000Z"

func (b *Buckets) list(c *Call) (any, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := &listBucketsResult{OwnerID: fingerprint(c.Account())}
	for _, name := range slices.Sorted(maps.Keys(b.buckets)) {
		if k := b.buckets[name]; k.account == c.Account() {
			out.Buckets = append(out.Buckets, bucketItem{k.name, k.created.UTC().Format(s3Time)})
		}
	}
	return out, nil
}

func (b *Buckets) create(c *Call) (any, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	name := c.Input.Labels["Bucket"]
	if len(name) < 3 || len(name) > 63 || strings.ToLower(name) != name {
		return nil, &Error{Code: "InvalidBucketName", Message: "The specified bucket is not valid.", Elements: map[string]string{"BucketName": name}}
	}
	if k := b.buckets[name]; k != nil && k.account != c.Account() {
		return nil, &Error{Code: "BucketAlreadyExists", Status: http.StatusConflict, Elements: map[string]string{"BucketName": name},
			Message: "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again."}
	} else if k == nil {
		b.buckets[name] = &bucket{name: name, account: c.Account(), region: c.Region, created: c.Now, objects: map[string]*object{}}
	}
	return &protocol.Empty{Status: 200, Header: map[string]string{"Location": "/" + name}}, nil
}

func (b *Buckets) head(c *Call) (any, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	return &protocol.Empty{Status: 200, Header: map[string]string{"x-amz-bucket-region": k.region}}, nil
}

type locationResult struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
	Region  string   `xml:",chardata"`
}

// location is empty for us-east-1, as S3 has it
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html).
func (b *Buckets) location(c *Call) (any, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	out := &locationResult{Region: k.region}
	if k.region == "us-east-1" {
		out.Region = ""
	}
	return out, nil
}

func (b *Buckets) remove(c *Call) (any, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	if len(k.objects) > 0 {
		return nil, &Error{Code: "BucketNotEmpty", Message: "The bucket you tried to delete is not empty", Status: http.StatusConflict,
			Elements: map[string]string{"BucketName": k.name}}
	}
	delete(b.buckets, k.name)
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

func (b *Buckets) putObject(c *Call) (any, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	sum := md5.Sum(c.Input.Body)
	o := &object{data: c.Input.Body, etag: `"` + hex.EncodeToString(sum[:]) + `"`, modified: c.Now, header: map[string]string{}}
	for name, values := range c.Input.Header {
		if lower := strings.ToLower(name); lower == "content-type" || strings.HasPrefix(lower, "x-amz-meta-") {
			o.header[lower] = strings.Join(values, ",")
		}
	}
	k.objects[c.Input.Labels["Key"]] = o
	return &protocol.Empty{Status: 200, Header: map[string]string{"ETag": o.etag}}, nil
}

func (b *Buckets) getObject(c *Call) (any, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	o, err := b.object(c)
	if err != nil {
		return nil, err
	}
	return &protocol.Blob{Header: o.headers(), ContentType: o.header["content-type"], Data: o.data}, nil
}

func (b *Buckets) headObject(c *Call) (any, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	o, err := b.object(c)
	if err != nil {
		return nil, err
	}
	header := o.headers()
	header["Content-Length"] = itoa(len(o.data))
	return &protocol.Empty{Status: 200, Header: header}, nil
}

func (b *Buckets) object(c *Call) (*object, error) {
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	o := k.objects[c.Input.Labels["Key"]]
	if o == nil {
		return nil, &Error{Code: "NoSuchKey", Message: "The specified key does not exist.", Status: http.StatusNotFound,
			Elements: map[string]string{"Key": c.Input.Labels["Key"]}}
	}
	return o, nil
}

func (o *object) headers() map[string]string {
	header := maps.Clone(o.header)
	header["ETag"] = o.etag
	header["Last-Modified"] = o.modified.UTC().Format(http.TimeFormat)
	header["Accept-Ranges"] = "bytes"
	return header
}

func (b *Buckets) deleteObject(c *Call) (any, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	delete(k.objects, c.Input.Labels["Key"])
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

type listObjectsResult struct {
	XMLName               xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name                  string
	Prefix                string
	KeyCount              int
	MaxKeys               int
	IsTruncated           bool
	Contents              []objectItem
	NextContinuationToken string `xml:",omitempty"`
}

type objectItem struct {
	Key, LastModified, ETag string
	Size                    int
	StorageClass            string
}

func (b *Buckets) listObjects(c *Call) (any, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	out := &listObjectsResult{Name: k.name, Prefix: c.Input.Query.Get("prefix"), MaxKeys: 1000}
	after := max(c.Input.Query.Get("continuation-token"), c.Input.Query.Get("start-after"))
	for _, key := range slices.Sorted(maps.Keys(k.objects)) {
		if !strings.HasPrefix(key, out.Prefix) || key <= after {
			continue
		}
		if len(out.Contents) == out.MaxKeys {
			out.IsTruncated, out.NextContinuationToken = true, out.Contents[len(out.Contents)-1].Key
			break
		}
		o := k.objects[key]
		out.Contents = append(out.Contents, objectItem{key, o.modified.UTC().Format(s3Time), o.etag, len(o.data), "STANDARD"})
	}
	out.KeyCount = len(out.Contents)
	return out, nil
}
