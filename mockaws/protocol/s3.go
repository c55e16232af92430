package protocol

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

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

// s3Extra lists the elements that S3 adds for a cause.
func s3Extra(e errorText, c *Context) [][2]string {
	refused := c.Refused
	if refused == nil {
		refused = &RefusedS3{}
	}
	switch cause := e.Refusal.Cause.(type) {
	case v.UnknownKey, v.InactiveKey, v.DeletedKey, v.NoToken:
		return [][2]string{{"AWSAccessKeyId", refused.KeyID}}
	case v.BadToken, v.ForeignToken, v.OldToken:
		return [][2]string{{"Token-0", refused.Token}}
	case v.OtherSignature:
		return mismatchElements(refused, cause.StringToSign, cause.CanonicalRequest)
	case v.OtherChunkSignature:
		return mismatchElements(refused, cause.StringToSign, "")
	case v.OldSignature:
		return skewElements(cause.Skew)
	case v.EarlySignature:
		return skewElements(cause.Skew)
	case v.ForeignScope:
		// The CLI would follow a Region, and did not where the scope had none (siderolabs/omni#98).
		if cause.Region != nil && cause.Problem != v.ProblemNoRegion {
			return [][2]string{{"Region", cause.Region.Expected}}
		}
	case v.BadChunk:
		if cause.Length == v.ProblemOther {
			return [][2]string{{"NumberBytesExpected", strconv.FormatUint(cause.Expected, 10)},
				{"NumberBytesProvided", strconv.Itoa(cause.Provided)}}
		}
	case v.SmallChunk:
		// Of chunks of 3 and 2 bytes S3 says chunk 2 and size 3 (versity/versitygw#1683): the number
		// is of the chunk at which it notices that the one before was too small.
		return [][2]string{{"Chunk", strconv.Itoa(cause.Chunk + 2)}, {"BadChunkSize", strconv.Itoa(cause.Size)}}
	case v.OtherPayload:
		return [][2]string{{"ClientComputedContentSHA256", cause.Claimed}, {"S3ComputedContentSHA256", cause.Computed}}
	case v.BadPayloadHash:
		return [][2]string{{"ArgumentName", "x-amz-content-sha256"}, {"ArgumentValue", cause.Value}}
	case v.ForeignScheme, v.MissingParts, v.SignedTwice, v.BadBearer, v.UnknownBearer:
		return schemeElements(e.Code, authorizationOf(cause))
	case v.UnsignedHeaders:
		return [][2]string{{"HeadersNotSigned", strings.Join(cause.Headers, ", ")}}
	case v.EarlyPresign:
		return [][2]string{{"X-Amz-Date", cause.Date}, {"ServerTime", extended(cause.Now)}}
	case v.OldPresign:
		ended := [][2]string{{"Expires", extended(cause.Expiration)}, {"ServerTime", extended(cause.Now)}}
		if cause.Problem == v.ProblemSigV2 {
			return ended
		}
		return append([][2]string{{"X-Amz-Expires", cause.Expires}}, ended...)
	case v.Failure:
		return operationElements(e.Elements)
	}
	return nil
}

// authorizationOf is the header that a refusal is about, "" for a bearer token.
func authorizationOf(cause v.Cause) string {
	switch cause := cause.(type) {
	case v.ForeignScheme:
		return cause.Header
	case v.MissingParts:
		return cause.Header
	case v.SignedTwice:
		return cause.Header
	}
	return ""
}

// extended is a time as S3 writes it into its documents.
func extended(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// mismatchElements show what should have been signed. Signature Version 2 has no canonical
// request, and a chunk has none either.
func mismatchElements(refused *RefusedS3, toSign, canonical string) [][2]string {
	list := [][2]string{
		{"AWSAccessKeyId", refused.KeyID},
		{"StringToSign", toSign},
		{"SignatureProvided", refused.Signature},
		{"StringToSignBytes", hexPairs(toSign)},
	}
	if canonical == "" {
		return list
	}
	return append(list, [2]string{"CanonicalRequest", canonical}, [2]string{"CanonicalRequestBytes",
		hexPairs(canonical)})
}

func skewElements(skew v.Skew) [][2]string {
	return [][2]string{{"RequestTime", skew.RequestTime}, {"ServerTime", extended(skew.Now)},
		{"MaxAllowedSkewMilliseconds", "900000"}}
}

// schemeElements repeat the Authorization header, in the one error that names an argument.
func schemeElements(code, header string) [][2]string {
	if code != "InvalidArgument" {
		return nil
	}
	return [][2]string{{"ArgumentName", "Authorization"}, {"ArgumentValue", header}}
}

// s3Elements are the elements that S3's own errors can have, in the order in
// which they stand.
var s3Elements = []string{
	"Endpoint", "Bucket", "BucketName", "Key", "Condition", "Resource", "UploadId", "LocationConstraint",
	"Header", "ProposedSize", "Size", "MinSizeAllowed", "MaxSizeAllowed", "MaxMessageLengthBytes", "PartNumber",
	"ETag", "ArgumentName", "ArgumentValue", "StorageClassRequested", "RangeRequested", "ActualObjectSize",
	"PartNumberRequested", "ActualPartCount",
	"ExpectedDigest", "CalculatedDigest", "Content-MD5", "Method", "ResourceType", "Detail",
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
