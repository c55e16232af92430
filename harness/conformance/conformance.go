package conformance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Target is the endpoint under test and a credential that it accepts: a
// long-term key that may do everything.
type Target struct {
	Endpoint string // "http://127.0.0.1:4566"
	KeyID    string
	Secret   string
	Region   string       // us-east-1 by default
	Client   *http.Client // one that follows no redirect by default
	// Claims lists the services that the target says it has, "S3"; all others are
	// not offered. Where it is empty, a service that does not answer the right
	// credentials with a result is taken as not offered.
	Claims []string
}

// Services lists what can be asked, by service id.
func Services() []string {
	var out []string
	for _, c := range calls() {
		out = append(out, c.service.ID)
	}
	return out
}

// Outcome is one question and its answer.
type Outcome struct {
	Service string `json:"service"` // "STS"
	Call    string `json:"call"`    // "GetCallerIdentity"
	Case    string `json:"case"`    // "wrong secret"
	// Want and Got are status, code and text; a call that is to be accepted has
	// neither code nor text.
	Want Answer `json:"want"`
	Got  Answer `json:"got"`
	Kind Kind   `json:"kind"`
	// Confidence and Source say how sure it is that AWS answers so.
	Confidence string `json:"confidence,omitempty"`
	Source     string `json:"source,omitempty"`
	Err        string `json:"error,omitempty"` // the endpoint did not answer
}

// Kind is what an answer comes to.
type Kind string

// The kinds of answers, from the best.
const (
	AsAWS     Kind = "as AWS"     // status, code and text; a result for the right credentials
	OtherText Kind = "other text" // refused as AWS does, in other words
	OtherCode Kind = "other code" // refused, with another status or code
	Accepted  Kind = "accepted"   // what AWS refuses
	// Unproven: the right credentials are not answered with a result either, so
	// that a refusal of wrong ones says nothing.
	Unproven   Kind = "unproven"
	NotOffered Kind = "not offered" // the endpoint has no such service
	NoAnswer   Kind = "no answer"
)

// Answer is what an SDK reads out of a response. The text that is wanted may
// have placeholders, {date}.
type Answer struct {
	Status int    `json:"status"`
	Code   string `json:"code,omitempty"`
	Text   string `json:"text,omitempty"`
}

// String is the answer in a few words.
func (a Answer) String() string {
	switch {
	case a.Status == 0:
		return "no answer"
	case a.Code == "" && a.Status < 300:
		return "accepted"
	default:
		return strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, a.Code))
	}
}

// Score counts the outcomes by their kind.
type Score struct {
	Asked      int `json:"asked"`
	OK         int `json:"ok"` // exactly as AWS
	OtherText  int `json:"otherText"`
	OtherCode  int `json:"otherCode"`
	Fooled     int `json:"fooled"` // accepted what AWS refuses
	Unproven   int `json:"unproven"`
	NotOffered int `json:"notOffered"`
	NoAnswer   int `json:"noAnswer"`
}

// Perfect says that all that is offered is answered as AWS does, and that
// something is.
func (s Score) Perfect() bool { return s.OK > 0 && s.OK == s.Asked-s.NotOffered }

// Count makes the score.
func Count(list []Outcome) Score {
	s := Score{Asked: len(list)}
	counters := map[Kind]*int{AsAWS: &s.OK, OtherText: &s.OtherText, OtherCode: &s.OtherCode, Accepted: &s.Fooled,
		Unproven: &s.Unproven, NotOffered: &s.NotOffered, NoAnswer: &s.NoAnswer}
	for _, o := range list {
		*counters[o.Kind]++
	}
	return s
}

