package metadata_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

func TestIMDSTree(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional, Instance: metadata.Instance{
		Region: "eu-central-1", AccountID: "123456789012", UserData: "#!/bin/sh\n",
		Tags: map[string]string{"Name": "web"}, Launched: start.Add(-time.Hour),
	}})
	for path, want := range map[string]string{
		"/latest/meta-data/instance-id":                       "i-0123456789abcdef0",
		"/latest/meta-data/placement/region":                  "eu-central-1",
		"/latest/meta-data/placement/availability-zone":       "eu-central-1a",
		"/latest/meta-data/placement/availability-zone-id":    "euc1-az1",
		"/latest/meta-data/placement/":                        "availability-zone\navailability-zone-id\nregion",
		"/latest/meta-data/local-hostname":                    "ip-10-0-0-10.eu-central-1.compute.internal",
		"/latest/meta-data/tags/instance/Name":                "web",
		"/latest/meta-data/iam/":                              "info\nsecurity-credentials/",
		"/2021-07-15/meta-data/services/domain":               "amazonaws.com",
		"/latest/user-data":                                   "#!/bin/sh\n",
		"/latest/meta-data/iam/security-credentials-extended": page("404 - Not Found"),
		"/latest/meta-data/iam/security-credentials/other":    page("404 - Not Found"),
		"/latest/nothing":                                     page("404 - Not Found"),
		"/never/meta-data/instance-id":                        page("404 - Not Found"),
	} {
		status := 200
		if strings.Contains(want, "404") {
			status = 404
		}
		h.ask(t, "GET", path).want(t, status, want)
	}
	h.ask(t, "POST", "/latest/meta-data/instance-id").want(t, 405, "")
	if without := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional}); without.ask(t, "GET",
		"/latest/user-data").status != 404 {
		t.Error("an instance without user data has some")
	}

	var identity map[string]any
	got := h.ask(t, "GET", "/latest/dynamic/instance-identity/document")
	if err := json.Unmarshal([]byte(got.body), &identity); err != nil {
		t.Fatalf("%v: %s", err, got.body)
	}
	for key, want := range map[string]any{
		"accountId": "123456789012", "region": "eu-central-1", "instanceId": "i-0123456789abcdef0",
		"pendingTime": "2026-11-21T05:00:00Z",
		"version":     "2017-09-30", "kernelId": nil, "billingProducts": nil, "architecture": "x86_64",
	} {
		if value, ok := identity[key]; !ok || value != want {
			t.Errorf("%s: %v, want %v", key, value, want)
		}
	}
	var info struct{ Code, InstanceProfileArn, InstanceProfileId string }
	if err := json.Unmarshal([]byte(h.ask(t, "GET", "/latest/meta-data/iam/info").body), &info); err != nil ||
		info.Code != "Success" ||
		info.InstanceProfileArn != "arn:aws:iam::123456789012:instance-profile/app" {
		t.Errorf("%v, %+v", err, info)
	}
}

// TestPlaces: what an instance says of its region's zones, services and name. Ids of zones:
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html;
// partitions: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html;
// names: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html.
func TestPlaces(t *testing.T) {
	for region, zone := range map[string]string{
		"us-east-1": "use1-az1", "us-west-2": "usw2-az1", "eu-central-1": "euc1-az1", "eu-north-1": "eun1-az1",
		"eu-south-1": "eus1-az1", "ap-northeast-1": "apne1-az1", "ap-southeast-2": "apse2-az1",
		"ca-central-1":  "cac1-az1",
		"us-gov-west-1": "usgw1-az1", "us-gov-east-1": "usge1-az1", "cn-north-1": "cnn1-az1",
		"cn-northwest-1": "cnnw1-az1",
	} {
		h := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional,
			Instance: metadata.Instance{Region: region, AccountID: "123456789012"}})
		domain, partition := "amazonaws.com", "aws"
		switch {
		case strings.HasPrefix(region, "cn-"):
			domain, partition = "amazonaws.com.cn", "aws-cn"
		case strings.HasPrefix(region, "us-gov-"):
			partition = "aws-us-gov"
		}
		name := "ip-10-0-0-10." + region + ".compute.internal"
		if region == "us-east-1" {
			name = "ip-10-0-0-10.ec2.internal"
		}
		for path, want := range map[string]string{
			"placement/availability-zone-id": zone, "services/domain": domain, "services/partition": partition,
			"hostname": name, "local-hostname": name, "placement/region": region,
			"placement/availability-zone": region + "a",
		} {
			h.ask(t, "GET", "/latest/meta-data/"+path).want(t, 200, want)
		}
		info := h.ask(t, "GET", "/latest/meta-data/iam/info").body
		if want := "arn:" + partition + ":iam::123456789012:instance-profile/app"; !strings.Contains(info, want) {
			t.Errorf("%s: %s has no %s", region, info, want)
		}
	}
}

