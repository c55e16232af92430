package protocol

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	v "github.com/hostproof/hostproof/mockaws/verdict"
)

// RefusedS3 is what S3 prints back of a request that it refuses.
type RefusedS3 struct {
	KeyID     string
	Token     string // echoed in Token-0, as S3 does
	Signature string
}

// s3Error writes S3's error document: a declaration, a newline, the rest on one
// line, RequestId and HostId last.
func s3Error(_ *Dialect, e errorText, c *Context) *Response {
	r := &Response{Status: e.Status}
	s3Headers(r, c)
	r.Set("Content-Type", "application/xml")
	r.Set("Transfer-Encoding", "chunked")
	var b strings.Builder
	b.WriteString(xml.Header + "<Error>")
	element(&b, "Code", e.Code)
	element(&b, "Message", e.Message)
	for _, x := range s3Extra(e, c) {
		element(&b, x[0], x[1])
	}
	element(&b, "RequestId", c.RequestID)
	element(&b, "HostId", c.ExtendedID)
	b.WriteString("</Error>")
	r.Body = []byte(b.String())
	return r
}

func element(b *strings.Builder, name, value string) {
	b.WriteString("<" + name + ">" + escape(value) + "</" + name + ">")
}

func s3Headers(r *Response, c *Context) {
	r.Set("x-amz-request-id", c.RequestID)
	r.Set("x-amz-id-2", c.ExtendedID)
	if c.BucketRegion != "" {
		r.Set("x-amz-bucket-region", c.BucketRegion)
	}
	r.Set("Server", "AmazonS3")
}

// s3Extra lists the elements that S3 adds for a reason.
func s3Extra(e errorText, c *Context) [][2]string {
	args := e.Refusal.Args
	refused := c.Refused
	if refused == nil {
		refused = &RefusedS3{}
	}
	switch e.Refusal.Reason {
	case v.KeyUnknown, v.KeyInactive, v.KeyDeleted, v.TokenMissing:
		return [][2]string{{"AWSAccessKeyId", refused.KeyID}}
	case v.TokenMalformed, v.TokenForOtherKey, v.TokenExpired:
		return [][2]string{{"Token-0", refused.Token}}
	case v.SignatureMismatch, v.ChunkSignatureMismatch:
		if args["canonicalRequest"] == "" { // Signature Version 2 has none, and a chunk neither
			return [][2]string{
				{"AWSAccessKeyId", refused.KeyID},
				{"StringToSign", args["stringToSign"]},
				{"SignatureProvided", refused.Signature},
				{"StringToSignBytes", hexPairs(args["stringToSign"])},
			}
		}
		return [][2]string{
			{"AWSAccessKeyId", refused.KeyID},
			{"StringToSign", args["stringToSign"]},
			{"SignatureProvided", refused.Signature},
			{"StringToSignBytes", hexPairs(args["stringToSign"])},
			{"CanonicalRequest", args["canonicalRequest"]},
			{"CanonicalRequestBytes", hexPairs(args["canonicalRequest"])},
		}
	case v.SignatureExpired, v.SignatureNotYetCurrent:
		return [][2]string{{"RequestTime", args["requestTime"]}, {"ServerTime", args["serverTime"]},
			{"MaxAllowedSkewMilliseconds", "900000"}}
	case v.WrongScope:
		if args["region"] != "" {
			return [][2]string{{"Region", args["expectedRegion"]}}
		}
	case v.PayloadHashMismatch:
		return [][2]string{{"ClientComputedContentSHA256", args["claimed"]}, {"S3ComputedContentSHA256",
			args["computed"]}}
	case v.PayloadHashMalformed:
		return [][2]string{{"ArgumentName", "x-amz-content-sha256"}, {"ArgumentValue", args["value"]}}
	case v.UnsupportedScheme, v.BothMechanisms, v.BearerMalformed, v.BearerInvalid:
		if e.Code != "InvalidArgument" {
			return nil
		}
		return [][2]string{{"ArgumentName", "Authorization"}, {"ArgumentValue", args["header"]}}
	case v.HeadersNotSigned:
		return [][2]string{{"HeadersNotSigned", args["headers"]}}
	case v.PresignNotYetValid:
		return [][2]string{{"X-Amz-Date", args["date"]}, {"ServerTime", args["now"]}}
	case v.PresignExpired:
		if args["problem"] == "sigv2" {
			return [][2]string{{"Expires", args["expiration"]}, {"ServerTime", args["now"]}}
		}
		return [][2]string{{"X-Amz-Expires", args["expires"]}, {"Expires", args["expiration"]},
			{"ServerTime", args["now"]}}
	case v.OperationFailed:
		return operationElements(e.Elements)
	}
	return nil
}

// s3Elements are the elements that S3's own errors can have, in the order in
// which they stand.
var s3Elements = []string{
	"Endpoint", "Bucket", "BucketName", "Key", "Condition", "Resource", "UploadId", "LocationConstraint",
	"ProposedSize", "MinSizeAllowed", "MaxSizeAllowed", "MaxMessageLengthBytes", "PartNumber", "ETag",
	"ArgumentName", "ArgumentValue", "RangeRequested", "ActualObjectSize", "PartNumberRequested", "ActualPartCount",
	"ExpectedDigest", "CalculatedDigest", "Content-MD5", "Size", "MaxSize", "Method", "ResourceType", "Detail",
}

// operationElements passes on an operation's own elements, such as BucketName.
func operationElements(elements map[string]string) [][2]string {
	var out [][2]string
	for _, name := range s3Elements {
		if value, ok := elements[name]; ok {
			out = append(out, [2]string{name, value})
		}
	}
	return out
}

// hexPairs writes bytes as S3 does: lower-case pairs with a space between.
func hexPairs(text string) string {
	return fmt.Sprintf("% x", text)
}

// s3Result writes a REST-XML result: a document of S3's namespace.
func s3Result(result any, c *Context) (*Response, error) {
	r := &Response{Status: 200}
	s3Headers(r, c)
	if result == nil {
		return r, nil
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := appendXML(&b, func(enc *xml.Encoder) error { return enc.Encode(result) }); err != nil {
		return nil, err
	}
	r.Set("Content-Type", "application/xml")
	r.Body = b.Bytes()
	return r, nil
}
