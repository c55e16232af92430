package s3

import (
	"net"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Where a bucket is, and where a request for it was sent. S3 has an endpoint a
// region, a global one without a region in its name, and one for acceleration
// (https://docs.aws.amazon.com/general/latest/gr/s3.html). A virtual-hosted name
// of the global endpoint leads to the bucket's own region by DNS, any other name
// to its region only
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).

// locateService: an operation of no bucket is of the region that the endpoint is.
func (b *Buckets) locateService(*service.Call) (string, error) { return "", nil }

// locate finds the region that a signature must be for, or says where the bucket
// is to be found. S3 answers so to everybody, before it looks at a signature
// (likely: anonymous callers are redirected, too).
func (b *Buckets) locate(c *service.Call) (string, error) {
	b.mu.RLock()
	k := b.buckets[c.Input.Labels["Bucket"]]
	b.mu.RUnlock()
	if k == nil {
		return "", nil
	}
	bucketLevel := c.Input.Labels["Key"] == ""
	if bucketLevel {
		c.BucketRegion = k.region
	}
	global, accelerated := endpointKind(c)
	switch {
	case accelerated:
		e := fail("NotAccelerated")
		e.Stage = verdict.StageIdentify
		return "", e
	case global && c.Bucket != "":
		c.BucketRegion = k.region
		return k.region, nil
	case c.Region == "": // neither the host nor the signature names one
		return k.region, nil
	case c.Region == k.region:
		return "", nil
	}
	c.BucketRegion = k.region
	e := fail("PermanentRedirect", "Endpoint", endpointOf(k, c.Bucket != ""), "Bucket", k.name)
	e.Stage = verdict.StageIdentify
	return "", e
}

// endpointKind reads the hostname that the request was sent to.
func endpointKind(c *service.Call) (global, accelerated bool) {
	_, host, _ := strings.Cut(c.Origin, "://")
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = "." + strings.ToLower(host)
	return strings.HasSuffix(host, ".s3.amazonaws.com"),
		strings.HasSuffix(host, ".s3-accelerate.amazonaws.com") ||
			strings.HasSuffix(host, ".s3-accelerate.dualstack.amazonaws.com")
}

// endpointOf is the hostname that S3 sends callers to.
func endpointOf(k *bucket, virtual bool) string {
	host := "s3." + k.region + ".amazonaws.com"
	if k.region == "us-east-1" {
		host = "s3.amazonaws.com"
	}
	if virtual {
		return k.name + "." + host
	}
	return host
}
