package isolation

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

// isAWS says whether AWS answers under name, which is in lower case without a
// final dot.
func isAWS(name string) bool {
	for _, s := range awsSuffixes {
		if below(name, s) || name == s && strings.Contains(s, ".") {
			return true
		}
	}
	return false
}

// isDualStack says whether an AWS name has IPv6 addresses too: those of the dual
// stack suffixes and of hosts with a "dualstack" label. Others have IPv4 only
// (https://docs.aws.amazon.com/general/latest/gr/rande.html#dual-stack-endpoints).
func isDualStack(name string) bool {
	return strings.HasSuffix(name, ".aws") || strings.Contains(name, ".dualstack.") ||
		strings.Contains(name, ".api.aws.") || strings.Contains(name, ".api.amazonwebservices.") ||
		strings.Contains(name, ".api.cloud-aws.")
}

func below(name, suffix string) bool {
	return len(name) > len(suffix) && strings.HasSuffix(name, suffix) && name[len(name)-len(suffix)-1] == '.'
}
