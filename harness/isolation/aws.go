package isolation

import "strings"

// isDualStack says whether an AWS name has IPv6 addresses too: those of the dual
// stack suffixes and of hosts with a "dualstack" label. Others have IPv4 only
// (https://docs.aws.amazon.com/general/latest/gr/rande.html#dual-stack-endpoints).
func isDualStack(name string) bool {
	return strings.HasSuffix(name, ".aws") || strings.Contains(name, ".dualstack.") ||
		strings.Contains(name, ".api.aws.") || strings.Contains(name, ".api.amazonwebservices.") ||
		strings.Contains(name, ".api.cloud-aws.")
}
