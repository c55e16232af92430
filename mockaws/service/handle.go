package service

import (
	"reflect"

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// Handle makes an operation's handler out of a function of its input and its output,
// for services that speak JSON or CBOR.
//
// In is a struct with a field a member of the operation, named as the member or by
// its json tag. A member that In has no field for is answered 501: to leave it out
// silently would show a caller a behaviour that AWS does not have. A member that AWS
// takes and that changes nothing here has the type Ignored.
//
// Out is what the service's dialect writes: a struct with json or xml tags, or one of
// package protocol's results. Members are written in the order of the fields, which for
// JSON is the alphabetical one. A nil *Out is an empty result.
func Handle[In, Out any](do func(*Call, *In) (*Out, error)) Handler {
	return HandleWith((*Call).Decode, do)
}

// Answer is Handle for an operation whose members stand in the path, in the query string
// or in headers: its function reads them from the Call.
func Answer[Out any](do func(*Call) (*Out, error)) Handler {
	return func(c *Call) (any, error) {
		out, err := do(c)
		if err != nil || out == nil {
			return nil, err
		}
		return out, nil
	}
}

// HandleForm is Handle for services that speak Query, alone or along with JSON and CBOR.
// In a form a member is a text, a list of texts, a bool, or a type that is a
// FormMember; a *string tells an absent member from an empty one. Members are read in
// the order of the fields, so that the error is about the first one that
// is wrong. HandleForm panics for an In that has no form, which is a defect
// of the service and shows as soon as the service is made.
func HandleForm[In, Out any](do func(*Call, *In) (*Out, error)) Handler {
	form := newForm(reflect.TypeFor[In]())
	return HandleWith(func(c *Call, in any) error {
		if c.Service.Dialect.Protocol != protocol.Query {
			return c.Decode(in)
		}
		return form.read(c, in)
	}, do)
}

// HandleWith is Handle with its own input reader, which gets a *In: for a service whose
// errors about its input differ from the framework's.
func HandleWith[In, Out any](
	read func(c *Call, in any) error, do func(*Call, *In) (*Out, error),
) Handler {
	return func(c *Call) (any, error) {
		in := new(In)
		if err := read(c, in); err != nil {
			return nil, err
		}
		out, err := do(c, in)
		if err != nil || out == nil {
			return nil, err // not out: a nil *Out in an any is not nil
		}
		return out, nil
	}
}

// Nothing is the output of an operation that returns none: its handler returns nil.
type Nothing struct{}
