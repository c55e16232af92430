package service

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/fxamacker/cbor/v2"
)

// malformedInput is the answer of AWS's framework to a document that does not
// have the operation's form. The code is AWS's
// (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), the text ours.
func malformedInput(err error) *Error {
	return &Error{
		Code: "SerializationException", Message: "the input does not have the operation's form: " +
			whatIsMalformed(err),
		Framework: true, Cause: err,
	}
}

// whatIsMalformed is what a decoder says, without the names of Go's types.
func whatIsMalformed(err error) string {
	var inJSON *json.UnmarshalTypeError
	var inCBOR *cbor.UnmarshalTypeError
	switch {
	case errors.As(err, &inJSON):
		return misplaced(inJSON.Field, inJSON.Value)
	case errors.As(err, &inCBOR):
		return misplaced(inCBOR.StructFieldName[strings.LastIndexByte(inCBOR.StructFieldName, '.')+1:], inCBOR.CBORType)
	default:
		return err.Error()
	}
}

func misplaced(member, value string) string {
	if member == "" {
		member = "the document"
	}
	return member + " cannot be " + article(value) + value
}

func article(noun string) string {
	if strings.ContainsAny(noun[:min(1, len(noun))], "aeiou") {
		return "an "
	}
	return "a "
}
