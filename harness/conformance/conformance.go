// Package conformance asks an endpoint the questions that a judge of AWS
// credentials must answer: the same calls with right credentials and with each
// kind of wrong ones, compared with what AWS answers. It scores any emulator;
// the mock of this project among them.
package conformance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Target is the endpoint under test and a credential that it accepts: a
// long-term key that may do everything.
type Target struct {
	Endpoint string // "http://127.0.0.1:4566"
	KeyID    string
	Secret   string
	Region   string       // us-east-1 by default
	Client   *http.Client // http.DefaultClient by default
}

// Outcome is one question and its answer.
type Outcome struct {
	Service string `json:"service"` // "STS"
	Call    string `json:"call"`    // "GetCallerIdentity"
	Case    string `json:"case"`    // "wrong secret"
	// Want and Got are status and code; a call that is to be accepted has no code.
	Want Answer `json:"want"`
	Got  Answer `json:"got"`
	// Refused says whether the endpoint refused; an emulator that refuses with
	// another code is better than one that accepts.
	Refused bool `json:"refused"`
	OK      bool `json:"ok"`
	// Confidence and Source say how sure it is that AWS answers so.
	Confidence string `json:"confidence,omitempty"`
	Source     string `json:"source,omitempty"`
	Err        string `json:"error,omitempty"` // the endpoint did not answer
}

// Answer is what an SDK reads out of a response.
type Answer struct {
	Status int    `json:"status"`
	Code   string `json:"code,omitempty"`
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

// Score counts the outcomes.
type Score struct {
	Asked   int `json:"asked"`
	OK      int `json:"ok"`      // exactly as AWS
	Fooled  int `json:"fooled"`  // accepted what AWS refuses
	Refused int `json:"refused"` // refused, with another status or code than AWS
}

// Count makes the score.
func Count(list []Outcome) Score {
	s := Score{Asked: len(list)}
	for _, o := range list {
		switch {
		case o.OK:
			s.OK++
		case o.Want.Code != "" && !o.Refused && o.Got.Status != 0:
			s.Fooled++
		case o.Want.Code != "":
			s.Refused++
		}
	}
	return s
}

// Probe asks every question. The error says that the target is none.
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
		t.Client = http.DefaultClient
	}
	var out []Outcome
	for _, c := range calls {
		for _, question := range questions {
			out = append(out, t.ask(ctx, endpoint, c, question))
		}
	}
	return out, nil
}

// timeout bounds one question.
const timeout = 10 * time.Second

func (t *Target) ask(ctx context.Context, endpoint *url.URL, c call, q question) Outcome {
	o := Outcome{Service: c.service.ID, Call: c.operation, Case: q.name}
	o.want(c, q)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := t.request(ctx, endpoint, c, q)
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
	o.Got = Answer{Status: resp.StatusCode, Code: codeOf(resp.Header, body)}
	if resp.StatusCode < 300 {
		o.Got.Code = ""
	}
	o.Refused = resp.StatusCode >= 400
	o.OK = o.Got == o.Want
	return o
}

// want is AWS's answer, from the table of the service's protocol.
func (o *Outcome) want(c call, q question) {
	if q.reason == "" {
		o.Want = Answer{Status: http.StatusOK}
		return
	}
	row := c.service.Dialect.Errors[q.reason]
	if row == nil {
		return
	}
	o.Want = Answer{Status: row.Status, Code: row.Code}
	o.Confidence, o.Source = string(row.Confidence), row.Source
	if _, code, ok := strings.Cut(row.QueryError, ";"); ok && code != "" {
		o.Want.Code = row.Code // SDKs may show the other name of it
	}
}

func (t *Target) request(ctx context.Context, endpoint *url.URL, c call, q question) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, c.method, endpoint.Scheme+"://"+endpoint.Host+c.path, bytes.NewReader([]byte(c.body)))
	if err != nil {
		return nil, err
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	a := &attempt{request: r, body: []byte(c.body), keyID: t.KeyID, secret: t.Secret, region: t.Region, signingName: c.service.SigningName,
		at: time.Now(), s3: c.service.Dialect.Protocol == protocol.S3}
	if q.before != nil {
		q.before(a)
	}
	if !a.unsigned {
		if err := a.sign(ctx); err != nil {
			return nil, err
		}
	}
	if q.after != nil {
		q.after(a)
	}
	return r, nil
}

// question is one kind of credentials.
type question struct {
	name   string
	reason verdict.Reason // "" is to be accepted
	before func(*attempt) // the signature is made
	after  func(*attempt)
}

var questions = []question{
	{name: "right credentials"},
	{name: "no signature", reason: verdict.MissingAuthentication, before: func(a *attempt) { a.unsigned = true }},
	{name: "unknown key", reason: verdict.KeyUnknown, before: func(a *attempt) { a.keyID = "AKIAQQQQQQQQQQQQQQQQ" }},
	{name: "wrong secret", reason: verdict.SignatureMismatch, before: func(a *attempt) { a.secret = strings.Repeat("x", 40) }},
	{name: "foreign token", reason: verdict.TokenForOtherKey, before: func(a *attempt) { a.token = "IQoJb3JpZ2luX2Vj" + strings.Repeat("Q", 200) }},
	{name: "clock an hour slow", reason: verdict.SignatureExpired, before: func(a *attempt) { a.at = a.at.Add(-time.Hour) }},
	{name: "clock an hour fast", reason: verdict.SignatureNotYetCurrent, before: func(a *attempt) { a.at = a.at.Add(time.Hour) }},
	{name: "signed for another service", reason: verdict.WrongScope, before: func(a *attempt) { a.signingName = "execute-api" }},
	{name: "date changed after signing", reason: verdict.SignatureMismatch, after: func(a *attempt) { a.request.Header.Set("X-Amz-Date", nudge(a.request.Header.Get("X-Amz-Date"))) }},
	{name: "signature cut", reason: verdict.SignatureMismatch, after: func(a *attempt) {
		value := a.request.Header.Get("Authorization")
		a.request.Header.Set("Authorization", value[:len(value)-8]+"00000000")
	}},
}
