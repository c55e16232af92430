package deploy

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
)

// endpointKind is how a kind of endpoint is served.
type endpointKind struct {
	// serve makes its handler.
	serve func(*serving, fixtures.Endpoint) (http.Handler, error)
	// lead sets what has SDKs find it elsewhere than at its real address
	// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). It is
	// nil for a kind that a variable of the host's own leads to.
	lead func(url string, e fixtures.Endpoint) []pointer
}

// pointer is a variable that leads SDKs to an endpoint.
type pointer struct {
	name, value string
	insteadOf   string // a variable of the host's, whose place it takes; "" for none
}

// endpointKinds has the kinds of endpoints that hosts offer, by the names that
// fixtures gives them.
var endpointKinds = map[string]endpointKind{
	"amplify-listener": {serve: serveAmplifyListener},
	"azure-metadata":   {serve: serveAzure, lead: by("AWS_EC2_METADATA_SERVICE_ENDPOINT")},
	"ecs":              {serve: serveECS, lead: byFullURI},
	"eks-pod-identity": {serve: servePodIdentity},
	"gce-metadata":     {serve: serveGCE, lead: byGoogleHost},
	"imds":             {serve: serveIMDS, lead: by("AWS_EC2_METADATA_SERVICE_ENDPOINT")},
	"oidc":             {serve: serveIDToken},
	"signin":           {serve: serveSignIn, lead: by("AWS_ENDPOINT_URL_SIGNIN")},
	"snapstart":        {serve: serveSnapStart},
	"sso-oidc":         {serve: serveSSOTokens, lead: by("AWS_ENDPOINT_URL_SSO_OIDC")},
	"sso-portal":       {serve: serveSSOPortal, lead: by("AWS_ENDPOINT_URL_SSO")},
}

// handler makes the handler of one of the host's endpoints.
func (s *serving) handler(e fixtures.Endpoint) (http.Handler, error) {
	kind, ok := endpointKinds[e.Kind]
	if !ok {
		return nil, fmt.Errorf("host %s offers %s (%s), which this harness does not serve; it serves %s",
			s.host.Name, e.Name, e.Kind, strings.Join(slices.Sorted(maps.Keys(endpointKinds)), ", "))
	}
	return kind.serve(s, e)
}

// by leads by one variable.
func by(variable string) func(string, fixtures.Endpoint) []pointer {
	return func(url string, _ fixtures.Endpoint) []pointer { return []pointer{{name: variable, value: url}} }
}

// byFullURI replaces the relative URI: 169.254.170.2 is built into the SDKs for it,
// and it wins over a full one.
func byFullURI(url string, e fixtures.Endpoint) []pointer {
	return []pointer{{name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: url + e.Path,
		insteadOf: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}}
}

// byGoogleHost leads AWS's SDKs to what they meet at 169.254.169.254, and Google's to
// the same server.
func byGoogleHost(url string, _ fixtures.Endpoint) []pointer {
	return []pointer{{name: "AWS_EC2_METADATA_SERVICE_ENDPOINT", value: url},
		{name: "GCE_METADATA_HOST", value: strings.TrimPrefix(url, "http://")}}
}
