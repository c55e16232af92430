package protocol

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Confidence says how sure a row is.
type Confidence string

// The marks of confidence.
const (
	Verified   Confidence = "V" // seen on the wire of AWS, in a recording of it, or in its documentation
	Likely     Confidence = "L" // inferred: the same framework, or several second-hand reports
	Unverified Confidence = "U" // no source is known
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

// TakenOver are rows as another service answers that is not known to answer so: no surer than
// likely, and their sources after a prefix.
func TakenOver(rows []Row, prefix string) []Row {
	out := make([]Row, len(rows))
	for i, row := range rows {
		row.Confidence, row.Source = atMost(row.Confidence, Likely), prefix+row.Source
		if row.When != nil {
			row.When = FailuresTakenOver(row.When, prefix)
		}
		out[i] = row
	}
	return out
}

// FailuresTakenOver is TakenOver for rows by a name.
func FailuresTakenOver[K comparable](rows map[K]Row, prefix string) map[K]Row {
	out := make(map[K]Row, len(rows))
	for name, row := range rows {
		out[name] = TakenOver([]Row{row}, prefix)[0]
	}
	return out
}

// Row translates a Reason into what AWS sends.
type Row struct {
	Reason  verdict.Reason
	Status  int
	Code    string
	Message string // {name} stands for the field Name of the refusal's cause
	// Compose writes the message where it is more than filled placeholders.
	Compose func(verdict.Cause) string `json:"-"`
	// MessageKey is the JSON member that holds the message: "message" for what
	// AWS's framework refuses, "Message" for what its authorizer refuses.
	MessageKey string
	// QueryError is the value of x-amzn-query-error, where the service sends it.
	QueryError string
	// When has rows for variants of the cause: by problem and mechanism, else by the
	// problem alone, else by the mechanism alone.
	When map[verdict.Variant]Row `json:"-"`
	// Bare: the answer has no body.
	Bare       bool
	Confidence Confidence
	Source     string // public: owner/repo#issue, a path in a repository, or a documentation page
}

// special is the row for the refusal's own case.
func (r *Row) special(cause verdict.Cause) *Row {
	c, ok := cause.(interface{ Case() verdict.Variant })
	if !ok {
		return r
	}
	v := c.Case()
	for _, variant := range []verdict.Variant{v, {Problem: v.Problem}, {Mechanism: v.Mechanism}} {
		if row, ok := r.When[variant]; ok {
			return &row
		}
	}
	return r
}

// Text is the message for a refusal's cause. A placeholder that the cause has no field for
// stays as it is.
func (r *Row) Text(cause verdict.Cause) string {
	if r.Compose != nil {
		return r.Compose(cause)
	}
	return fillFrom(r.Message, cause)
}

// Composed makes a row's Compose of a function of one kind of cause. A refusal with
// another cause is worded as one whose cause says nothing.
func Composed[C verdict.Cause](text func(C) string) func(verdict.Cause) string {
	return func(cause verdict.Cause) string {
		c, _ := cause.(C)
		return text(c)
	}
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

// fillFrom puts a cause's fields into a text: {name} stands for the field Name.
func fillFrom(text string, cause verdict.Cause) string {
	if cause == nil || !strings.Contains(text, "{") {
		return text
	}
	v := reflect.ValueOf(cause)
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		field := v.FieldByName(strings.ToUpper(name[1:2]) + name[2:len(name)-1])
		if !field.IsValid() {
			return name
		}
		if at, ok := field.Interface().(time.Time); ok {
			return at.UTC().Format("20060102T150405Z")
		}
		return fmt.Sprint(field.Interface())
	})
}

var placeholder = regexp.MustCompile(`\{[a-zA-Z]+\}`)

// Fill puts values into a text: {name} stands for the value of that name.
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
