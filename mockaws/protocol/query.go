package protocol

import (
	"bytes"
	"encoding/xml"
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// queryError writes the error of a Query service, byte for byte as in the raw
// dump of aws/aws-cli#8918: two spaces of indent, no XML declaration, a final
// newline.
func queryError(d *Dialect, e errorText, c *Context) *Response {
	r := &Response{Status: e.Status}
	r.Set("x-amzn-RequestId", c.RequestID)
	if strings.Contains(c.Accept, "application/json") {
		return queryErrorJSON(r, e, c)
	}
	r.Set("Content-Type", "text/xml")
	ns := d.Namespace
	if e.Refusal.Reason == verdict.UnknownOperation {
		ns = "http://webservices.amazon.com/AWSFault/2005-15-09"
	}
	message := ""
	if e.Message != "" {
		message = "    <Message>" + escape(e.Message) + "</Message>\n"
	}
	r.Body = []byte(`<ErrorResponse xmlns="` + ns + "\">\n  <Error>\n    <Type>Sender</Type>\n    <Code>" + e.Code +
		"</Code>\n" +
		message + "  </Error>\n  <RequestId>" + c.RequestID + "</RequestId>\n</ErrorResponse>\n")
	return r
}

// queryErrorJSON answers a caller that accepts JSON (STS does so).
func queryErrorJSON(r *Response, e errorText, c *Context) *Response {
	r.Set("Content-Type", "application/json")
	inner := jsonObject("Code", e.Code, "Message", e.Message, "Type", "Sender")
	r.Body = append([]byte(`{"Error":`), inner...)
	r.Body = append(r.Body, []byte(`,"RequestId":`)...)
	r.Body = append(r.Body, jsonText(c.RequestID)...)
	r.Body = append(r.Body, '}')
	return r
}

// queryResult wraps a result in the documents of the Query protocol.
func queryResult(d *Dialect, result any, c *Context) (*Response, error) {
	r := &Response{Status: 200}
	r.Set("x-amzn-RequestId", c.RequestID)
	r.Set("Content-Type", "text/xml")
	var b bytes.Buffer
	b.WriteString("<" + c.Operation + `Response xmlns="` + d.Namespace + "\">\n")
	if result != nil {
		err := appendXML(&b, func(enc *xml.Encoder) error {
			enc.Indent("  ", "  ")
			return enc.EncodeElement(result, xml.StartElement{Name: xml.Name{Local: c.Operation + "Result"}})
		})
		if err != nil {
			return nil, err
		}
		b.WriteByte('\n')
	}
	b.WriteString("  <ResponseMetadata>\n    <RequestId>" + c.RequestID + "</RequestId>\n  </ResponseMetadata>\n</" +
		c.Operation + "Response>\n")
	r.Body = b.Bytes()
	return r, nil
}
