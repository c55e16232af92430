package metadata

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/fault"
)

// Settings are what all endpoints have in common.
type Settings struct {
	// Name stands in Lookups; the default is the kind: imds, ecs,
	// eks-pod-identity, snapstart, sso-portal, sso-oidc, signin, oidc,
	// gce-metadata, azure-metadata or amplify-listener.
	Name string
	// Now is the time the endpoint lives in; the default is time.Now.
	Now func() time.Time
	// Observe is called with each request once the answer is known, before it is
	// sent. It may be called from several goroutines at once.
	Observe func(Lookup)
	// Faults plans misbehaviour of this endpoint; nil plans none.
	Faults *fault.Plan
}

// Lookup is one request to an endpoint and what became of it. It never holds a
// secret: of credentials, it names the key id.
type Lookup struct {
	Time     time.Time `json:"time"`
	Endpoint string    `json:"endpoint"` // Settings.Name
	Method   string    `json:"method"`
	Host     string    `json:"host"`
	Path     string    `json:"path"` // without the query
	// Version is the protocol version that the request speaks, where the kind of
	// endpoint has several: "1" or "2" for instance metadata.
	Version string `json:"version,omitempty"`
	Status  int    `json:"status"` // 0: no answer at all
	// Behaviour names the row of Behaviours that decided; empty for a fault that
	// came before.
	Behaviour  string     `json:"behaviour,omitempty"`
	Confidence Confidence `json:"confidence,omitempty"`
	// Note explains the answer to the person who debugs it.
	Note string `json:"note,omitempty"`
	// KeyID is the access key id of the credentials returned.
	KeyID string `json:"keyId,omitempty"`
	// Fault struck the answer, on purpose.
	Fault fault.Kind `json:"fault,omitempty"`
}

// String is one line for a person.
func (l Lookup) String() string {
	status := "no answer"
	if l.Status != 0 {
		status = fmt.Sprint(l.Status)
	}
	line := fmt.Sprintf("%s: %s %s: %s", l.Endpoint, l.Method, l.Path, status)
	for _, s := range []string{string(l.Fault), l.KeyID, l.Note} {
		if s != "" && (s == l.Note || !strings.Contains(l.Note, s)) {
			line += " (" + s + ")"
		}
	}
	return line
}

// Confidence says how well a behaviour is known.
type Confidence string

// The degrees of confidence.
const (
	Verified   Confidence = "V" // read in the source, or recorded on the real host
	Likely     Confidence = "L" // documented without the bytes, or told by third parties
	Unverified Confidence = "U" // inferred
)

// Behaviour is a way in which an endpoint answers.
type Behaviour struct {
	Name       string // kind/what
	Status     int    // 0: no answer
	Confidence Confidence
	Source     string // URL, repository#issue or repository: file
}

// Behaviours lists how the endpoints answer, and where that is known from.
func Behaviours() []Behaviour {
	return slices.Concat(imdsBehaviours[:], ecsBehaviours[:], podBehaviours[:], snapBehaviours[:],
		ssoBehaviours[:], signInBehaviours[:], idTokenBehaviours[:], gceBehaviours[:], azureBehaviours[:],
		amplifyBehaviours[:])
}

// reply is an answer that has been decided upon.
type reply struct {
	Behaviour
	header []string // pairs of name and value
	body   []byte
	note   string
	keyID  string
}

// with adds headers, pairs of name and value.
func (r reply) with(pairs ...string) reply {
	r.header = append(slices.Clip(r.header), pairs...)
	return r
}

// because explains the answer.
func (r reply) because(format string, args ...any) reply {
	r.note = fmt.Sprintf(format, args...)
	return r
}

// handing notes whose credentials the answer has.
func (r reply) handing(c Credentials) reply {
	r.keyID = c.AccessKeyID
	return r.because("credentials %s", c)
}

// jsonReply is an answer in JSON.
func jsonReply(b Behaviour, value any) reply {
	body, err := json.Marshal(value)
	if err != nil { // of values of our own: cannot be
		b.Status, body = http.StatusInternalServerError, nil
	}
	return reply{Behaviour: b, header: []string{"Content-Type", "application/json"}, body: body}
}

// textReply is an answer in plain text, as net/http.Error gives it.
func textReply(b Behaviour, text string) reply {
	return reply{Behaviour: b, header: []string{"Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options",
		"nosniff"}, body: []byte(text)}
}

// versions tell which version of the protocol a request speaks, by the kind of
// endpoint, where there are several.
var versions = map[string]func(*http.Request) string{"imds": imdsVersion}

// kind is what a kind of endpoint does the same way whatever is asked.
type kind struct {
	name      string
	throttled func() reply           // more requests than it takes
	failed    func(status int) reply // for fault.KindStatus
}

// endpoint is the part of a handler that is the same for all: faults,
// observation and writing.
type endpoint struct {
	Settings
	kind   kind
	answer func(*http.Request) reply
}

// serve makes a handler of a kind of endpoint.
func (s Settings) serve(k kind, answer func(*http.Request) reply) http.Handler {
	if s.Name == "" {
		s.Name = k.name
	}
	return &endpoint{s.defaults(), k, answer}
}

func (s Settings) defaults() Settings {
	if s.Now == nil {
		s.Now = time.Now
	}
	return s
}

// ServeHTTP answers a request, or misbehaves as planned.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l := Lookup{Time: e.Now(), Endpoint: e.Name, Method: r.Method, Host: r.Host, Path: r.URL.Path}
	if version := versions[e.kind.name]; version != nil {
		l.Version = version(r)
	}
	f := e.struck(r)
	a := e.decide(f, r)
	l.Status, l.Behaviour, l.Confidence, l.Note, l.KeyID = a.Status, a.Name, a.Confidence, a.note, a.keyID
	if f != nil {
		l.Fault, l.Note = f.Kind, f.Injected()
		if a.note != "" {
			l.Note += "; " + a.note
		}
	}
	if e.Observe != nil {
		e.Observe(l)
	}
	if a.Status == 0 && !f.NoAnswer() {
		a.write(w, r, nil, 0)
		return
	}
	f.Carry(w, r, a.body, func(body []byte, length int) { a.write(w, r, body, length) })
}

// decide is the answer to a request that a fault strikes, or that none does.
func (e *endpoint) decide(f *fault.Fault, r *http.Request) reply {
	switch {
	case f == nil:
		return e.answer(r)
	case f.NoAnswer():
		return reply{} // the endpoint does not get to see the request
	case f.Kind == fault.KindThrottle:
		return e.kind.throttled()
	case f.Kind == fault.KindStatus:
		return e.kind.failed(f.Status)
	}
	return e.answer(r.WithContext(context.WithValue(r.Context(), faultKey{}, f)))
}

// write puts the answer on the wire. Status 0 is none: the request hangs until
// the client gives up.
func (r reply) write(w http.ResponseWriter, req *http.Request, body []byte, length int) {
	if r.Status == 0 {
		<-req.Context().Done()
		return
	}
	for i := 0; i+1 < len(r.header); i += 2 {
		w.Header().Set(r.header[i], r.header[i+1])
	}
	if length > len(body) {
		w.Header().Set("Content-Length", strconv.Itoa(length))
	}
	w.WriteHeader(r.Status)
	_, _ = w.Write(body) // the client went away
}
