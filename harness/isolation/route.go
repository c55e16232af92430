package isolation

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/miekg/dns"

	"github.com/hostproof/hostproof/harness/isolation/seen"
)

// handlerFor finds who answers for a name: the exact entry of hosts, else the
// longest "*." entry above it, else AWS; nil for nobody.
func handlerFor(name string, hosts map[string]http.Handler, aws http.Handler) http.Handler {
	if h, ok := hosts[name]; ok {
		return h
	}
	for rest := name; ; {
		_, parent, ok := strings.Cut(rest, ".")
		if !ok {
			break
		}
		if h, ok := hosts["*."+parent]; ok {
			return h
		}
		rest = parent
	}
	if aws != nil && seen.IsAWS(name) {
		return aws
	}
	return nil
}

// checkPattern refuses a name of Config.Hosts that can never be looked up.
func checkPattern(pattern string) error {
	name := strings.TrimPrefix(pattern, "*.")
	if _, ok := dns.IsDomainName(name); !ok || name == "" || name != canonical(name) || strings.ContainsAny(name,
		"*:/ ") {
		return fmt.Errorf("isolation: Config.Hosts has %q: give a host name in lower case without port or final dot, "+
			"or *. and such a name", pattern)
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return fmt.Errorf("isolation: Config.Hosts has %q: an address belongs in Config.Addresses", pattern)
	}
	if isLocalhost(name) {
		return fmt.Errorf("isolation: Config.Hosts has %q: a loopback address belongs in Config.Addresses", pattern)
	}
	return nil
}

// isLocalhost says whether a name is the subject's own loopback (RFC 6761 section 6.3).
func isLocalhost(name string) bool {
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// canonical is a DNS name as this package compares it.
func canonical(name string) string {
	return strings.ToLower(strings.TrimSuffix(name, "."))
}