// TestIdentityDocument has the members that AWS's has, in its order.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
func TestIdentityDocument(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional})
	body := h.ask(t, "GET", "/latest/dynamic/instance-identity/document").body
	at := 0
	for _, name := range []string{"accountId", "architecture", "availabilityZone", "billingProducts",
		"devpayProductCodes",
		"marketplaceProductCodes", "imageId", "instanceId", "instanceType", "kernelId", "pendingTime", "privateIp",
		"ramdiskId", "region", "version"} {
		found := strings.Index(body, `"`+name+`" : `)
		if found < at {
			t.Errorf("%s is missing, or out of order, in\n%s", name, body)
		}
		at = max(at, found)
	}
}

// TestInstanceWithoutARole has nothing about one, and the list does not name it.
func TestInstanceWithoutARole(t *testing.T) {
	with := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional}).ask(t, "GET", "/latest/meta-data/")
	without := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional,
		Vendor: metadata.Failing(metadata.ErrNoRole)}).ask(t, "GET", "/latest/meta-data/")
	if !strings.Contains(with.body, "iam/") || strings.Contains(without.body, "iam/") || without.status != 200 {
		t.Errorf("with a role\n%s\nwithout\n%s", with.body, without.body)
	}
}

// TestIMDSExtended: newer SDKs ask for security-credentials-extended first
// (aws/aws-sdk-ruby, aws/aws-sdk-php).
func TestIMDSExtended(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{Extended: true})
	s := h.session(t)
	const extended = "/latest/meta-data/iam/security-credentials-extended/"
	h.ask(t, "GET", extended, token, s).want(t, 200, "app")
	var doc struct{ Code, AccountId, AccessKeyId string }
	if err := json.Unmarshal([]byte(h.ask(t, "GET", extended+"app", token, s).body), &doc); err != nil ||
		doc.AccountId != "123456789012" || doc.AccessKeyId != vended.AccessKeyID {
		t.Errorf("%v, %+v", err, doc)
	}
	if body := h.ask(t, "GET", roles+"app", token, s).body; strings.Contains(body, "AccountId") {
		t.Error("the plain document has an account id")
	}
}

func TestECSTaskMetadata(t *testing.T) {
	const endpoint = "0123456789abcdef0123456789abcdef-0000000001"
	h := newECS(t, metadata.ECSOptions{Task: &metadata.Task{
		MetadataID: endpoint, Cluster: "shop", TaskARN: "arn:aws:ecs:us-east-1:123456789012:task/shop/0123",
		Family: "web", Revision: "7",
		ServiceName: "web", KnownStatus: "RUNNING", LaunchType: "FARGATE", TaskTags: map[string]string{"team": "shop"},
		Containers: []metadata.Container{{ID: "c1", Name: "web", Networks: []metadata.Network{{NetworkMode: "awsvpc",
			IPv4Addresses: []string{"10.0.0.10"}}}}},
	}})
	get := func(path string) map[string]any {
		t.Helper()
		got := h.ask(t, "GET", path)
		var doc map[string]any
		if err := json.Unmarshal([]byte(got.body), &doc); err != nil || got.status != 200 {
			t.Fatalf("%s: %d %v: %s", path, got.status, err, got.body)
		}
		return doc
	}
	task := get("/v4/" + endpoint + "/task")
	if task["Family"] != "web" || task["LaunchType"] != "FARGATE" || task["TaskTags"] != nil ||
		task["ServiceName"] != "web" || task["FaultInjectionEnabled"] != false {
		t.Errorf("task: %v", task)
	}
	if old := get("/v3/" + endpoint + "/task"); old["ServiceName"] != nil || old["FaultInjectionEnabled"] != nil ||
		old["Family"] != "web" {
		t.Errorf("task in version 3: %v", old)
	}
	if tagged := get("/v4/" + endpoint + "/taskWithTags"); tagged["TaskTags"] == nil {
		t.Errorf("task with tags: %v", tagged)
	}
	if container := get("/v4/" + endpoint); container["DockerId"] != "c1" || container["Name"] != "web" {
		t.Errorf("container: %v", container)
	}
	if all := get("/v4/" + endpoint + "/task/stats"); all["c1"] == nil {
		t.Errorf("stats: %v", all)
	}
	get("/v4/" + endpoint + "/stats")
	for path, want := range map[string]answer{
		"/v4/other": {404, nil,
			`"V4 container metadata handler: unable to get container ID from request: unable to get docker ID from v3 endpoint ID: other"`},
		"/v3/other/task": {500, nil,
			`"V3 task metadata handler: unable to get task arn from request: unable to get task Arn from v3 endpoint ID: other"`},
	} {
		h.ask(t, "GET", path).want(t, want.status, want.body)
	}
}
