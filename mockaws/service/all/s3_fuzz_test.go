package all_test

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

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// documents are S3's operations that read a document, each with one that it
// takes.
var documents = []struct{ operation, body string }{
	{"CompleteMultipartUpload",
		`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Part><PartNumber>1</PartNumber><ETag>"9dd4e461268c8034f5c8564e155c67a6"</ETag></Part></CompleteMultipartUpload>`},
	{"DeleteObjects",
		`<Delete><Object><Key>k</Key></Object><Object><Key>a&amp;b</Key><VersionId>null</VersionId></Object><Quiet>false</Quiet></Delete>`},
	{"CreateBucket",
		`<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>`},
	{"PutPublicAccessBlock",
		`<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>`},
	{"PutBucketPolicy",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":["s3:*"],"Resource":"arn:aws:s3:::bucket/*","Condition":{"Bool":{"aws:SecureTransport":true}}}]}`},
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
		r, err := s.call(t, svc, operationOf(svc, operation), in)
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
	in := protocol.Input{Labels: labels, Query: query,
		Header: http.Header{"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}}, Body: []byte(body)}
	if documents[which].operation == "CreateBucket" {
		in.Labels = map[string]string{"Bucket": "another"}
	}
	return s.call(t, svc, operationOf(svc, documents[which].operation), in)
}

func TestS3Documents(t *testing.T) {
	for i, d := range documents {
		if r, err := sendDocument(t, i, d.body); err != nil || r.Status > 204 {
			t.Errorf("%s: %+v, %v", d.operation, r, err)
		}
		if strings.HasPrefix(d.body, "<") {
			for _, bad := range []string{"", " ", "<", "x", d.body[:len(d.body)-1], d.body + "<x/>", d.body + "x",
				"<Other/>"} {
				if r, err := sendDocument(t, i, bad); err == nil && !(bad == "" && d.operation == "CreateBucket") ||
					r.Status != 400 && err != nil {
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
