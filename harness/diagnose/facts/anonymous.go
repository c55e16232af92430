package facts

import "github.com/hostproof/hostproof/mockaws/exchange"

// Anonymous says of a call without credentials that it shows nothing of those that the
// program may have; empty for any other call.
func Anonymous(e *exchange.Exchange) string {
	if e.Presented.Scheme != "none" {
		return ""
	}
	return "The call carries no credentials, so that it shows nothing of them."
}
