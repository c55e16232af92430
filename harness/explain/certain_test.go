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
		"lookup sts.eu-west-9.amazonaws.com: no such host, again sts.eu-west-9.amazonaws.com": "it names " +
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

// TestModulesThatAreMissing: what languages say of a part that is not installed.
func TestModulesThatAreMissing(t *testing.T) {
	for text, name := range map[string]string{
		"ModuleNotFoundError: No module named 'boto3'":   "boto3", // Python
		"Error: Cannot find module '@aws-sdk/client-s3'": "@aws-sdk/client-s3",
		"Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@aws-sdk/client-s3' imported from /app/a.mjs": "@aws-" +
			"sdk/client-s3", // Node.js
		`PHP Fatal error:  Uncaught Error: Class "Aws\S3\S3Client" not found in /app/a.php:3`: `Aws\S3\S3Client`,
		`Class "League\Flysystem\AwsS3V3\PortableVisibilityConverter" not found`: `League\Flysystem\AwsS3V3\` +
			`PortableVisibilityConverter`, // Laravel's S3 disk
		"cannot load such file -- aws-sdk-s3 (LoadError)": "aws-sdk-s3", // Ruby
		"java.lang.ClassNotFoundException: software.amazon.awssdk.services.s3.S3Client": "software.amazon.awssdk." +
			"services.s3.S3Client",
		"System.IO.FileNotFoundException: Could not load file or assembly 'AWSSDK.Core, Version=3'": "AWSSDK.Core",
	} {
		found := meaningsOf(text)
		if len(found) == 0 || found[0].Kind != "missing-module" || !strings.Contains(found[0].What, " "+name) {
			t.Errorf("%s: %+v, want %s", text, found, name)
		}
	}
}
