package mockaws

import (
	"crypto/tls"
	"net/http"

	"github.com/hostproof/hostproof/mockaws/verdict"
	"github.com/hostproof/hostproof/mockaws/wire"
)

// RecordRefused puts a request into the journal that net/http did not pass on, because it
// is not HTTP as it should be.
func (s *Server) RecordRefused(r wire.Refused) {
	e := &Exchange{Time: s.clock.Now(), RemoteAddr: r.RemoteAddr, Proto: r.Proto, TLS: r.TLS, Status: r.Status,
		Call: "unknown", Presented: Presented{Scheme: "none"}}
	e.Verdict.Refusal = verdict.Because(verdict.StageIdentify, verdict.BadRequest{Problem: "not HTTP"},
		"what the client sent is not HTTP; it was answered "+r.Answer)
	_ = s.journal.add(e) // the next call says what is wrong
}

// OverTLS is the server for a listener whose connections come from a proxy of ours that
// ended the TLS of its clients: policies with aws:SecureTransport see what the clients did.
func (s *Server) OverTLS() http.Handler { return overTLS{s} }

type overTLS struct{ *Server }

// ServeHTTP handles a request that came over TLS.
func (o overTLS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent := *r
	if sent.TLS == nil {
		sent.TLS = &tls.ConnectionState{}
	}
	o.Server.ServeHTTP(w, &sent)
}

// RecordRefused records a request of a client that spoke TLS.
func (o overTLS) RecordRefused(r wire.Refused) {
	r.TLS = true
	o.Server.RecordRefused(r)
}
