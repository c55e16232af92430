package catalog

import (
	"cmp"
	"net"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// suffixes are the domains of AWS's endpoints, by partition
// (https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json).
var suffixes = []string{
	".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn",
	".on.aws", // https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
	".c2s.ic.gov", ".sc2s.sgov.gov", ".cloud.adc-e.uk", ".csp.hci.ic.gov", ".amazonaws.eu",
}

// fromHost reads service, region and bucket from one of AWS's own hostnames.
// Any other host says nothing.
func (t *Target) fromHost(c *Catalog, r *Request) {
	name := strings.ToLower(r.Host)
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	if bucket, ok := strings.CutSuffix(name, ".localhost"); ok && c.byPrefix[bucket] == nil {
		// A name of this machine before which an S3 client has put a bucket, as it
		// does unless it is configured to use paths (RFC 6761, section 6.3).
		t.Service, t.Bucket = c.storage(r.ScopeService), bucket
		return
	}
	for _, suffix := range suffixes {
		if head, ok := strings.CutSuffix(name, suffix); ok {
			t.fromLabels(c, strings.Split(head, "."))
			return
		}
	}
}

// fromLabels reads the labels before the domain: [bucket...] service
// [dualstack] [region].
func (t *Target) fromLabels(c *Catalog, labels []string) {
	last := len(labels) - 1
	if service.IsRegion(labels[last]) {
		t.Region = labels[last]
		last--
	}
	if last >= 0 && labels[last] == "dualstack" {
		last--
	}
	if last < 0 {
		return
	}
	prefix := strings.TrimSuffix(labels[last], "-fips")
	regionOf, old := strings.CutPrefix(prefix, "s3-")
	switch {
	case old && service.IsRegion(regionOf):
		prefix, t.Region = "s3", regionOf // the old form s3-eu-west-1.amazonaws.com
	case prefix == "s3-external-1", prefix == "s3-accelerate":
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration-getting-started.html
		prefix = "s3"
	case strings.HasPrefix(prefix, "s3express-"): // the name of a zone follows, or "control"
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/endpoint-directory-buckets-AZ.html
		prefix = "s3express"
	}
	s := c.byPrefix[prefix]
	for i := range last { // data.jobs.iot, portal.sso-fips
		if longer := c.byPrefix[strings.TrimSuffix(strings.Join(labels[i:last+1], "."), "-fips")]; longer != nil {
			s = longer
			break
		}
	}
	if s == nil {
		t.foreign = labels[len(labels)-1] != "vpce" // which comes after every service's name
		t.Region = cmp.Or(t.Region, regionIn(labels))
		return
	}
	t.Service = s
	if t.Region == "" {
		t.Region = s.GlobalRegion
	}
	if s.Dialect.Protocol == protocol.S3 && last > 0 {
		t.Bucket = strings.Join(labels[:last], ".")
	}
}

// regionIn is a region that stands somewhere in a hostname, as in
// id.us-east-1.aoss.amazonaws.com; "" for none.
func regionIn(labels []string) string {
	for _, l := range labels {
		if service.IsRegion(l) {
			return l
		}
	}
	return ""
}
