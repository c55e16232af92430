package verdict

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// Cause is what a refusal says beyond its Reason: one small struct a Reason. Because
// puts it into a Refusal, CauseOf takes it out again; in between it is the Refusal's Args,
// which can be printed, recorded and sent.
//
// A field is a string, an int or a bool with the tag arg:"name". It is left out where it
// is zero, unless the tag is arg:"name,always". A map[string]string with the tag
// arg:",rest" holds the arguments that no other field has.
type Cause interface {
	// Reason is the reason that the cause is of.
	Reason() Reason
}

// Failure is the cause of OperationFailed: an operation's own error, on its way to the
// wire.
type Failure struct {
	// Code and Message are AWS's.
	Code    string `arg:"code,always"`
	Message string `arg:"message,always"`
	// Status is that of HTTP.
	Status int `arg:"status"`
	// Row names a row of the dialect's failures.
	Row string `arg:"failure"`
	// Framework says that AWS's framework answers so, before the service sees the call.
	Framework bool `arg:"framework"`
	// MessageKey is the member of a JSON document that holds the message, "message" by
	// default.
	MessageKey string `arg:"messageKey"`
	// QueryError is the value of x-amzn-query-error, "Code;Sender".
	QueryError string `arg:"queryError"`
	// Members is a JSON object of further members of a JSON document.
	Members string `arg:"members"`
	// Problem is what is wrong with an identity token.
	Problem string `arg:"problem"`
	// Confidence and Source say how sure the wording is, where no row says it.
	Confidence string `arg:"confidence"`
	Source     string `arg:"source"`
	// Elements are further elements of S3's document, such as BucketName.
	Elements map[string]string `arg:",rest"`
}

// Reason is OperationFailed.
func (Failure) Reason() Reason { return OperationFailed }

// Denial is the cause of Denied.
type Denial struct {
	// Principal is the ARN of who was denied, or "anonymous".
	Principal string `arg:"principal,always"`
	// Action is what was denied, "s3:GetObject".
	Action string `arg:"action,always"`
	// Resource is what the message names as the resource, "" where it names none.
	Resource string `arg:"resource,always"`
	// Because is the tail of the message.
	Because string `arg:"because,always"`
	// CrossAccount says that the resource is another account's.
	CrossAccount bool `arg:"crossAccount"`
}

// Reason is Denied.
func (Denial) Reason() Reason { return Denied }

// Gap is the cause of UnsupportedOperation: what AWS may have and this mock has not.
type Gap struct {
	Service   string `arg:"service,always"`
	Operation string `arg:"operation,always"`
	// Member is what is not implemented of an operation that is.
	Member string `arg:"member"`
}

// Reason is UnsupportedOperation.
func (Gap) Reason() Reason { return UnsupportedOperation }

// Because makes a refusal of a cause.
func Because(stage Stage, cause Cause, detail string) *Refusal {
	r := &Refusal{Stage: stage, Reason: cause.Reason(), Detail: detail}
	r.SetCause(cause)
	return r
}

// SetCause replaces what the refusal says beyond its Reason, which must be the cause's.
func (r *Refusal) SetCause(cause Cause) {
	r.Args = map[string]string{}
	v := reflect.ValueOf(cause)
	for _, f := range argsOf(v.Type()) {
		f.write(v.Field(f.index), r.Args)
	}
}

// CauseOf is what a refusal says beyond its Reason; false where the Reason is not C's.
func CauseOf[C Cause](r *Refusal) (C, bool) {
	var none C
	if r == nil || r.Reason != none.Reason() {
		return none, false // every accepted request is asked: this allocates nothing
	}
	return readCause[C](r.Args), true
}

func readCause[C Cause](args map[string]string) (cause C) {
	v := reflect.ValueOf(&cause).Elem()
	fields := argsOf(v.Type())
	for _, f := range fields {
		if f.rest {
			v.Field(f.index).Set(reflect.ValueOf(othersThan(fields, args)))
			continue
		}
		f.read(v.Field(f.index), args[f.name])
	}
	return cause
}

// arg is a field of a cause.
type arg struct {
	index        int
	name         string
	always, rest bool
}

var argCache sync.Map // reflect.Type -> []arg

func argsOf(t reflect.Type) []arg {
	if list, ok := argCache.Load(t); ok {
		return list.([]arg)
	}
	var list []arg
	for i := range t.NumField() {
		name, option, _ := strings.Cut(t.Field(i).Tag.Get("arg"), ",")
		list = append(list, arg{i, name, option == "always", option == "rest"})
	}
	argCache.Store(t, list)
	return list
}

func (f *arg) write(v reflect.Value, args map[string]string) {
	switch {
	case f.rest:
		for _, name := range v.MapKeys() {
			args[name.String()] = v.MapIndex(name).String()
		}
	case v.IsZero() && !f.always:
	case v.Kind() == reflect.Int:
		args[f.name] = strconv.FormatInt(v.Int(), 10)
	case v.Kind() == reflect.Bool:
		args[f.name] = strconv.FormatBool(v.Bool())
	default:
		args[f.name] = v.String()
	}
}

func (f *arg) read(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Int:
		n, _ := strconv.Atoi(text) // written by write; anything else is 0
		v.SetInt(int64(n))
	case reflect.Bool:
		v.SetBool(text == "true")
	default:
		v.SetString(text)
	}
}

// othersThan are the arguments that no field has; nil where there are none.
func othersThan(fields []arg, args map[string]string) map[string]string {
	known := map[string]bool{}
	for _, f := range fields {
		known[f.name] = true
	}
	var rest map[string]string
	for name, value := range args {
		if known[name] {
			continue
		}
		if rest == nil {
			rest = map[string]string{}
		}
		rest[name] = value
	}
	return rest
}
