package explain

import (
	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
)

const docRegionalTokens = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html"

var (
	// globalTokens is STS's name without a region.
	globalTokens = late.MustCompile(`(?i)(?:^|[^\w.-])sts\.amazonaws\.com(?:[^.\w]|$)`)
	// anyTokens is any name of STS as a host.
	anyTokens = late.MustCompile(`(?i)\bsts[.-][a-z0-9.-]*(?:amazonaws\.com|api\.aws)`)
	// endpointInside is an endpoint of a service within a VPC.
	endpointInside = late.MustCompile(
		`(?i)\b(?:VPC|interface|private)[ -]?(?:link|endpoints?)\b|\bvpce\b|\bprivatelink\b`)
)

// regionalTokens says of STS that gave no answer that its global name may be the reason:
// an endpoint for STS within a VPC serves the name of its own region
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_create.html).
func regionalTokens(text string, l *link, f ledger.Finding) ledger.Finding {
	if l.at != securityTokens || f.Kind != "no-answer" || plainHTTP.MatchString(l.text) {
		return f
	}
	switch {
	case globalTokens.MatchString(l.text):
		f.Why = "The program asked STS by its global name. An endpoint for STS inside of a VPC serves " +
			"sts.REGION.amazonaws.com alone, so the global name wants a way out to the internet."
	case !anyTokens.MatchString(text) && endpointInside.MatchString(text):
		f.Why = "The text does not show which name of STS was asked. Older SDKs ask the global sts.amazonaws.com, " +
			"and an endpoint inside of a VPC serves sts.REGION.amazonaws.com alone."
	default:
		return f
	}
	f.Why += " Without such an endpoint it is the network: no NAT, a security group or a proxy. No credentials " +
		"were judged."
	f.Change = "Set AWS_STS_REGIONAL_ENDPOINTS=regional and the region (AWS_REGION), or give the client the endpoint " +
		"https://sts.REGION.amazonaws.com. If the subnet has neither an endpoint for STS nor a NAT, make one."
	f.Source = docRegionalTokens
	return f
}