// Probe asks every question. The error says why the target cannot be probed.
func Probe(ctx context.Context, t Target) ([]Outcome, error) {
	endpoint, err := url.Parse(t.Endpoint)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
		return nil, fmt.Errorf("the endpoint %q is no URL such as http://127.0.0.1:4566", t.Endpoint)
	}
	if t.KeyID == "" || t.Secret == "" {
		return nil, fmt.Errorf("the endpoint needs a key id and a secret that it accepts")
	}
	if t.Region == "" {
		t.Region = "us-east-1"
	}
	if t.Client == nil {
		if err := answers(ctx, endpoint); err != nil {
			return nil, err
		}
		t.Client = &http.Client{CheckRedirect: func(*http.Request,
			[]*http.Request) error {
			return http.ErrUseLastResponse
		}}
	}
	for _, id := range t.Claims {
		if !slices.Contains(Services(), id) {
			return nil, fmt.Errorf("service %q is not asked; asked are: %s", id, strings.Join(Services(), ", "))
		}
	}
	var out []Outcome
	for _, c := range calls() {
		out = append(out, t.askAll(ctx, endpoint, c)...)
	}
	return out, nil
}

// answers is nil where something listens at an endpoint. Without it each question
// would only find that its service is not offered.
func answers(ctx context.Context, endpoint *url.URL) error {
	port := endpoint.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[endpoint.Scheme]
	}
	dialer := net.Dialer{Timeout: 10 * time.Second}
	c, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(endpoint.Hostname(), port))
	if err != nil {
		return fmt.Errorf("nothing answers at %s (%w): start the endpoint, or correct its address",
			endpoint.Redacted(), err)
	}
	return c.Close()
}

// askAll asks all questions with one call. The first is the control: if valid
// credentials fail too, the endpoint may refuse everything.
func (t *Target) askAll(ctx context.Context, endpoint *url.URL, c call) []Outcome {
	claimed := slices.Contains(t.Claims, c.service.ID)
	if len(t.Claims) > 0 && !claimed {
		return void(c, NotOffered)
	}
	var out []Outcome
	for i, question := range questionsFor(c) {
		o := t.ask(ctx, endpoint, c, question)
		if i == 0 && o.Kind != AsAWS {
			kind := NotOffered
			if claimed {
				kind = Unproven
			}
			out = void(c, kind)
			out[0].Got, out[0].Err = o.Got, o.Err
			return out
		}
		out = append(out, o)
	}
	return out
}

// void are the outcomes of questions that were not asked.
func void(c call, kind Kind) []Outcome {
	var out []Outcome
	for _, q := range questionsFor(c) {
		o := Outcome{Service: c.service.ID, Call: c.operation, Case: q.name, Kind: kind}
		o.want(c, q)
		out = append(out, o)
	}
	return out
}

// timeout bounds one question.
const timeout = 10 * time.Second

func (t *Target) ask(ctx context.Context, endpoint *url.URL, c call, q question) Outcome {
	o := Outcome{Service: c.service.ID, Call: c.operation, Case: q.name, Kind: NoAnswer}
	pattern := o.want(c, q)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := q.request(ctx, c, sender{base: endpoint.Scheme + "://" + endpoint.Host, keyID: t.KeyID,
		secret: t.Secret, region: t.Region})
	if err != nil {
		o.Err = err.Error()
		return o
	}
	resp, err := t.Client.Do(r)
	if err != nil {
		o.Err = err.Error()
		return o
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		o.Err = err.Error()
		return o
	}
	o.Got = Answer{Status: resp.StatusCode}
	if resp.StatusCode >= 300 {
		o.Got.Code, o.Got.Text = errorOf(resp.Header, body)
	}
	o.Kind = o.judge(c, pattern, body)
	return o
}

// judge compares the answer with AWS's.
func (o *Outcome) judge(c call, text *regexp.Regexp, body []byte) Kind {
	switch {
	case text == nil && o.Got.Status == http.StatusOK && bytes.Contains(body, []byte(c.result)):
		return AsAWS
	case text == nil:
		return Unproven
	case o.Got.Status < 300:
		return Accepted
	case o.Got.Status != o.Want.Status || o.Got.Code != o.Want.Code:
		return OtherCode
	case !text.MatchString(o.Got.Text):
		return OtherText
	default:
		return AsAWS
	}
}

