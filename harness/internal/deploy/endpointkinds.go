package deploy

import (
	"net/http"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
)

// endpointKind is how a kind of endpoint is served.
type endpointKind struct {
	// serve makes its handler.
	serve func(*serving, fixtures.Endpoint) (http.Handler, error)
	// lead sets what has SDKs find it elsewhere than at its real address
	// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). It is
	// nil for a kind that a variable of the host's own leads to.
	lead func(l *layout, url string, e fixtures.Endpoint)
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

// by leads by one variable.
func by(variable string) func(*layout, string, fixtures.Endpoint) {
	return func(l *layout, url string, _ fixtures.Endpoint) { l.wire(variable, url) }
}

// byFullURI replaces the relative URI: 169.254.170.2 is built into the SDKs for it,
// and it wins over a full one.
func byFullURI(l *layout, url string, e fixtures.Endpoint) {
	l.instead["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = ledger.Variable{
		Name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", Value: url + e.Path, SetBy: ledger.ByWiring}
}

// byGoogleHost leads AWS's SDKs to what they meet at 169.254.169.254, and Google's to
// the same server.
func byGoogleHost(l *layout, url string, _ fixtures.Endpoint) {
	l.wire("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
	l.wire("GCE_METADATA_HOST", strings.TrimPrefix(url, "http://"))
}
