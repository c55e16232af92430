package harness

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
)

// endpointKinds serve the kinds of credential endpoints that hosts offer.
var endpointKinds = map[string]func(*Deployment, fixtures.Endpoint) (http.Handler, error){
	"amplify-listener": amplifyListener,
	"ecs":              ecsCredentials,
	"eks-pod-identity": podIdentity,
	"snapstart":        snapStart,
	"imds":             instanceMetadata,
}

// amplifyListener stands where Amplify's runtime has a listener for credentials.
// What that answers is not public, so this one answers that, and never
// credentials: the variables of the fixture carry those.
func amplifyListener(*Deployment, fixtures.Endpoint) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "what Amplify's credential listener answers is not public; this host does not simulate it", http.StatusNotImplemented)
	}), nil
}

// serve makes the handler of one of the host's endpoints.
func (d *Deployment) serve(e fixtures.Endpoint) (http.Handler, error) {
	make := endpointKinds[e.Kind]
	if make == nil {
		return nil, fmt.Errorf("host %s offers %s (%s), which this harness does not serve; it serves %s",
			d.host.Name, e.Name, e.Kind, strings.Join(slices.Sorted(maps.Keys(endpointKinds)), ", "))
	}
	return make(d, e)
}

// endpointToken is what an endpoint wants as authorization, one and the same
// for the whole deployment.
func (d *Deployment) endpointToken(name string) string {
	if d.endpointTokens == nil {
		d.endpointTokens = map[string]string{}
	}
	if d.endpointTokens[name] == "" {
		d.endpointTokens[name] = rand.Text()
	}
	return d.endpointTokens[name]
}
