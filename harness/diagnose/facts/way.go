package facts

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation/seen"
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

// proxyOf is the variable of the proxy that an attempt was for, if any.
func (d *Facts) proxyOf(a seen.Attempt) string {
	for _, name := range proxies {
		value, _ := d.Env.Lookup(name)
		at := value != "" && (a.Name != "" && strings.Contains(value, a.Name) ||
			a.Addr.IsValid() && strings.Contains(value, a.Addr.String()))
		if at {
			return name
		}
	}
	return ""
}
