package protocol

import (
	"maps"
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Confidence says how sure a row is.
type Confidence string

// The marks of confidence.
const (
	Verified   Confidence = "V" // seen on the wire of AWS, in a recording of it, or in its documentation
	Likely     Confidence = "L" // inferred: the same framework, or several second-hand reports
	Unverified Confidence = "U" // nobody known has shown it
)

// atMost is how sure a row is that was taken over from somewhere else: no surer
// than the limit.
func atMost(c, limit Confidence) Confidence {
	const order = string(Unverified + Likely + Verified)
	if strings.Index(order, string(c)) > strings.Index(order, string(limit)) {
		return limit
	}
	return c
}

// Row translates a Reason into what AWS sends.
type Row struct {
	Reason  verdict.Reason
	Status  int
	Code    string
	Message string // {name} stands for the refusal's argument of that name
	// Compose writes the message where it is more than filled placeholders.
	Compose func(args map[string]string) string `json:"-"`
	// MessageKey is the JSON member that holds the message: "message" for what
	// AWS's framework refuses, "Message" for what its authorizer refuses.
	MessageKey string
	// QueryError is the value of x-amzn-query-error, where the service sends it.
	QueryError string
	// When has rows for what the refusal's arguments "problem" and "mechanism"
	// (header, query) tell apart: by both with a space between, by the first, by
	// the second.
	When map[string]Row `json:",omitempty"`
	// Bare: the answer has no body.
	Bare       bool
	Confidence Confidence
	Source     string // public: owner/repo#issue, a path in a repository, or a documentation page
}

// special is the row for the refusal's own case.
func (r *Row) special(args map[string]string) *Row {
	problem, mechanism := args["problem"], args["mechanism"]
	for _, name := range []string{problem + " " + mechanism, problem, mechanism} {
		if row, ok := r.When[name]; ok {
			return &row
		}
	}
	return r
}

// Text is the message for a refusal's arguments.
func (r *Row) Text(args map[string]string) string {
	if r.Compose != nil {
		return r.Compose(args)
	}
	return Fill(r.Message, args)
}

// Table finds a row by its Reason.
type Table map[verdict.Reason]*Row

// Tabulate makes a table of rows; a later row of the same Reason replaces an
// earlier one.
func Tabulate(rows ...[]Row) Table {
	t := Table{}
	for _, list := range rows {
		for i := range list {
			t[list[i].Reason] = &list[i]
		}
	}
	return t
}

// With is the table with a service's own rows over it.
func (t Table) With(rows ...Row) Table {
	out := maps.Clone(t)
	maps.Copy(out, Tabulate(rows))
	return out
}

// Fill puts a refusal's arguments into a text: {name} stands for the argument of that name.
func Fill(text string, args map[string]string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, 2*len(args))
	for k, v := range args {
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
