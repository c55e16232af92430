package explain

import (
	"slices"
	"strings"
	"testing"
)

// TestWhatATextNames: the statuses and AWS's hosts that stand in a text are certain, each
// told once; pages of documentation are not called.
func TestWhatATextNames(t *testing.T) {
	for text, want := range map[string]string{
		"operation error S3: GetObject, https response error StatusCode: 403, RequestID: x, HostID: y, " +
			"api error Forbidden: Forbidden": "it names HTTP status 403",
		"The security token included in the request is expired (Service: Sts, Status Code: 400, Request ID: x)": "it " +
			"names HTTP status 400",
		`dial tcp: lookup sts.eu-west-9.amazonaws.com: no such host, and again sts.eu-west-9.amazonaws.com`: "it names " +
			"sts.eu-west-9.amazonaws.com",
		"StatusCode: 403 from b.s3.us-east-1.amazonaws.com, then StatusCode: 403 from " +
			"s3.cn-north-1.amazonaws.com.cn": "it names HTTP status 403, b.s3.us-east-1.amazonaws.com, " +
			"s3.cn-north-1.amazonaws.com.cn",
		"Unable to locate credentials, see https://docs.aws.amazon.com/cli/": "",
		"Unable to locate credentials":                                       "",
	} {
		var named []string
		for _, said := range read(text, chainOf(text), nil).Certain {
			if strings.HasPrefix(said, "it names") {
				named = append(named, said)
			}
		}
		if want == "" && named != nil || want != "" && !slices.Equal(named, []string{want}) {
			t.Errorf("%s: %q, want %q", text, named, want)
		}
	}
}
