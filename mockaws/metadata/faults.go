package metadata

import (
	"net/http"

	"github.com/hostproof/hostproof/mockaws/fault"
)

// faultKey is where a request's context has its *fault.Fault.
type faultKey struct{}

// struck is the fault that strikes a request to the endpoint, nil for none.
func (e *endpoint) struck(r *http.Request) *fault.Fault {
	return e.Faults.Take(func(f *fault.Fault) bool { return f.StrikesRequest(r.Method, r.URL.Path) })
}