// want is AWS's answer, from the table of the service's protocol, and the text
// as a pattern; nil for a call that is to be accepted.
func (o *Outcome) want(c call, q question) *regexp.Regexp {
	if q.reason == "" {
		o.Want = Answer{Status: http.StatusOK}
		return nil
	}
	row := c.service.Dialect.Errors[q.reason]
	o.Want = Answer{Status: row.Status, Code: row.Code, Text: row.Message}
	if row.Compose != nil {
		o.Want.Text = row.Text(causeOf(c, q.reason))
	}
	o.Confidence, o.Source = string(row.Confidence), row.Source
	return pattern(o.Want.Text)
}

// causeOf is what is known beforehand of a refusal's cause.
func causeOf(c call, reason verdict.Reason) verdict.Cause {
	if reason != verdict.WrongScope {
		return nil
	}
	return verdict.ForeignScope{Service: &verdict.Part{Sent: foreignService, Expected: c.service.SigningName}}
}

// placeholder is what the text leaves open, and the URL of AWS itself, in whose
// place an emulator names its own.
var placeholder = regexp.MustCompile(`\\\{[a-zA-Z]+\\\}|https://[a-z0-9-]+\\\.us-east-1\\\.amazonaws\\\.com/`)

// pattern matches a text with its placeholders filled. An appendix may follow,
// as some of AWS's services print the canonical request after a blank line.
func pattern(text string) *regexp.Regexp {
	literal := regexp.QuoteMeta(strings.TrimSpace(text))
	return regexp.MustCompile(`^(?s:` + placeholder.ReplaceAllString(literal, `[^\n]+`) + `\s*(\n\n.*)?)$`)
}

// question is one kind of credentials.
type question struct {
	name   string
	reason verdict.Reason // "" is to be accepted
	except string         // an operation that is not asked so
	before func(*attempt) // the signature is made
	after  func(*attempt)
}

func questionsFor(c call) []question {
	return slices.DeleteFunc(slices.Clone(questions), func(q question) bool { return q.except == c.operation })
}

// foreignService is one that no call is for.
const foreignService = "execute-api"

// The questions that emulators are asked as well as AWS.
var (
	// S3 sends an unsigned ListBuckets to its home page (minio/minio-java#206),
	// which no emulator needs to do.
	noSignature = question{name: "no signature", reason: verdict.MissingAuthentication, except: "ListBuckets",
		before: func(a *attempt) { a.unsigned = true }}
	unknownKey = question{name: "unknown key", reason: verdict.KeyUnknown,
		before: func(a *attempt) { a.keyID = noSuchKey }}
	slowClock = question{name: "clock an hour slow", reason: verdict.SignatureExpired,
		before: func(a *attempt) { a.at = a.at.Add(-time.Hour) }}
	fastClock = question{name: "clock an hour fast", reason: verdict.SignatureNotYetCurrent,
		before: func(a *attempt) { a.at = a.at.Add(time.Hour) }}
	otherService = question{name: "signed for another service", reason: verdict.WrongScope,
		before: func(a *attempt) { a.signingName = foreignService }}
	otherDate = question{name: "date changed after signing", reason: verdict.SignatureMismatch,
		after: func(a *attempt) {
			a.request.Header.Set("X-Amz-Date", nudge(a.request.Header.Get("X-Amz-Date")))
		}}
)

// noSuchKey is a key id of the right form that no account has.
const noSuchKey = "AKIAQQQQQQQQQQQQQQQQ"

// withToken sends a token that has the beginning of AWS's and is none.
func withToken(a *attempt) { a.token = "IQoJb3JpZ2luX2Vj" + strings.Repeat("Q", 200) }

var questions = []question{
	{name: "right credentials"},
	noSignature,
	unknownKey,
	{name: "wrong secret", reason: verdict.SignatureMismatch, before: func(a *attempt) {
		a.secret = strings.Repeat("x",
			40)
	}},
	{name: "foreign token", reason: verdict.TokenForOtherKey, before: withToken},
	slowClock,
	fastClock,
	otherService,
	otherDate,
	{name: "signature cut", reason: verdict.SignatureMismatch, after: func(a *attempt) {
		value := a.request.Header.Get("Authorization")
		a.request.Header.Set("Authorization", value[:len(value)-8]+"00000000")
	}},
}
