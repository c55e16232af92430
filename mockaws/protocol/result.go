package protocol

import (
	"fmt"
	"net/http"
)

// EncodeResult writes what an operation returned. A *Blob, *Empty or
// *EventStream goes out as it is; anything else becomes the protocol's document.
func (d *Dialect) EncodeResult(result any, c *Context) (*Response, error) {
	switch out := result.(type) {
	case *Blob:
		return blob(d, out, c), nil
	case *Empty:
		return empty(d, out, c), nil
	case *Document:
		return document(d, out, c)
	case *EventStream:
		return out.response(c), nil
	}
	encode := resultEncoders[d.Protocol]
	if encode == nil {
		return nil, fmt.Errorf("protocol %q has no encoder of results", d.Protocol)
	}
	return encode(d, result, c)
}

// document writes a result and then the status and headers it asks for.
func document(d *Dialect, out *Document, c *Context) (*Response, error) {
	r, err := d.EncodeResult(out.Value, c)
	if err != nil {
		return nil, err
	}
	if out.Status != 0 {
		r.Status = out.Status
	}
	for name, value := range out.Header {
		r.Set(name, value)
	}
	return r, nil
}

var resultEncoders = map[Name]func(*Dialect, any, *Context) (*Response, error){
	RESTJSON: func(_ *Dialect, result any, c *Context) (*Response, error) {
		r := &Response{Status: 200, Body: jsonText(result)}
		r.Set("Content-Type", "application/json")
		r.Set("x-amzn-RequestId", c.RequestID)
		return r, nil
	},
	JSON10:  jsonResult,
	JSON11:  jsonResult,
	Query:   queryResult,
	EC2:     ec2Result,
	RESTXML: restXMLResult,
	S3:      func(_ *Dialect, result any, c *Context) (*Response, error) { return s3Result(result, c) },
	CBOR:    cborResult,
}

func jsonResult(d *Dialect, result any, c *Context) (*Response, error) {
	r := &Response{Status: 200}
	r.Set("x-amzn-RequestId", c.RequestID)
	r.Set("Content-Type", jsonType(d, c))
	if result == nil {
		result = struct{}{}
	}
	r.Body = jsonText(result)
	return finishJSON(d, r), nil
}

func blob(d *Dialect, out *Blob, c *Context) *Response {
	status := out.Status
	if status == 0 {
		status = http.StatusOK
	}
	r := empty(d, &Empty{Status: status, Header: out.Header}, c)
	if out.ContentType != "" {
		r.Set("Content-Type", out.ContentType)
	}
	r.Body, r.Pieces = out.Data, out.Pieces
	return r
}

func empty(d *Dialect, out *Empty, c *Context) *Response {
	r := &Response{Status: out.Status}
	for name, value := range out.Header {
		r.Set(name, value)
	}
	if d.Protocol == S3 {
		s3Headers(r, c)
	} else {
		r.Set("x-amzn-RequestId", c.RequestID)
	}
	return r
}
