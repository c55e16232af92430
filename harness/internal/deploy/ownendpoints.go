package deploy

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// endpointVariable is the variable that sends SDKs to another endpoint than AWS's, alone for
// all services, and with "_" and a service's name for one
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
const endpointVariable = "AWS_ENDPOINT_URL"

// leadOwnEndpoints has the mock answer under the names that the project sends SDKs to, such as
// a gateway of its own: a request for one is judged like any other. A name has ports 80 and 443
// here; an address, the loopback and a service that is passed through are left as they are.
func (l *layout) leadOwnEndpoints(environ []string, aws http.Handler, passed func(name string) bool) {
	for _, v := range environ {
		variable, value, _ := strings.Cut(v, "=")
		if variable != endpointVariable && !strings.HasPrefix(variable, endpointVariable+"_") {
			continue
		}
		name := nameOfEndpoint(value)
		if _, taken := l.hosts[name]; name != "" && !taken && !passed(name) {
			l.hosts[name] = aws
		}
	}
}

var ownName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// nameOfEndpoint is the hostname in an endpoint's URL, in lower case; "" where it has none that
// could be led elsewhere.
func nameOfEndpoint(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	port := u.Port()
	if !ownName.MatchString(name) || net.ParseIP(name) != nil ||
		name == "localhost" || strings.HasSuffix(name, ".localhost") ||
		port != "" && port != "80" && port != "443" {
		return ""
	}
	return name
}
