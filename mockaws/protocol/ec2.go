package protocol

import (
	"bytes"
	"encoding/xml"

	v "github.com/hostproof/hostproof/mockaws/verdict"
)

// The EC2 protocol: calls as in Query, documents of its own
// (https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html).

const (
	srcEC2  = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"
	ec2Auth = "AWS was not able to validate the provided access credentials"
)

// EC2Rows are the answers of Amazon EC2. Code and status of AuthFailure and
// RequestExpired are documented; which reason leads to which is likely.
var EC2Rows = ec2Rows()

func ec2Rows() []Row {
	rows := make([]Row, 0, len(QueryRows))
	for _, r := range QueryRows {
		switch r.Reason {
		case v.Denied:
			r = Row{Reason: r.Reason, Status: 403, Code: "UnauthorizedOperation", Compose: Composed(ec2Denied),
				Confidence: Likely, Source: srcEC2}
		case v.TokenExpired, v.SignatureExpired:
			r = Row{Reason: r.Reason, Status: 400, Code: "RequestExpired", Message: "Request has expired.",
				Confidence: Likely, Source: srcEC2}
		case v.UnknownOperation:
			r = Row{Reason: r.Reason, Status: 400, Code: "InvalidAction",
				Message: "The action {operation} is not valid for this web service.", Confidence: Likely,
				Source: srcEC2}
		case v.MalformedRequest:
		default:
			if r.Status == 403 {
				r = Row{Reason: r.Reason, Status: 401, Code: "AuthFailure", Message: ec2Auth, Confidence: Likely,
					Source: srcEC2}
			}
			r.Confidence = atMost(r.Confidence, Likely)
		}
		rows = append(rows, r)
	}
	return rows
}

func ec2Denied(c v.Denial) string {
	return "You are not authorized to perform this operation. " + Denied(c)
}

func ec2Error(_ *Dialect, e errorText, c *Context) *Response {
	r := &Response{Status: e.Status}
	r.Set("x-amzn-requestid", c.RequestID)
	r.Set("Content-Type", "text/xml;charset=UTF-8")
	r.Body = []byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>" + e.Code +
		"</Code><Message>" + escape(e.Message) +
		"</Message></Error></Errors><RequestID>" + c.RequestID + "</RequestID></Response>")
	return r
}

// ec2Result writes the members of a result into the operation's own element.
func ec2Result(d *Dialect, result any, c *Context) (*Response, error) {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + c.Operation + `Response xmlns="` + d.Namespace +
		"/\">\n    <requestId>" + c.RequestID + "</requestId>\n")
	if result != nil {
		if err := appendXML(&b, func(enc *xml.Encoder) error { return enc.Encode(result) }); err != nil {
			return nil, err
		}
	}
	b.WriteString("</" + c.Operation + "Response>")
	r := &Response{Status: 200, Body: b.Bytes()}
	r.Set("x-amzn-requestid", c.RequestID)
	r.Set("Content-Type", "text/xml;charset=UTF-8")
	return r, nil
}

// restXMLResult is REST-XML as Route 53 and CloudFront speak it: their errors
// are Query's.
func restXMLResult(_ *Dialect, result any, c *Context) (*Response, error) {
	r := &Response{Status: 200}
	r.Set("x-amzn-RequestId", c.RequestID)
	r.Set("Content-Type", "text/xml")
	if result == nil {
		return r, nil
	}
	body, err := xml.Marshal(result)
	if err != nil {
		return nil, err
	}
	r.Body = append([]byte(xml.Header), body...)
	return r, nil
}
