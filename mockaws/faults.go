package mockaws

import (
	"fmt"
	"net/http"
	"path"
	"sync"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// injectFault is the stage at which a planned fault strikes: before anything is
// authenticated, as AWS's front ends throttle. A fault of the answer waits for it.
func (f *flight) injectFault() *verdict.Refusal {
	keyID := sync.OnceValue(f.keyID) // reading the signature here is for what revokes alone
	f.fault = f.server.faults.Take(func(ft *fault.Fault) bool {
		revokes := ft.Kind == fault.KindRevoke || ft.Kind == fault.KindRevokeAfter
		return ft.StrikesCall(f.exchange.Call) && (!revokes || keyID() != "")
	})
	if f.fault == nil {
		return nil
	}
	f.exchange.Fault = f.fault
	switch f.fault.Kind {
	case fault.KindRevoke:
		return f.revoke(keyID())
	case fault.KindThrottle, fault.KindStatus, fault.KindHang, fault.KindReset, fault.KindDrop:
		return verdict.Because(verdict.StageFault, verdict.Injection{Fault: string(f.fault.Kind)}, f.fault.Injected())
	}
	return nil
}

// keyID is the id of the key that signed, known to the mock or not.
func (f *flight) keyID() string {
	if f.target.Service == nil {
		return ""
	}
	a, _ := sigv4.Parse(f.request, f.target.Service.Rules(""), f.now) // its defects are reported later
	if a == nil {
		return ""
	}
	return a.KeyID
}

func (f *flight) revoke(keyID string) *verdict.Refusal {
	if err := f.server.iam.Revoke(keyID); err != nil {
		return verdict.Because(verdict.StageFault, verdict.Gap{},
			fmt.Sprintf("the fault %s cannot strike: %v", f.fault.Kind, err))
	}
	return nil
}

// carry puts the answer on the wire, with what the fault does to it.
func (f *flight) carry(w http.ResponseWriter) {
	if f.fault == nil {
		f.writeResponse(w, f.response.Size())
		return
	}
	if f.fault.Kind == fault.KindRevokeAfter {
		_ = f.revoke(f.exchange.Presented.KeyID) // an unknown key was refused
	}
	body := f.response.Body
	for _, piece := range f.response.Pieces {
		body = append(body[:len(body):len(body)], piece...)
	}
	f.fault.Carry(w, f.http, body, func(part []byte, length int) {
		f.response.Body, f.response.Pieces = part, nil
		f.writeResponse(w, int64(length))
	})
}

// describeFault says in the journal what the answer could not.
func (f *flight) describeFault() {
	switch e := f.exchange; {
	case f.fault == nil:
	case f.fault.NoAnswer():
		e.Aborted, e.Status = f.fault.Injected(), 0
		e.Code, e.Message, e.Confidence, e.Source = "", "", "", ""
	case f.fault.Kind == fault.KindTruncate, f.fault.Kind == fault.KindMalformed:
		e.Aborted = f.fault.Injected()
	}
}

// faultyIssuers reaches issuers as STS does, unless a fault strikes that is
// planned for "oidc:jwks" or "oidc:openid-configuration", the last part of the
// address.
type faultyIssuers struct {
	server *Server
	http.RoundTripper
}

// RoundTrip fails as planned.
func (i faultyIssuers) RoundTrip(r *http.Request) (*http.Response, error) {
	f := i.server.faults.Take(func(ft *fault.Fault) bool { return ft.StrikesCall(issuerCall(r)) })
	switch {
	case f == nil:
		return i.RoundTripper.RoundTrip(r)
	case f.Kind == fault.KindSlow:
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
			return i.RoundTripper.RoundTrip(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return nil, &fault.Error{Fault: *f}
}

// issuerCall is how the journal calls a request to an issuer.
func issuerCall(r *http.Request) string { return "oidc:" + path.Base(r.URL.Path) }
