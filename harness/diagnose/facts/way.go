package facts

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation/seen"
	"github.com/hostproof/hostproof/harness/ledger"
)

// brokenWay says how the way to STS ended, where the program tried it and STS never
// got a request, what to change, and how sure that is. All are empty otherwise.
func (d *Facts) brokenWay() (what, change, confidence string) {
	for _, c := range d.Calls {
		if strings.HasPrefix(c.Call, "sts:") {
			return "", "", ""
		}
	}
	for _, n := range d.Result.NameFailures {
		if isSTS(n.Name) {
			return fmt.Sprintf("The program looked up %s to exchange it, and the name did not resolve.", n.Name),
				"Mend how this host resolves names (its resolver, a search list, an egress rule), or correct the " +
					"region whose STS the program asks", ""
		}
	}
	for _, f := range d.Result.TLSFailures {
		if isSTS(f.Name) {
			return brokenTLS(f)
		}
	}
	for _, a := range d.Result.Refused {
		if isSTS(a.Name) {
			return fmt.Sprintf("The program tried to reach %s to exchange it, and did not get there.", a),
				"Open the way from this host to STS (DNS, proxy, port 443), or correct the endpoint that the " +
					"program uses", ""
		}
		if proxy := d.proxyOf(a); proxy != "" {
			return fmt.Sprintf("The program went through the proxy of %s (%s) to exchange it, and did not get there.",
					proxy, a),
				"Correct " + proxy + ", or take STS out of it with NO_PROXY=.amazonaws.com", "L"
		}
	}
	return "", "", ""
}

// brokenTLS: STS was reached, and the program ended the handshake. An alert says
// why; without one the likeliest reason is the same.
func brokenTLS(f seen.TLSFailure) (what, change, confidence string) {
	what = fmt.Sprintf("The program did connect to %s to exchange it, and the TLS handshake failed (%s, %s): it "+
		"reads other CAs than the system's.", f.Name, f.Problem, Times(f.Count))
	change = "Give the program the CAs of this system: SSL_CERT_FILE or AWS_CA_BUNDLE, a link at the path that it " +
		"was built with, or a version of it that looks where this system has them"
	if !strings.Contains(f.Problem, "remote error: tls:") {
		confidence = "L"
	}
	return what, change, confidence
}

func isSTS(name string) bool {
	return strings.HasPrefix(name, "sts.") || strings.HasPrefix(name, "sts-")
}

// proxies are the variables by which programs find a proxy for HTTPS.
var proxies = []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"}

// plainProxies are the variables by which programs find a proxy for requests without
// TLS, which requests to the host's endpoints are.
var plainProxies = []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}

// missedProxied says of an endpoint that was not asked that the program did go to the
// proxy for such requests: what it sent there never reaches the endpoint.
func (d *Facts) missedProxied(row *ledger.Row) (Miss, bool) {
	address := plainAddress(row)
	if address == "" || row.Asked.Count > 0 || !row.Asked.Seen {
		return Miss{}, false
	}
	for _, a := range d.Result.Refused {
		proxy := d.namedIn(plainProxies, a)
		if lack, _ := d.Quoted(Lack); proxy == "" && lack != "" {
			proxy = d.proxyOf(a) // a client that sends every request there, and got no credentials
		}
		if proxy == "" {
			continue
		}
		return Miss{
			Row: row, Confidence: "L", Source: DocProxies,
			Why: fmt.Sprintf("This host has %s. The program went to the proxy of %s (%s) in its place, so that "+
				"nothing reached it: NO_PROXY does not name it.", d.place(row), proxy, a),
			Change: fmt.Sprintf("Take the endpoint out of the proxy: NO_PROXY=%s (and no_proxy, which some "+
				"programs read alone)", address),
		}, true
	}
	return Miss{}, false
}

// plainAddress is where an endpoint answers requests without TLS; empty where it is no
// such endpoint.
func plainAddress(row *ledger.Row) string {
	for _, address := range row.Offer.Addresses {
		if at, err := netip.ParseAddrPort(address); err == nil && at.Port() == 80 && row.Offer.Endpoint != "" {
			return at.Addr().String()
		}
	}
	return ""
}

// DocProxies is what AWS says of proxies and instance metadata.
const DocProxies = "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html"

// BrokenProxy says that calls went to a proxy that did not take them; empty where none
// did.
func (d *Facts) BrokenProxy() (what, change string) {
	for _, a := range d.Result.Refused {
		if proxy := d.proxyOf(a); proxy != "" {
			return fmt.Sprintf("It went through the proxy of %s (%s), and did not get there.", proxy, a),
				"Correct " + proxy + ", or take AWS out of it with NO_PROXY=.amazonaws.com"
		}
	}
	return "", ""
}

// IsNamed reports whether a variable names what an attempt was for: a proxy, or an
// endpoint in AWS's place.
func (d *Facts) IsNamed(a seen.Attempt) bool {
	return d.proxyOf(a) != "" || d.namedIn(plainProxies, a) != "" || d.endpointVariable(a) != nil
}

// ofProxy reports whether programs read a variable as the address of a proxy.
func ofProxy(name string) bool {
	return slices.Contains(proxies, name) || slices.Contains(plainProxies, name)
}

// ReachedOut reports whether the program tried to reach what it needs for a call: a
// proxy or an endpoint that a variable names, or a name of AWS's. It did begin, then.
func (d *Facts) ReachedOut() bool {
	return slices.ContainsFunc(d.Result.Refused, func(a seen.Attempt) bool {
		return d.IsNamed(a) || a.OfAWS()
	})
}

// proxyOf is the variable of the proxy that an attempt was for, if any.
func (d *Facts) proxyOf(a seen.Attempt) string { return d.namedIn(proxies, a) }

// namedIn is the first of the variables that names where an attempt went, if any.
func (d *Facts) namedIn(variables []string, a seen.Attempt) string {
	for _, name := range variables {
		value, _ := d.Env.Lookup(name)
		at := value != "" && (a.Name != "" && strings.Contains(value, a.Name) ||
			a.Addr.IsValid() && strings.Contains(value, a.Addr.String()))
		if at {
			return name
		}
	}
	return ""
}
