package protocol

import (
	"github.com/fxamacker/cbor/v2"
)

// rpc-v2-cbor, https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html.

func cborError(d *Dialect, e errorText, c *Context) *Response {
	r := &Response{Status: e.Status}
	r.Set("Content-Type", "application/cbor")
	r.Set("smithy-protocol", "rpc-v2-cbor")
	r.Set("x-amzn-RequestId", c.RequestID)
	if e.QueryError != "" {
		r.Set("x-amzn-query-error", e.QueryError)
	}
	body, err := cbor.Marshal(map[string]string{"__type": d.Namespace + e.Code, e.Key: e.Message})
	if err == nil {
		r.Body = body
	}
	return r
}

func cborResult(_ *Dialect, result any, c *Context) (*Response, error) {
	if result == nil {
		result = struct{}{}
	}
	body, err := cbor.Marshal(result)
	if err != nil {
		return nil, err
	}
	r := &Response{Status: 200, Body: body}
	r.Set("Content-Type", "application/cbor")
	r.Set("smithy-protocol", "rpc-v2-cbor")
	r.Set("x-amzn-RequestId", c.RequestID)
	return r, nil
}
