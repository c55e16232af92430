package s3_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hostproof/hostproof/mockaws/sigv2"
)

// signedForm is a form whose policy lets it have the fields that it has.
func (v *vault) signedForm(t *testing.T, fields map[string]string) map[string]string {
	t.Helper()
	conditions := []any{map[string]string{"bucket": "uploads"}}
	for name := range fields {
		conditions = append(conditions, []string{"starts-with", "$" + name, ""})
	}
	policy, err := json.Marshal(map[string]any{"expiration": "2999-01-01T00:00:00Z", "conditions": conditions})
	if err != nil {
		t.Fatal(err)
	}
	encoded := base64.StdEncoding.EncodeToString(policy)
	return with(with(with(fields, "AWSAccessKeyId", v.user.AccessKeyID), "policy", encoded), "signature",
		sigv2.Sign(v.user.SecretAccessKey, encoded))
}

// TestFormTags: tags as localstack/localstack tests/aws/services/s3/test_s3.py,
// test_post_object_with_tags, sent them to AWS and recorded the answers.
func TestFormTags(t *testing.T) {
	v := newVault(t)
	const one = "<Tag><Key>TagName</Key><Value>TagValue</Value></Tag>"
	for _, row := range []struct {
		name, tagging string
		status        int
		want          []string
	}{
		{"single", "<Tagging><TagSet>" + one + "</TagSet></Tagging>", 204, []string{"TagName=TagValue"}},
		{"list", "<Tagging><TagSet>" + one +
			"<Tag><Key>TagName2</Key><Value>TagValue2</Value></Tag></TagSet></Tagging>",
			204, []string{"TagName=TagValue", "TagName2=TagValue2"}},
		{"invalid", "<InvalidXmlTagging></InvalidXmlTagging>", 204, nil},
		{"notxml", "not-xml", 400, nil},
	} {
		key := "tagged-" + row.name
		resp, body := submit(t, v.url+"/uploads", v.signedForm(t, map[string]string{"key": key,
			"tagging": row.tagging}), "content")
		if resp.StatusCode != row.status {
			t.Errorf("%s: %d %s", row.name, resp.StatusCode, body)
		}
		if row.status == 400 && !strings.Contains(body, "<Code>MalformedXML</Code><Message>The XML you provided was "+
			"not well-formed or did not validate against our published schema</Message>") {
			t.Errorf("%s: %s", row.name, body)
		}
		out, err := v.client(&v.user, "us-east-1").GetObjectTagging(t.Context(), &s3.GetObjectTaggingInput{
			Bucket: uploads, Key: aws.String(key)})
		if (err != nil) != (row.status == 400) {
			t.Errorf("%s: tags %v, %v", row.name, out, err)
			continue
		}
		var got []string
		for i := 0; err == nil && i < len(out.TagSet); i++ {
			got = append(got, *out.TagSet[i].Key+"="+*out.TagSet[i].Value)
		}
		if strings.Join(got, " ") != strings.Join(row.want, " ") {
			t.Errorf("%s: tags %v, want %v", row.name, got, row.want)
		}
	}
}

// TestFormWithPlainField: a file given as a plain field has no name, and the variable
// stays in the key (localstack/localstack, test_post_object_with_file_as_string,
// recorded from AWS).
func TestFormWithPlainField(t *testing.T) {
	v := newVault(t)
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range v.signedForm(t, map[string]string{"key": "file-as-field-${filename}"}) {
		_ = w.WriteField(name, value)
	}
	_ = w.WriteField("file", "manual value")
	w.Close()
	resp, err := http.Post(v.url+"/uploads", w.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != 204 {
		t.Fatalf("%d %s", resp.StatusCode, body)
	}
	list, err := v.client(&v.user, "us-east-1").ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: uploads})
	if err != nil || len(list.Contents) != 1 || *list.Contents[0].Key != "file-as-field-${filename}" {
		t.Errorf("%v, %v", list, err)
	}
}

// TestFormWithoutKeyID: of a form in Signature Version 2 without its key's id, AWS names
// that field (localstack/localstack, test_post_request_missing_fields[s3], recorded from
// AWS).
func TestFormWithoutKeyID(t *testing.T) {
	v := newVault(t)
	fields := with(v.signedForm(t, map[string]string{"key": "k"}), "AWSAccessKeyId", "")
	resp, body := submit(t, v.url+"/uploads", fields, "content")
	if resp.StatusCode != 400 || !strings.Contains(body, "a field named 'AWSAccessKeyId'") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}
