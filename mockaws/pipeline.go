package mockaws

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/catalog"
	"github.com/hostproof/hostproof/mockaws/service/connect"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// flight is one request on its way through the pipeline.
type flight struct {
	server *Server
	http   *http.Request
	start  time.Time // real time
	now    time.Time // on the mock's clock

	request *sigv4.Request
	login   *catalog.Target // of a token that somebody logs in with; nil for a call
	// password is what somebody logs in with instead of a token; nil for all else.
	password *connect.Password
	target   *catalog.Target
	rules    sigv4.Rules
	auth     *sigv4.Authorization
	caller   *iam.Credential // nil for an anonymous call
	claimed  *iam.Credential // of the key id under a wrong signature
	call     *service.Call
	result   any

	live      bool  // the body is a stream of events, read while it is answered
	streamed  int64 // bytes of it so far
	sent      int64 // bytes of the stream that answered it
	cancelled *verdict.Refusal

	reserved int64 // bytes of memory that the body may take
	refusal  *verdict.Refusal
	fault    *fault.Fault
	context  protocol.Context
	response *protocol.Response
	out      http.ResponseWriter
	exchange *Exchange
}

// step is a part of a request's life. One that judges is left out after a refusal; one
// that keeps the record, or answers, is not.
type step struct {
	name  verdict.Stage
	judge func(*flight) *verdict.Refusal
	do    func(*flight)
}

// life is what happens to a request, in order, from the first byte to the answer. Each step
// is entered once. The exchange is in the journal before the answer goes out: who has seen
// the answer finds it there. A conversation is answered while it goes on.
var life = []step{
	{name: "receive", do: (*flight).describeRequest},
	{name: verdict.StageIdentify, judge: (*flight).identify},
	{name: "describe-call", do: (*flight).describeCall},
	{name: verdict.StageFault, judge: (*flight).injectFault},
	{name: verdict.StageAuthenticate, judge: (*flight).authenticate},
	{name: "describe-credentials", do: (*flight).describeAuthorization},
	{name: verdict.StageAuthorize, judge: (*flight).authorize},
	{name: verdict.StageHandle, judge: (*flight).handle},
	{name: "encode", do: (*flight).encode},
	{name: "stream", do: (*flight).stream},
	{name: "describe-outcome", do: (*flight).describeOutcome},
	{name: "trail", do: (*flight).recordTrail},
	{name: "record", do: (*flight).record},
	{name: "send", do: (*flight).send},
}

func (f *flight) run() {
	f.start, f.now = time.Now(), f.server.clock.Now()
	defer f.free()
	for i := range life {
		switch s := &life[i]; {
		case s.do != nil:
			s.do(f)
		case f.refusal == nil:
			f.refusal = f.guard(s.name, s.judge)
		}
	}
}

// record puts the exchange into the journal. An answer to a call that its file does not
// have says so instead.
func (f *flight) record() {
	if err := f.server.journal.add(f.exchange); err != nil {
		f.fault, f.response = nil, unrecorded(err, f.http)
	}
}

// guard turns a panic in a stage into a refusal: a bug of ours must not lose
// the exchange, nor pass for an answer of AWS.
func (f *flight) guard(name verdict.Stage, run func(*flight) *verdict.Refusal) (refusal *verdict.Refusal) {
	defer func() {
		if p := recover(); p != nil {
			refusal = verdict.Because(name, verdict.Gap{}, fmt.Sprintf("a defect of the mock: panic: %v", p))
		}
	}()
	return run(f)
}

// identify reads the body and finds out which operation is meant.
func (f *flight) identify() *verdict.Refusal {
	f.target, f.live = &catalog.Target{}, isLive(f.http)
	if refusal := f.takeBody(); refusal != nil {
		return refusal
	}
	if f.login != nil {
		f.target = f.login
		return nil
	}
	body := f.request.Body
	var refusal *verdict.Refusal
	f.target, refusal = f.identifyAs(body)
	refusal = f.adopt(refusal)
	if f.live && (refusal != nil || !f.target.Operation.Duplex) {
		f.live = false
		return cmp.Or(f.takeBody(), refusal)
	}
	return refusal
}

func (f *flight) identifyAs(body []byte) (*catalog.Target, *verdict.Refusal) {
	return f.server.catalog.Identify(&catalog.Request{
		Method: f.request.Method, Host: f.request.Host, Path: f.request.Path, RawQuery: f.request.RawQuery,
		Header: f.request.Header, Body: body, ScopeService: scopeService(f.request),
	})
}

// takeBody reads the body, unless it is a stream of events that goes on while
// it is answered.
func (f *flight) takeBody() *verdict.Refusal {
	if f.live {
		f.request = sigv4.FromHTTP(f.http, nil)
		return nil
	}
	body, err := f.readBody()
	f.request = sigv4.FromHTTP(f.http, body)
	if err != nil {
		return f.unreadable(err)
	}
	return nil
}

