package facts

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
)

// brokenWay says how the way to STS ended, where the program tried it and STS never
// got a request, and what to change. Both are empty otherwise.
func (d *Facts) brokenWay() (what, change string) {
	for _, c := range d.Calls {
		if strings.HasPrefix(c.Call, "sts:") {
			return "", ""
		}
	}
	for _, f := range d.Result.TLSFailures {
		if isSTS(f.Name) {
			return fmt.Sprintf(
					"The program did connect to %s to exchange it, and the TLS handshake failed (%s): it does "+
						"not trust the certificate, because it reads another list of CAs than the system's.", f.Name,
					f.Problem),
				"Give the program the CAs of the system it runs on: a version that looks where this system " +
					"has them, or " +
					"SSL_CERT_FILE, AWS_CA_BUNDLE or a link at the path that it was built with; then the exchange " +
					"at STS works"
		}
	}
	for _, a := range d.Result.Refused {
		if isSTS(a.Name) {
			return fmt.Sprintf("The program tried to reach %s to exchange it, and did not get there.", a),
				"Open the way from this host to STS (DNS, proxy, port 443), or correct the endpoint that the " +
					"program uses"
		}
	}
	return "", ""
}

func isSTS(name string) bool {
	return strings.HasPrefix(name, "sts.") || strings.HasPrefix(name, "sts-")
}

// Use says what to change so that a program uses an unused place: first what broke
// on its way there.
func (d *Facts) Use(row *ledger.Row) string {
	if _, change := d.brokenWay(); change != "" && row.Offer.Kind == fixtures.OfferWebIdentity {
		return change
	}
	return UseOffer(row)
}
