package seen

import "strings"

// awsSuffixes are the DNS suffixes under which AWS answers, of all partitions.
//
// Source, confidence V: partitions.json and endpoints.json of botocore
// (https://github.com/boto/botocore/tree/develop/botocore/data), outputs
// dnsSuffix and dualStackDnsSuffix, read at 1.43.11; on.aws and the signin hosts
// from the endpoint rule sets of the same release.
var awsSuffixes = []string{
	"amazonaws.com",                // aws, aws-us-gov
	"aws",                          // api.aws, on.aws
	"amazonaws.com.cn",             // aws-cn
	"api.amazonwebservices.com.cn", // aws-cn, dual stack
	"amazonaws.eu",                 // aws-eusc
	"api.amazonwebservices.eu",     // aws-eusc, dual stack
	"c2s.ic.gov",                   // aws-iso
	"api.aws.ic.gov",               // aws-iso, dual stack
	"sc2s.sgov.gov",                // aws-iso-b
	"api.aws.scloud",               // aws-iso-b, dual stack
	"cloud.adc-e.uk",               // aws-iso-e
	"api.cloud-aws.adc-e.uk",       // aws-iso-e, dual stack
	"csp.hci.ic.gov",               // aws-iso-f
	"api.aws.hci.ic.gov",           // aws-iso-f, dual stack
	"signin.aws.amazon.com",        // signin, aws
	"signin.amazonaws.cn",          // signin, aws-cn
	"signin.amazonaws-us-gov.com",  // signin, aws-us-gov
}

// IsAWS says whether AWS answers under name, which is in lower case without a
// final dot.
func IsAWS(name string) bool {
	for _, s := range awsSuffixes {
		if strings.HasSuffix(name, "."+s) || name == s && strings.Contains(s, ".") {
			return true
		}
	}
	return false
}

// OfAWS says whether AWS answers under the name of the attempt.
func (a Attempt) OfAWS() bool { return IsAWS(strings.TrimSuffix(strings.ToLower(a.Name), ".")) }
