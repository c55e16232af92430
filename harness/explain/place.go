package explain

import "github.com/hostproof/hostproof/harness/internal/late"

// place is something that a program turns to on its way to credentials.
type place struct {
	// name is what a person calls it, with its article.
	name string
	// match finds it in a text.
	match *late.Regexp
	// local says that it is a part of the host, and not of AWS over the network.
	local bool
	// by is how a program finds it.
	by string
}

// The places, as texts of programs in any language name them: by address, path,
// hostname or the name of the provider that asks there.
var (
	agentOfPods = &place{"the agent of EKS Pod Identity", late.MustCompile(
		`169\.254\.170\.23|fd00:ec2::23|(?i)pod.?identity`), true, "AWS_CONTAINER_CREDENTIALS_FULL_URI"}
	containerEndpoint = &place{"the container credentials endpoint", late.MustCompile(
		`169\.254\.170\.2\b|/v[24]/credentials|(?i)container.?(credential|metadata|provider)|ecs.?(credential|metadata|` +
			`container)|CONTAINER_CREDENTIALS`), true, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI"}
	instanceMetadata = &place{"EC2's instance metadata", late.MustCompile(
		`169\.254\.169\.254|fd00:ec2::254|latest/(meta-data|api/token)|(?i)\bimds|instance.{0,2}meta|` +
			`ec2.?metadata|EC2Role|FailedToLoadToken|instance.?profile`), true,
		"the address 169.254.169.254"}
	ssoPortal = &place{"IAM Identity Center", late.MustCompile(
		`portal\.sso\.|oidc\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws|GetRoleCredentials|\.aws[/\\]sso|` +
			`(?i)\bSSO\b|identity center`), false, "a profile with sso_session or sso_start_url"}
	clusterIssuer = &place{"the OpenID Connect issuer of the EKS cluster", late.MustCompile(
		`oidc\.eks\.`), false, "the token's iss"}
	securityTokens = &place{"STS", late.MustCompile(
		`\bsts[.-][a-z0-9.-]*amazonaws|(?i)Service: AWSSecurityToken|AssumeRole|\bSTS\b`),
		false,
		"a role in a profile or a web identity token"}
)

// places, the more particular first.
var places = []*place{
	agentOfPods, containerEndpoint, instanceMetadata, clusterIssuer, ssoPortal, securityTokens,
}

// awsName is a hostname of AWS.
var awsName = late.MustCompile(`[a-zA-Z0-9][a-zA-Z0-9.-]*\.(?:amazonaws\.com(?:\.cn)?|api\.aws)`)

// placeIn is the place that a part of a text speaks of; nil for none that is known.
// A hostname of AWS that is of no such place is one by itself.
func placeIn(text string) *place {
	for _, p := range places {
		if p.match.MatchString(text) {
			return p
		}
	}
	if host := awsName.FindString(text); host != "" && !tableOfHosts(text) {
		return &place{name: host}
	}
	return nil
}

// manyHosts is how many hostnames of AWS in one part of a text are a table of endpoints,
// as programs print their settings, and not the place that was called.
const manyHosts = 4

// regionOfHost is an entry of such a table: a region, and the host for it.
var regionOfHost = late.MustCompile(
	`["'][a-z]{2}(?:-[a-z]+)+-\d["']\s*(?:=>|:)\s*["'](?:https?://)?[\w.-]+\.amazonaws\.com`)

func tableOfHosts(text string) bool {
	if regionOfHost.MatchString(text) {
		return true
	}
	seen := map[string]bool{}
	for _, host := range awsName.FindAllString(text, maxCalls) {
		seen[host] = true
	}
	return len(seen) >= manyHosts
}
