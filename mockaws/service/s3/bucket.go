package s3

import (
	"encoding/xml"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

type listBucketsResult struct {
	XMLName           xml.Name     `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
	OwnerID           string       `xml:"Owner>ID"`
	Buckets           []bucketItem `xml:"Buckets>Bucket"`
	ContinuationToken string       `xml:",omitempty"`
	Prefix            string       `xml:",omitempty"`
}

type bucketItem struct {
	Name         string
	CreationDate string
	BucketRegion string `xml:",omitempty"`
}

// list shows the caller's buckets. The region of each is there only when pages
// are asked for
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html).
func (b *Buckets) list(c *service.Call) (*listBucketsResult, error) {
	q := c.Input.Query
	most, err := countParameter(c, "max-buckets", 10000)
	if err != nil {
		return nil, err
	}
	after, err := continuation(c)
	if err != nil {
		return nil, err
	}
	paged := q.Has("max-buckets") || q.Has("prefix") || q.Has("bucket-region") || q.Has("continuation-token")
	b.mu.RLock()
	defer b.mu.RUnlock()
	out := &listBucketsResult{OwnerID: canonicalID(c.Account()), Prefix: q.Get("prefix")}
	for _, name := range slices.Sorted(maps.Keys(b.buckets)) {
		k := b.buckets[name]
		if k.account != c.Account() || isDirectory(name) || !strings.HasPrefix(name, out.Prefix) || name <= after ||
			q.Has("bucket-region") && q.Get("bucket-region") != k.region {
			continue
		}
		if len(out.Buckets) == most {
			out.ContinuationToken = continuationToken(out.Buckets[most-1].Name)
			break
		}
		item := bucketItem{Name: k.name, CreationDate: k.created.UTC().Format(timeFormat)}
		if paged {
			item.BucketRegion = k.region
		}
		out.Buckets = append(out.Buckets, item)
	}
	return out, nil
}

type createBucketInput struct {
	XMLName            xml.Name `xml:"CreateBucketConfiguration"`
	LocationConstraint string
	Location           *struct{} // of directory buckets
	Bucket             *struct{}
	Tags               *struct{}
}

func (b *Buckets) create(c *service.Call) (*protocol.Empty, error) {
	name := c.Input.Labels["Bucket"]
	if !isBucketName(name) {
		return nil, fail("InvalidBucketName", "BucketName", name)
	}
	if err := refuseBucketHeaders(c); err != nil {
		return nil, err
	}
	region, err := wantedLocation(c)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch k := b.buckets[name]; {
	case k == nil:
		b.buckets[name] = newBucket(name, c.Account(), region, c.Now)
	case k.account != c.Account():
		return nil, fail("BucketAlreadyExists", "BucketName", name)
	case c.Region != "us-east-1" || k.region != "us-east-1":
		// us-east-1 alone answers 200 to an owner who creates a bucket again
		// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html).
		return nil, fail("BucketAlreadyOwnedByYou", "BucketName", name)
	}
	location := "/" + name
	if region != "us-east-1" {
		location = "http://" + name + ".s3.amazonaws.com/"
	}
	return &protocol.Empty{Status: http.StatusOK, Header: map[string]string{"Location": location}}, nil
}

// refuseBucketHeaders: ownership is the bucket owner's, and so a bucket has no
// ACL.
func refuseBucketHeaders(c *service.Call) error {
	if c.Input.Header.Get("X-Amz-Bucket-Object-Lock-Enabled") == "true" {
		return missing(c, "the header x-amz-bucket-object-lock-enabled")
	}
	if o := c.Input.Header.Get("X-Amz-Object-Ownership"); o != "" && o != "BucketOwnerEnforced" {
		return missing(c, "the header x-amz-object-ownership: "+o)
	}
	if acl := c.Input.Header.Get("X-Amz-Acl"); acl != "" && acl != "private" {
		return fail("BucketACL")
	}
	return nil
}

// wantedLocation reads where a bucket is to be made. An endpoint of a region
// makes buckets of that region only; the one of us-east-1 makes any
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html).
func wantedLocation(c *service.Call) (string, error) {
	var in createBucketInput
	if len(c.Input.Body) > 0 {
		if err := readXML(c, &in); err != nil {
			return "", err
		}
	}
	switch {
	case in.Location != nil || in.Bucket != nil:
		return "", missing(c, "directory buckets")
	case in.Tags != nil:
		return "", missing(c, "the member Tags")
	}
	want := in.LocationConstraint
	switch {
	case want == "" && (c.Region == "us-east-1" || c.Region == ""):
		return "us-east-1", nil
	case want == "":
		return "", fail("IllegalLocation", "location", "unspecified")
	case want == "EU":
		want = "eu-west-1"
	case !service.IsRegion(want), want == "us-east-1":
		return "", fail("InvalidLocation", "LocationConstraint", want)
	}
	if c.Region != "us-east-1" && c.Region != "" && c.Region != want {
		return "", fail("IllegalLocation", "location", in.LocationConstraint)
	}
	return want, nil
}

var bucketName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]|\.[a-z0-9]){1,61}[a-z0-9]$`)

// isBucketName follows
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
func isBucketName(name string) bool {
	return len(name) >= 3 && len(name) <= 63 && bucketName.MatchString(name) && net.ParseIP(name) == nil &&
		!strings.HasPrefix(name, "xn--") && !strings.HasSuffix(name, "-s3alias") &&
		!strings.HasSuffix(name, "--ol-s3") && !isDirectory(name)
}

func (b *Buckets) head(c *service.Call) (*protocol.Empty, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	return &protocol.Empty{Status: http.StatusOK, Header: map[string]string{
		"x-amz-bucket-region": k.region, "x-amz-access-point-alias": "false", "Content-Type": "application/xml",
	}}, nil
}

type locationResult struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
	Region  string   `xml:",chardata"`
}

// location is empty for us-east-1, as S3 has it
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html).
func (b *Buckets) location(c *service.Call) (*locationResult, error) {
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

type versioningResult struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ VersioningConfiguration"`
}

// versioning is off: S3 says so with an element that has no Status.
func (b *Buckets) versioning(*service.Call) (*versioningResult, error) {
	return &versioningResult{}, nil
}

func (b *Buckets) remove(c *service.Call) (*protocol.Empty, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, err := b.find(c)
	if err != nil {
		return nil, err
	}
	if len(k.objects) > 0 {
		return nil, fail("BucketNotEmpty", "BucketName", k.name)
	}
	delete(b.buckets, k.name)
	return &protocol.Empty{Status: http.StatusNoContent}, nil
}

// countParameter reads a number of the query from 0 to the greatest that S3 takes; what
// is over most is most.
func countParameter(c *service.Call, name string, most int) (int, error) {
	text := c.Input.Query.Get(name)
	if text == "" {
		return most, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return 0, invalidArgument("Provided "+name+" not an integer or within integer range", name, text)
	}
	return min(int(n), most), nil
}
