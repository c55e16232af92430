package protocol

import (
	"io"
	"net/http"
	"net/url"
)

// Name is one of AWS's wire protocols.
type Name string

// The protocols, named as in AWS's service models, and S3's own dialect of
// REST-XML.
const (
	RESTJSON Name = "rest-json"
	JSON10   Name = "json-1.0"
	JSON11   Name = "json-1.1"
	Query    Name = "query"
	EC2      Name = "ec2"
	RESTXML  Name = "rest-xml"
	S3       Name = "s3"
	CBOR     Name = "rpc-v2-cbor"

	// OpenAI and Anthropic are the interfaces of Bedrock's Mantle endpoint, named
	// for whose they are.
	OpenAI    Name = "openai"
	Anthropic Name = "anthropic"
)

// Input is what a request carries for an operation, wherever its protocol put
// it. An operation's handler reads members from it and knows no HTTP.
type Input struct {
	Labels map[string]string // members bound to the path, decoded
	Query  url.Values        // members bound to the query string
	Header http.Header       // members bound to headers
	Form   url.Values        // members of a Query-protocol call
	Body   []byte            // the payload, content encodings undone
}

// Response is what goes on the wire. Header names are written as they stand
// here, letter case included.
type Response struct {
	Status int
	Header map[string]string
	Body   []byte
	// Pieces follow Body: the parts of a multipart object are
	// written without joining them.
	Pieces [][]byte
	// Stream, where set, is written after Body piece by piece.
	Stream func(io.Writer) error
	// Code and Message are what an SDK reads out of an error response.
	Code, Message string
	// Row is the table row an error response came from; nil for a result.
	Row *Row
}

// Size is the length of what is written, in bytes, not counting Stream.
func (r *Response) Size() int64 {
	n := int64(len(r.Body))
	for _, p := range r.Pieces {
		n += int64(len(p))
	}
	return n
}

// Set sets a header.
func (r *Response) Set(name, value string) {
	if r.Header == nil {
		r.Header = make(map[string]string, 4)
	}
	r.Header[name] = value
}

// Blob is a result that is sent as it is, not as a document of the protocol:
// an object of S3, a model's own answer.
type Blob struct {
	Status      int // 0 = 200
	ContentType string
	Header      map[string]string
	Data        []byte
	Pieces      [][]byte // after Data
}

// Document is a result whose status is not 200, or that has headers.
type Document struct {
	Status int // 0 = 200
	Header map[string]string
	Value  any
}

// Empty is a result with a status and headers and no body.
type Empty struct {
	Status int
	Header map[string]string
}
