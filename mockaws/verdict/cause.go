package verdict

import (
	"encoding/json"
	"reflect"
	"time"
)

// Cause is what a refusal says beyond its Reason: each Reason has one small struct of its
// own, listed in causes. A dialect translates it into status, code, message and body.
//
// A field with the tag json:"-" goes on the wire alone: it can hold a token, or a secret
// that somebody pasted into a header, and no record shows it.
type Cause interface {
	// Reason is the reason that the cause belongs to.
	Reason() Reason
}

// Variant tells cases of one Reason apart that a service answers in different ways.
type Variant struct {
	// Problem names the case, such as ProblemSigV2; "" is the usual one.
	Problem string `json:"problem,omitempty"`
	// Mechanism is where the signature stands: "header", "query" or "form".
	Mechanism string `json:"mechanism,omitempty"`
}

// Case is the variant itself, for causes that embed it.
func (v Variant) Case() Variant { return v }

// Case tells a wrong region, the first part of a scope, from another part.
func (c ForeignScope) Case() Variant {
	if c.Problem == "" && c.Region == nil && (c.Service != nil || c.Terminator != nil) {
		return Variant{Problem: ProblemOther, Mechanism: c.Mechanism}
	}
	return c.Variant
}

// Case says whether a length is wrong, and how.
func (c BadChunk) Case() Variant { return Variant{Problem: c.Length} }

// Case tells a path that leaves its root from a request that cannot be read.
func (c BadRequest) Case() Variant {
	if c.Climbs {
		return Variant{Problem: ProblemClimbs}
	}
	return Variant{}
}

// Case says whether the checksum is one at all.
func (c OtherChecksum) Case() Variant {
	if c.Malformed {
		return Variant{Problem: ProblemMalformed}
	}
	return Variant{}
}

// The problems that a Variant can name.
const (
	ProblemSigV2        = "sigv2"         // Signature Version 2
	ProblemForm         = "form"          // the policy of an HTML form
	ProblemNoSpace      = "no-space"      // an Authorization header of one word
	ProblemDateFormat   = "date-format"   // a scope's date that is not a date
	ProblemDateMismatch = "date-mismatch" // a scope's date that is not the request's
	ProblemNoRegion     = "no-region"     // a scope whose region is empty
	ProblemNoKeyID      = "no-key-id"     // a credential whose key id is empty
	ProblemRegionSet    = "region-set"    // a region set of Signature Version 4A that is wrong or missing
	ProblemClimbs       = "climbs"        // a path that leaves its root
	ProblemTooLong      = "too-long"
	ProblemNegative     = "negative"
	ProblemNotANumber   = "not-a-number"
	ProblemMissing      = "missing"   // what must be announced is not
	ProblemOther        = "other"     // what is announced is not what came
	ProblemMalformed    = "malformed" // a value that can be none of its kind
)

// Because makes a refusal of a cause.
func Because(stage Stage, cause Cause, detail string) *Refusal {
	return &Refusal{Stage: stage, Reason: cause.Reason(), Cause: cause, Detail: detail}
}

// Bare is a refusal whose cause says nothing beyond its Reason.
func Bare(stage Stage, reason Reason, detail string) *Refusal {
	cause, _ := ReadCause(reason, func(any) error { return nil })
	return &Refusal{Stage: stage, Reason: reason, Cause: cause, Detail: detail}
}

// CauseOf is what a refusal says beyond its Reason; false where its cause is not a C.
func CauseOf[C Cause](r *Refusal) (C, bool) {
	if r == nil { // every accepted request is asked: this allocates nothing
		var none C
		return none, false
	}
	c, ok := r.Cause.(C)
	return c, ok
}

// ReadCause is the recorded cause of a Reason: decode fills a pointer to the Reason's
// struct. It is nil for a Reason that has none.
func ReadCause(reason Reason, decode func(into any) error) (Cause, error) {
	t, ok := causeTypes[reason]
	if !ok {
		return nil, nil
	}
	v := reflect.New(t)
	if err := decode(v.Interface()); err != nil {
		return nil, err
	}
	return v.Elem().Interface().(Cause), nil
}

// UnmarshalJSON reads a refusal with its cause. A refusal without the member "cause" has
// its Reason's cause with nothing in it.
func (r *Refusal) UnmarshalJSON(text []byte) error {
	var in struct {
		Stage  Stage           `json:"stage"`
		Reason Reason          `json:"reason"`
		Cause  json.RawMessage `json:"cause"`
		Detail string          `json:"detail"`
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	cause, err := ReadCause(in.Reason, func(into any) error {
		if len(in.Cause) == 0 {
			return nil
		}
		return json.Unmarshal(in.Cause, into)
	})
	if err != nil {
		return err
	}
	*r = Refusal{in.Stage, in.Reason, cause, in.Detail}
	return nil
}

// Public is the refusal without what goes on the wire alone, for a record.
func (r *Refusal) Public() *Refusal {
	if r == nil {
		return nil
	}
	out := *r
	out.Cause = changed(r.Cause, hideWireOnly)
	return &out
}

// Rewrite changes each text of the refusal's detail and cause.
func (r *Refusal) Rewrite(change func(string) string) {
	r.Detail = change(r.Detail)
	r.Cause = changed(r.Cause, func(v reflect.Value) { rewrite(v, change) })
}

// changed is a copy of a cause after change.
func changed(c Cause, change func(reflect.Value)) Cause {
	if c == nil {
		return nil
	}
	v := reflect.New(reflect.TypeOf(c)).Elem()
	v.Set(reflect.ValueOf(c))
	change(v)
	return v.Interface().(Cause)
}

// hideWireOnly empties the fields that have the tag json:"-".
func hideWireOnly(v reflect.Value) {
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("json") == "-" {
			v.Field(i).SetZero()
		}
	}
}

var timeType = reflect.TypeFor[time.Time]()

// rewrite changes each text in v, and shares nothing with the value that v was copied from.
func rewrite(v reflect.Value, change func(string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(change(v.String()))
	case reflect.Struct:
		if v.Type() == timeType {
			return
		}
		for i := range v.NumField() {
			rewrite(v.Field(i), change)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			own := reflect.New(v.Type().Elem())
			own.Elem().Set(v.Elem())
			rewrite(own.Elem(), change)
			v.Set(own)
		}
	case reflect.Slice:
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			rewrite(own.Index(i), change)
		}
		v.Set(own)
	case reflect.Map:
		rewriteMap(v, change)
	}
}

// rewriteMap changes the values of a map of texts; the values of other maps are no texts.
func rewriteMap(v reflect.Value, change func(string) string) {
	if v.IsNil() || v.Type().Elem().Kind() != reflect.String {
		return
	}
	own := reflect.MakeMapWithSize(v.Type(), v.Len())
	for key, value := range v.Seq2() {
		own.SetMapIndex(key, reflect.ValueOf(change(value.String())).Convert(v.Type().Elem()))
	}
	v.Set(own)
}
