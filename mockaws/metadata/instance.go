package metadata

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Instance is what IMDS says about the instance, apart from credentials. What is left
// empty has a plausible value.
type Instance struct {
	ID                 string // i-0123456789abcdef0
	Type               string // t3.medium
	ImageID            string // ami-...
	AccountID          string // 12 digits
	Region             string // us-east-1
	AvailabilityZone   string // us-east-1a
	AvailabilityZoneID string // use1-az1
	PrivateIP          string // 10.0.0.10
	MAC                string // 0e:00:00:00:00:01
	Architecture       string // x86_64 or arm64
	// InstanceProfileARN and InstanceProfileID stand in iam/info; the profile is
	// named like the role by default, as the console does.
	InstanceProfileARN string
	InstanceProfileID  string // AIPA...
	// Tags are listed under tags/instance/, if the instance allows that.
	Tags map[string]string
	// UserData is user-data; empty is none: 404.
	UserData string
	Launched time.Time
}

// complete fills in what is empty.
func (i Instance) complete(now time.Time) Instance {
	i.ID = cmp.Or(i.ID, "i-0123456789abcdef0")
	i.Type = cmp.Or(i.Type, "t3.medium")
	i.ImageID = cmp.Or(i.ImageID, "ami-0123456789abcdef0")
	i.AccountID = cmp.Or(i.AccountID, "123456789012")
	i.Region = cmp.Or(i.Region, "us-east-1")
	i.AvailabilityZone = cmp.Or(i.AvailabilityZone, i.Region+"a")
	i.AvailabilityZoneID = cmp.Or(i.AvailabilityZoneID, zoneID(i.Region))
	i.PrivateIP = cmp.Or(i.PrivateIP, "10.0.0.10")
	i.MAC = cmp.Or(i.MAC, "0e:00:00:00:00:01")
	i.Architecture = cmp.Or(i.Architecture, "x86_64")
	i.InstanceProfileID = cmp.Or(i.InstanceProfileID, "AIPA0123456789ABCDEF0")
	if i.Launched.IsZero() {
		i.Launched = now.Add(-time.Hour).Truncate(time.Second)
	}
	return i
}

// compass shortens the parts of a region's name in the ids of its zones.
var compass = map[string]string{
	"north": "n", "south": "s", "east": "e", "west": "w", "central": "c",
	"northeast": "ne", "northwest": "nw", "southeast": "se", "gov": "g",
}

// zoneID is the id of a region's first zone: use1-az1 of us-east-1.
func zoneID(region string) string {
	var short strings.Builder
	for part := range strings.SplitSeq(region, "-") {
		short.WriteString(cmp.Or(compass[part], part))
	}
	return short.String() + "-az1"
}

// tree is the metadata, by path below the version.
func (i Instance) tree() map[string]string {
	host := "ip-" + strings.ReplaceAll(i.PrivateIP, ".", "-")
	host += map[bool]string{true: ".ec2.internal", false: "." + i.Region + ".compute.internal"}[i.Region == "us-east-1"]
	tree := map[string]string{
		"meta-data/ami-id":                         i.ImageID,
		"meta-data/ami-launch-index":               "0",
		"meta-data/ami-manifest-path":              "(unknown)",
		"meta-data/hostname":                       host,
		"meta-data/iam/info":                       "",
		"meta-data/instance-action":                "none",
		"meta-data/instance-id":                    i.ID,
		"meta-data/instance-life-cycle":            "on-demand",
		"meta-data/instance-type":                  i.Type,
		"meta-data/local-hostname":                 host,
		"meta-data/local-ipv4":                     i.PrivateIP,
		"meta-data/mac":                            i.MAC,
		"meta-data/placement/availability-zone":    i.AvailabilityZone,
		"meta-data/placement/availability-zone-id": i.AvailabilityZoneID,
		"meta-data/placement/region":               i.Region,
		"meta-data/profile":                        "default-hvm",
		"meta-data/services/domain":                domain(i.Region),
		"meta-data/services/partition":             partition(i.Region),
		"dynamic/instance-identity/document":       i.identity(),
	}
	for key, value := range i.Tags {
		tree["meta-data/tags/instance/"+key] = value
	}
	if i.UserData != "" {
		tree["user-data"] = i.UserData
	}
	return tree
}

// identity is the instance identity document
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html).
func (i Instance) identity() string {
	return document("accountId", i.AccountID, "architecture", i.Architecture, "availabilityZone", i.AvailabilityZone,
		"billingProducts", nil, "devpayProductCodes", nil, "marketplaceProductCodes", nil,
		"imageId", i.ImageID, "instanceId", i.ID, "instanceType", i.Type, "kernelId", nil,
		"pendingTime", stamp(i.Launched), "privateIp", i.PrivateIP, "ramdiskId", nil, "region", i.Region, "version",
		"2017-09-30")
}

// profile is iam/info.
func (i Instance) profile(role string, now time.Time) string {
	arn := cmp.Or(i.InstanceProfileARN, fmt.Sprintf("arn:%s:iam::%s:instance-profile/%s", partition(i.Region),
		i.AccountID, role))
	return document("Code", "Success", "LastUpdated", stamp(now), "InstanceProfileArn", arn, "InstanceProfileId",
		i.InstanceProfileID)
}

// children lists what is below a path, directories with a slash at the end; nil
// if there is nothing.
func children(tree map[string]string, path string) []string {
	if path != "" {
		path += "/"
	}
	names := map[string]bool{}
	for p := range tree {
		if rest, ok := strings.CutPrefix(p, path); ok {
			name, _, directory := strings.Cut(rest, "/")
			names[name+map[bool]string{true: "/"}[directory]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// imdsVersions are the versions of the tree
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html).
// Here, all have the same tree.
var imdsVersions = []string{
	"1.0", "2007-01-19", "2007-03-01", "2007-08-29", "2007-10-10", "2007-12-15", "2008-02-01", "2008-09-01",
	"2009-04-04", "2011-01-01", "2011-05-01", "2012-01-12", "2014-02-25", "2014-11-05", "2015-10-20",
	"2016-04-19", "2016-06-30", "2016-09-02", "2018-03-28", "2018-08-17", "2018-09-24", "2019-10-01",
	"2020-10-27", "2021-01-03", "2021-03-23", "2021-07-15", "2022-09-24", "2024-04-11", "latest",
}

// imdsPath cuts the version off a path. A slash at the end makes no difference:
// SDKs in Rust and Kotlin list roles without one.
func imdsPath(path string) (string, bool) {
	version, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !slices.Contains(imdsVersions, version) {
		return "", false
	}
	return strings.TrimSuffix(rest, "/"), true
}

// document is JSON as IMDS lays it out, of pairs of key and value.
func document(pairs ...any) string {
	var b strings.Builder
	b.WriteString("{\n")
	for i := 0; i+1 < len(pairs); i += 2 {
		end := map[bool]string{true: ",\n", false: "\n"}[i+3 < len(pairs)]
		fmt.Fprintf(&b, "  %s : %s%s", quote(pairs[i]), quote(pairs[i+1]), end)
	}
	b.WriteString("}")
	return b.String()
}

// quote is a value in JSON, without the escapes that are for HTML.
func quote(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return "null"
	}
	return strings.TrimSuffix(b.String(), "\n")
}
