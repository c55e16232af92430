package mockaws

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// stream turns a stream into bytes: our streams are short, and the journal wants their
// size. A conversation goes out instead, while it is read.
func (f *flight) stream() {
	f.live = f.live && f.refusal == nil && f.response.Stream != nil
	switch {
	case f.live:
		f.converse(f.out)
		return
	case f.response.Stream == nil:
		return
	}
	var b bytes.Buffer
	b.Write(f.response.Body)
	if err := f.response.Stream(&b); err != nil {
		f.refusal = verdict.Because(verdict.StageHandle, verdict.Gap{},
			"a defect of the mock: the stream does not encode: "+err.Error())
		f.response = protocol.NotImplemented(f.refusal, &f.context)
		return
	}
	f.response.Body = b.Bytes()
}

// send writes the answer, unless a conversation has been it.
func (f *flight) send() {
	if !f.live {
		f.carry(f.out)
	}
}

// writeResponse says that the body has so many bytes.
func (f *flight) writeResponse(w http.ResponseWriter, length int64) {
	h := w.Header()
	values := make([]string, 0, len(f.response.Header)+2)
	set := func(name, value string) { // not Set: AWS's spelling of a name stays
		values = append(values, value)
		h[name] = values[len(values)-1 : len(values) : len(values)]
	}
	for name, value := range f.response.Header {
		set(name, value)
	}
	set("Date", f.now.UTC().Format(http.TimeFormat)) // SDKs compute the clock's offset from it
	if f.http.Method != http.MethodHead && len(h["Transfer-Encoding"]) == 0 {
		set("Content-Length", strconv.FormatInt(length, 10))
	}
	if f.response.Size() == 0 && h["Content-Type"] == nil {
		h["Content-Type"] = nil // or net/http would guess one
	}
	w.WriteHeader(f.response.Status)
	if f.http.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(f.response.Body) // a client that went away is its own affair
	for _, piece := range f.response.Pieces {
		_, _ = w.Write(piece)
	}
}

// recordTrail writes CloudTrail's event of a management operation whose caller
// was identified, allowed or denied.
func (f *flight) recordTrail() {
	op := f.target.Operation
	if f.live || op == nil || op.DataEvent || f.call == nil ||
		f.refusal != nil && f.refusal.Stage == verdict.StageAuthenticate {
		return
	}
	e := service.TrailEvent{
		ID: protocol.NewUUID(), Time: f.now, Name: op.Name, Source: f.target.Service.EventSource, ReadOnly: op.ReadOnly,
		Region: f.call.Region, SourceIP: f.call.SourceIP, UserAgent: f.call.UserAgent, RequestID: f.exchange.RequestID,
	}
	switch w := f.call.WebIdentity; {
	case f.caller != nil:
		p := f.caller.Principal
		e.Account, e.PrincipalARN, e.PrincipalID, e.KeyID, e.Username = p.AccountID, p.ARN, p.UserID, f.caller.KeyID,
			p.UserName
	case w != nil:
		e.Account, e.IdentityProvider, e.Username = w.Account, w.Provider, w.Subject
		e.PrincipalID = w.Provider + ":" + strings.Join(w.Audience, ",") + ":" + w.Subject
	default:
		return
	}
	if f.refusal != nil {
		e.ErrorCode, e.ErrorMessage = f.response.Code, f.response.Message
	}
	f.server.trail.Record(e)
}
