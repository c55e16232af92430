package s3

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
)

// FuzzReadRange: a range that is taken lies in the object.
func FuzzReadRange(f *testing.F) {
	for _, header := range []string{"bytes=0-0", "bytes=5-", "bytes=-5", "bytes=9-1", "bytes=-",
		"bytes=99999999999999999999-", "bytes= 1-2"} {
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
	f.Add("multipart/form-data; boundary=b", body,
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[["starts-with","$key","k"],["content-length-range",1,"9"]]}`)
	f.Add("multipart/form-data; boundary=b", body,
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[{},[],[null,1,2],{"a":1},["eq","key",2],["content-length-range",-1e99,"x"]]}`)
	f.Add("multipart/form-data", body, `[]`)
	f.Add("text/plain", "", ``)
	f.Fuzz(func(t *testing.T, contentType, body, policy string) {
		form, err := ReadForm(contentType, []byte(body))
		if err != nil {
			var failed *service.Error
			if !errors.As(err, &failed) || failed.Status < 400 {
				t.Fatalf("%v is no answer of S3", err)
			}
			return
		}
		if form.fields["key"] == "" {
			t.Error("a form without a key was taken")
		}
		form.fields["policy"] = base64.StdEncoding.EncodeToString([]byte(policy))
		if form.CheckPolicy("bucket", time.Unix(0, 0)) == nil && !strings.Contains(strings.ToLower(policy),
			"expiration") {
			t.Errorf("a policy that does not end was taken: %s", policy)
		}
		c := &service.Call{Input: protocol.Input{Labels: map[string]string{"Bucket": "bucket"}}}
		form.Into(c)
		if a, err := form.Authorization("us-east-1"); a == nil && err == nil && form.Policy() != "" {
			t.Error("a form with a policy passes for one without")
		}
	})
}