// readBody reads at most what the server allows. The buffer ends up as long as
// the body: an object of S3 keeps it. A length that is announced is believed so
// far only, and then as far as bytes have come.
func (f *flight) readBody() ([]byte, error) {
	const believed = 1<<20 + 1<<16 // of the usual sizes, a mebibyte, with the lines of its chunks
	limited := http.MaxBytesReader(nil, f.http.Body, f.server.maxBody)
	n := f.http.ContentLength
	if n <= 0 || n > f.server.maxBody {
		return f.readUnannounced(limited)
	}
	if err := f.reserve(f.http.Context(), n); err != nil {
		return nil, err
	}
	body, read := make([]byte, min(n, believed)), 0
	for {
		more, err := io.ReadFull(limited, body[read:])
		read += more
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil || int64(read) == n {
			return body[:read], err
		}
		longer := make([]byte, min(n, 4*int64(len(body))))
		copy(longer, body)
		body = longer
	}
}

// unreadable is the refusal of a body that is too large or broken off. S3 has an
// answer of its own to the former.
func (f *flight) unreadable(err error) *verdict.Refusal {
	problem := "the request body could not be read: " + err.Error()
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		problem = fmt.Sprintf("the request body is larger than %d bytes", tooLarge.Limit)
		if target, _ := f.identifyAs(nil); target.Service != nil && target.Service.Dialect.Protocol == protocol.S3 {
			f.target = target
			return s3.EntityTooLarge(f.http.ContentLength, tooLarge.Limit).Refusal()
		}
	}
	return verdict.Because(verdict.StageIdentify, verdict.BadRequest{Problem: problem}, problem)
}

// handle lets the operation do its work.
func (f *flight) handle() *verdict.Refusal {
	if u := f.upstreamOf(); u != nil {
		return f.handleUpstream(u)
	}
	op := f.target.Operation
	switch {
	case op.Unlisted:
		return notKnown(f.target)
	case op.Handle == nil && f.server.synthesize.Load():
		f.result = op.Synthesized(&f.target.Service.Dialect)
		return nil
	case op.Handle == nil:
		return unimplemented(f.target)
	case f.live:
		f.call.Events = f.events()
	}
	result, err := f.target.Operation.Handle(f.call)
	if err != nil {
		return refusalOf(err)
	}
	f.result = result
	return nil
}

// refusalOf is what a service's error says, in the words of a verdict.
func refusalOf(err error) *verdict.Refusal {
	var refused *verdict.Refusal
	var failed *service.Error
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &failed):
		return failed.Refusal()
	default:
		return verdict.Because(verdict.StageHandle, verdict.Gap{}, "a defect of the mock: "+err.Error())
	}
}

// unimplemented refuses, after the caller was accepted, what AWS has and this
// mock has not.
func unimplemented(t *catalog.Target) *verdict.Refusal {
	return verdict.Because(verdict.StageHandle,
		verdict.Gap{Service: t.Service.ID, Operation: t.Operation.Name},
		"this mock does not implement "+t.Service.ID+" "+t.Operation.Name+
			"; a mock that synthesizes answers it with an empty result")
}

// encode writes the response in the service's dialect.
func (f *flight) encode() {
	svc := f.target.Service
	f.context = protocol.Context{
		Operation: f.exchange.Operation, Method: f.http.Method,
		ContentType: f.http.Header.Get("Content-Type"), Accept: f.http.Header.Get("Accept"), Header: f.http.Header,
	}
	var dialect *protocol.Dialect
	if svc != nil {
		dialect = &svc.Dialect
	}
	f.context.RequestID = f.exchange.RequestID
	if f.context.RequestID == "" {
		f.context.RequestID = dialect.NewRequestID()
	}
	if dialect == nil {
		f.response = protocol.NotImplemented(f.refusal, &f.context)
		return
	}
	if dialect.Protocol == protocol.S3 {
		f.context.ExtendedID = protocol.NewExtendedID()
		f.context.Refused = f.refusedS3()
		if f.call != nil {
			f.context.BucketRegion = f.call.BucketRegion
		}
	}
	f.response = f.encodeIn(dialect)
}

func (f *flight) encodeIn(dialect *protocol.Dialect) *protocol.Response {
	if forwarded, ok := f.result.(*protocol.Response); ok && f.refusal == nil {
		return forwarded
	}
	if f.refusal == nil {
		r, err := dialect.EncodeResult(f.result, &f.context)
		if err == nil {
			return r
		}
		f.refusal = verdict.Because(verdict.StageHandle, verdict.Gap{},
			"a defect of the mock: the result does not encode: "+err.Error())
	}
	if f.refusal.Reason == verdict.Injected {
		return dialect.EncodeFault(f.fault, &f.context)
	}
	return dialect.EncodeError(f.refusal, &f.context)
}

func (f *flight) refusedS3() *protocol.RefusedS3 {
	if f.auth == nil {
		return nil
	}
	return &protocol.RefusedS3{KeyID: f.auth.KeyID, Token: f.auth.Token, Signature: f.auth.Signature}
}
