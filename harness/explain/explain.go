package explain

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
)

// MaxInput is the largest input that is read, in bytes.
const MaxInput = 64 << 20

// Options are what the input does not have.
type Options struct {
	// Secret is the secret access key behind the request; with it the signature
	// is computed again. It is never printed.
	Secret string
	// Now is the time at which presigned URLs and tokens are good or not, where
	// the input itself has no time; zero: that is not looked at.
	Now time.Time
}

// Report is what an input tells.
type Report struct {
	Format   string    `json:"format"` // "curl", "har", ...
	Requests []Request `json:"requests,omitempty"`
	// Calls are those that error messages name, "bedrock:Converse" or "S3
	// ListBuckets", where the input has no request.
	Calls []string `json:"calls,omitempty"`
	// Findings are about the input's error messages that stand alone.
	Findings []ledger.Finding `json:"findings,omitempty"`
	// Reading is what the text of an error tells besides; nil where the input has
	// requests.
	Reading *Reading `json:"reading,omitempty"`
}

// Request is one request of the input, and what is wrong with it.
type Request struct {
	At           string             `json:"at,omitempty"` // where in the input
	Method       string             `json:"method"`
	Host         string             `json:"host"`
	Path         string             `json:"path"`
	Call         string             `json:"call"` // "bedrock:Converse"; "unknown"
	Service      string             `json:"service,omitempty"`
	Region       string             `json:"region,omitempty"` // of the host
	Library      string             `json:"library,omitempty"`
	Presented    exchange.Presented `json:"presented"`
	KeyKind      string             `json:"keyKind,omitempty"` // "long-term", "temporary"
	Account      string             `json:"account,omitempty"` // from the key id
	TokenKind    string             `json:"tokenKind,omitempty"`
	TokenAccount string             `json:"tokenAccount,omitempty"` // from the token
	Status       int                `json:"status,omitempty"`
	Code         string             `json:"code,omitempty"`
	Message      string             `json:"message,omitempty"`
	// Signature is there when a secret was given: "valid", "wrong".
	Signature   string                `json:"signature,omitempty"`
	Explanation *exchange.Explanation `json:"explanation,omitempty"`
	Findings    []ledger.Finding      `json:"findings,omitempty"`
}

// InputError says that an input cannot be explained.
type InputError struct{ Problem string }

// Error is one line that says what to give instead.
func (e *InputError) Error() string { return e.Problem }

// format is a kind of input.
type format struct {
	name string
	// looks reports whether an input is of this kind.
	looks func(input []byte) bool
	read  func(input []byte) ([]*message, error)
}

// formats, the most particular first; the last takes everything.
var formats = []format{
	{"har", looksLikeHAR, readHAR},
	{"curl", looksLikeCurl, readCurl},
	{"botocore debug log", looksLikeBotocore, readBotocore},
	{"JavaScript request dump", looksLikeInspect, readInspect},
	{"HTTP", looksLikeHTTP, readHTTP},
	{"error message", func([]byte) bool { return true }, func([]byte) ([]*message, error) { return nil, nil }},
}

// Explain reads an input and says what it tells. The error is an *InputError
// when the input cannot be read.
func Explain(input []byte, o Options) (*Report, error) {
	input = bytes.TrimSpace(bytes.TrimPrefix(input, []byte("\ufeff")))
	switch {
	case len(input) == 0:
		return nil, &InputError{"there is nothing to explain: give a curl command, an HTTP request, a HAR file, an " +
			"SDK's debug log or an error message"}
	case len(input) > MaxInput:
		return nil, &InputError{fmt.Sprintf("the input has more than %d MiB: cut out the request in question",
			MaxInput>>20)}
	case !utf8.Valid(input):
		return nil, &InputError{"the input is no UTF-8 text: give the text of a request, a log or an error"}
	}
	input = bytes.ReplaceAll(input, []byte("\r\n"), []byte("\n"))
	for _, f := range formats {
		if f.looks(input) {
			return explain(f, input, o)
		}
	}
	return nil, errors.New("no format took the input") // the last one takes all
}

func explain(f format, input []byte, o Options) (*Report, error) {
	messages, err := f.read(input)
	if err != nil && f.name != "har" && failure.Match(input) {
		messages, err = nil, nil // what is wrong may still stand in it as text
		f.name = "error message"
	}
	if err != nil {
		return nil, &InputError{"this looks like " + f.name + ", but " + oneLine(err.Error())}
	}
	r := &Report{Format: f.name}
	for _, m := range messages {
		if req := judge(m, o); req != nil {
			r.Requests = append(r.Requests, *req)
		}
	}
	r.Findings = meanings(string(input), &r.Requests)
	if len(r.Requests) == 0 && f.name != "har" && (len(r.Findings) > 0 || failure.Match(input)) {
		messages = nil // none of them to AWS: the text around them is what there is
	}
	if len(messages) == 0 {
		r.readText(string(input))
	}
	hideAll(r.Findings)
	if len(r.Requests) == 0 && len(r.Findings) == 0 {
		return nil, &InputError{nothingFound(f, len(messages))}
	}
	return r, nil
}

// readText fills what the text of an error tells.
func (r *Report) readText(text string) {
	plain := searched(text)
	chain := chainOf(plain)
	switch {
	case len(r.Findings) > 0:
	case failure.MatchString(plain), answersOfAWS(plain):
		r.Findings = []ledger.Finding{decidedFor(plain, notKnown(plain, chain))}
		inBrief(&r.Findings[0])
	default:
		r.Findings = []ledger.Finding{decidedFor(plain, nothingFailed(plain))}
		inBrief(&r.Findings[0])
	}
	r.Calls = named(plain)
	for i, call := range r.Calls {
		r.Calls[i] = hideSecrets(call)
	}
	r.Reading = read(plain, chain, r.Findings)
}

// nothingFound says of an input that looks like requests that none is to AWS.
func nothingFound(f format, n int) string {
	return fmt.Sprintf("this looks like %s with %d requests, none of them to AWS: nothing carries an AWS "+
		"signature, a key or a known error", f.name, n)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
