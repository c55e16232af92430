package protocol

import (
	"bytes"
	"encoding/json"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// restJSONError writes the error of a REST-JSON service: the code stands in a
// header, the body is the message alone (aws-beam/aws-erlang#161,
// karthink/gptel#1397).
func restJSONError(d *Dialect, e errorText, c *Context) *Response {
	r := &Response{Status: e.Status}
	r.Set("Content-Type", "application/json")
	r.Set("x-amzn-RequestId", c.RequestID)
	if e.Refusal.Reason == verdict.UnknownOperation {
		r.Body = []byte(`{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}`)
		return r
	}
	suffix := d.ErrorTypeSuffix
	if e.Service {
		// What a service models itself comes under its own package
		// (com.amazon.bedrock in a dump of the AWS SDK for Swift).
		suffix = strings.Replace(suffix, "com.amazon.coral.service", "com.amazon.bedrock", 1)
	}
	r.Set("x-amzn-ErrorType", e.Code+suffix)
	r.Body = withMembers(jsonObject(e.Key, e.Message), e.Members)
	return r
}

// withMembers adds members to a JSON object.
func withMembers(object []byte, members map[string]any) []byte {
	if len(members) == 0 {
		return object
	}
	return append(append(object[:len(object)-1], ','), jsonText(members)[1:]...)
}

// jsonError writes the error of a JSON-RPC service: the code stands in __type.
func jsonError(d *Dialect, e errorText, c *Context) *Response {
	r := &Response{Status: e.Status}
	r.Set("x-amzn-RequestId", c.RequestID)
	r.Set("Content-Type", jsonType(d, c))
	if e.QueryError != "" {
		r.Set("x-amzn-query-error", e.QueryError)
	}
	if d.ErrorHeaders && e.Service {
		r.Set("x-amzn-ErrorType", e.Code+":")
		r.Set("x-amzn-ErrorMessage", e.Message)
	}
	code := d.errorNamespace(e) + e.Code
	if e.Message == "" {
		r.Body = jsonObject("__type", code)
	} else {
		r.Body = jsonObject("__type", code, e.Key, e.Message)
	}
	r.Body = withMembers(r.Body, e.Members)
	return finishJSON(d, r)
}

// errorNamespace is what stands before the code in __type. DynamoDB's own
// errors come from two packages (architect/dynalite).
func (d *Dialect) errorNamespace(e errorText) string {
	switch {
	case !e.Service:
		return d.Namespace
	case d.DynamoDB && e.Code == "ValidationException":
		return "com.amazon.coral.validate#"
	default:
		return d.ModelNamespace
	}
}

func jsonType(d *Dialect, c *Context) string {
	if d.Protocol == JSON10 {
		if d.DynamoDB && strings.HasPrefix(c.ContentType, "application/json") {
			return "application/json" // it answers in the media type it was asked in (architect/dynalite)
		}
		return "application/x-amz-json-1.0"
	}
	return "application/x-amz-json-1.1"
}

func finishJSON(d *Dialect, r *Response) *Response {
	if d.DynamoDB {
		r.Set("Server", "Server")
		r.Set("x-amz-crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(r.Body)), 10))
	}
	return r
}

// jsonObject writes an object of strings in the order given; AWS escapes
// neither <, > nor &.
func jsonObject(pairs ...string) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(jsonText(pairs[i]))
		b.WriteByte(':')
		b.Write(jsonText(pairs[i+1]))
	}
	b.WriteByte('}')
	return b.Bytes()
}

func jsonText(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
