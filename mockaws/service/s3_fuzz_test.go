package service

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// documents are S3's operations that read a document, each with one that it
// takes.
var documents = []struct{ operation, body string }{
	{"CompleteMultipartUpload", `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><PartNumber>1</PartNumber><ETag>"9dd4e461268c8034f5c8564e155c67a6"</ETag></Part></CompleteMultipartUpload>`},
	{"DeleteObjects", `<Delete><Object><Key>k</Key></Object><Object><Key>a&amp;b</Key><VersionId>null</VersionId></Object><Quiet>false</Quiet></Delete>`},
	{"CreateBucket", `<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>`},
	{"PutPublicAccessBlock", `<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>`},
	{"PutBucketPolicy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:*"],"Resource":"arn:aws:s3:::bucket/*","Condition":{"Bool":{"aws:SecureTransport":true}}}]}`},
}

// send calls one of the documents' operations on a new S3 that has a bucket, an
// object and an upload of one part.
func sendDocument(t testing.TB, which int, body string) (*protocol.Response, error) {
	t.Helper()
	s := newStage(t)
	svc := s.services["S3"]
	labels := map[string]string{"Bucket": "bucket", "Key": "k"}
	query := url.Values{}
	begin := func(operation, body string) {
		in := protocol.Input{Labels: labels, Query: query, Header: http.Header{}, Body: []byte(body)}
		r, err := s.call(t, svc, svc.operation(operation), in)
		if err != nil {
			t.Fatal(err)
		}
		var out struct{ UploadId string }
		if xml.Unmarshal(r.Body, &out) == nil && out.UploadId != "" {
			query = url.Values{"uploadId": {out.UploadId}, "partNumber": {"1"}}
		}
	}
	begin("CreateBucket", "")
	begin("PutObject", "v")
	begin("CreateMultipartUpload", "")
	begin("UploadPart", "x")
	sum := md5.Sum([]byte(body))
	in := protocol.Input{Labels: labels, Query: query, Header: http.Header{"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}}, Body: []byte(body)}
	if documents[which].operation == "CreateBucket" {
		in.Labels = map[string]string{"Bucket": "another"}
	}
	return s.call(t, svc, svc.operation(documents[which].operation), in)
}

func TestS3Documents(t *testing.T) {
	for i, d := range documents {
		if r, err := sendDocument(t, i, d.body); err != nil || r.Status > 204 {
			t.Errorf("%s: %+v, %v", d.operation, r, err)
		}
		if strings.HasPrefix(d.body, "<") {
			for _, bad := range []string{"", " ", "<", "x", d.body[:len(d.body)-1], d.body + "<x/>", d.body + "x", "<Other/>"} {
				if r, err := sendDocument(t, i, bad); err == nil && !(bad == "" && d.operation == "CreateBucket") || r.Status != 400 && err != nil {
					t.Errorf("%s took %q: %+v", d.operation, bad, r)
				}
			}
		}
	}
}

// FuzzS3Documents: whatever document is sent, the answer is a result or an error
// of S3, and where it is XML it is well-formed.
func FuzzS3Documents(f *testing.F) {
	for i, d := range documents {
		f.Add(uint8(i), d.body)
		f.Add(uint8(i), strings.ReplaceAll(d.body, "k", "&#x1;"))
		f.Add(uint8(i), `<!DOCTYPE a [<!ENTITY b "c">]>`+d.body)
	}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		r, _ := sendDocument(t, int(which)%len(documents), body)
		if r.Status < 200 || r.Status > 501 {
			t.Fatalf("status %d", r.Status)
		}
		if !strings.HasPrefix(string(r.Body), "<") {
			return
		}
		for dec := xml.NewDecoder(strings.NewReader(string(r.Body))); ; {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("%v in %s", err, r.Body)
			}
		}
	})
}

// FuzzReadRange: a range that is taken lies in the object.
func FuzzReadRange(f *testing.F) {
	for _, header := range []string{"bytes=0-0", "bytes=5-", "bytes=-5", "bytes=9-1", "bytes=-", "bytes=99999999999999999999-", "bytes= 1-2"} {
		f.Add(header, int64(10))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		if first, last, ok := readRange(header, size); ok && first <= last && (first < 0 || last >= size) {
			t.Errorf("%q of %d bytes: %d to %d", header, size, first, last)
		}
	})
}

// FuzzReadForm: a form that is taken has a key and a file, and whatever its
// policy says, it is held to it without a panic.
func FuzzReadForm(f *testing.F) {
	const body = "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk-${filename}\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\ncontent\r\n--b--\r\n"
	f.Add("multipart/form-data; boundary=b", body, `{"expiration":"2999-01-01T00:00:00Z","conditions":[["starts-with","$key","k"],["content-length-range",1,"9"]]}`)
	f.Add("multipart/form-data; boundary=b", body, `{"expiration":"2999-01-01T00:00:00Z","conditions":[{},[],[null,1,2],{"a":1},["eq","key",2],["content-length-range",-1e99,"x"]]}`)
	f.Add("multipart/form-data", body, `[]`)
	f.Add("text/plain", "", ``)
	f.Fuzz(func(t *testing.T, contentType, body, policy string) {
		form, err := ReadForm(contentType, []byte(body))
		if err != nil {
			var failed *Error
			if !errors.As(err, &failed) || failed.Status < 400 {
				t.Fatalf("%v is no answer of S3", err)
			}
			return
		}
		if form.fields["key"] == "" {
			t.Error("a form without a key was taken")
		}
		form.fields["policy"] = base64.StdEncoding.EncodeToString([]byte(policy))
		if form.CheckPolicy("bucket", time.Unix(0, 0)) == nil && !strings.Contains(strings.ToLower(policy), "expiration") {
			t.Errorf("a policy that does not end was taken: %s", policy)
		}
		c := &Call{Input: protocol.Input{Labels: map[string]string{"Bucket": "bucket"}}}
		form.Into(c)
		if a, err := form.Authorization("us-east-1"); a == nil && err == nil && form.Policy() != "" {
			t.Error("a form with a policy passes for one without")
		}
	})
}
