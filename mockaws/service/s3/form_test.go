package s3_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hostproof/hostproof/mockaws/sigv2"
)

// submit sends a form as a browser would.
func submit(t *testing.T, url string, fields map[string]string, file string) (*http.Response, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.CreateFormFile("file", "photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = p.Write([]byte(file)) // a bytes.Buffer takes all
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "POST", url, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func (v *vault) form(t *testing.T, as *aws.Credentials, conditions ...any) map[string]string {
	t.Helper()
	out, err := s3.NewPresignClient(v.client(as, "us-east-1")).PresignPostObject(t.Context(),
		&s3.PutObjectInput{Bucket: uploads, Key: aws.String("user/photo.jpg")},
		func(o *s3.PresignPostOptions) { o.Expires, o.Conditions = time.Minute, conditions })
	if err != nil {
		t.Fatal(err)
	}
	return out.Values
}

func with(fields map[string]string, name, value string) map[string]string {
	out := maps.Clone(fields)
	out[name] = value
	if value == "" {
		delete(out, name)
	}
	return out
}

func TestS3Forms(t *testing.T) {
	v := newVault(t)
	url := v.url + "/uploads"
	range19 := []any{"content-length-range", 1, 9}
	good := v.form(t, &v.user, range19, []any{"starts-with", "$Content-Type", "image/"},
		[]any{"starts-with", "$success_action_status", ""})
	good["Content-Type"] = "image/jpeg"
	for _, c := range []struct {
		name         string
		fields       map[string]string
		file         string
		status       int
		want         string
		presentedAs  string
		isAuthorized bool
	}{
		{"good", good, "content", 204, "", "sigv4-form", true},
		{"with a token", v.form(t, &v.session), "content", 204, "", "sigv4-form", true},
		{"with a document for an answer", with(good, "success_action_status", "201"), "content", 201,
			"<PostResponse><Location>" + v.url +
				"/uploads/user%2Fphoto.jpg</Location><Bucket>uploads</Bucket><Key>user/photo.jpg</Key><ETag>",
			"sigv4-form", true},
		{"too small", good, "", 400, "<Code>EntityTooSmall</Code>", "sigv4-form", false},
		{"too large", good, "0123456789", 400, "<Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the " +
			"maximum allowed size</Message><ProposedSize>10</ProposedSize><MaxSizeAllowed>9</MaxSizeAllowed>",
			"sigv4-form", false},
		{"another key", with(good, "key", "other/photo.jpg"), "content", 403,
			"<Message>Invalid according to Policy: Policy Condition failed: [", "sigv4-form", false},
		{"another type", with(good, "Content-Type", "text/html"), "content", 403,
			"Policy Condition failed: [&quot;starts-with&quot;, &quot;$content-type&quot;, &quot;image/&quot;]",
			"sigv4-form", false},
		{"a field more", with(good, "x-amz-meta-a", "b"), "content", 403,
			"<Message>Invalid according to Policy: Extra input fields: x-amz-meta-a</Message>", "sigv4-form", false},
		{"a field to ignore", with(good, "x-ignore-a", "b"), "content", 204, "", "sigv4-form", true},
		{"no signature", with(good, "X-Amz-Signature", ""), "content", 400,
			"<Code>InvalidArgument</Code><Message>Bucket POST must contain a field named 'X-Amz-Signature'.  If it " +
				"is specified, please check the order of the " +
				"fields.</Message><ArgumentName>X-Amz-Signature</ArgumentName><ArgumentValue></ArgumentValue>", "none",
			false},
		{"another signature", with(good, "X-Amz-Signature", strings.Repeat("0", 64)), "content", 403,
			"<Code>SignatureDoesNotMatch</Code>", "sigv4-form", false},
		{"another policy", with(good, "policy", "e30="), "content", 403, "</StringToSignBytes><RequestId>",
			"sigv4-form", false},
		// localstack/localstack tests/aws/services/s3/test_s3.snapshot.json, recorded from AWS
		{"neither algorithm nor credential", with(with(good, "X-Amz-Algorithm", ""), "X-Amz-Credential", ""), "content",
			400, "a field named 'X-Amz-Algorithm'", "none", false},
		{"key and policy alone", map[string]string{"key": "user/photo.jpg", "policy": good["policy"]}, "content", 403,
			"<Code>AccessDenied</Code><Message>Access Denied</Message>", "none", false},
		{"no key", with(good, "key", ""), "content", 400, "a field named 'key'", "none", false},
		{"another region", with(good, "X-Amz-Credential", strings.Replace(good["X-Amz-Credential"], "us-east-1",
			"eu-west-3", 1)), "content", 400,
			"the region &quot;eu-west-3&quot; is wrong; expecting &quot;us-east-1&quot;", "sigv4-form", false},
		{"foreign token", with(v.form(t, &v.user), "X-Amz-Security-Token", v.session.SessionToken), "content", 400,
			"<Code>InvalidToken</Code>", "sigv4-form", false},
		{"expired token", v.form(t, &v.expired), "content", 400, "<Code>ExpiredToken</Code>", "sigv4-form", false},
		{"inactive key", v.form(t, &v.inactive), "content", 403, "<Code>InvalidAccessKeyId</Code>", "sigv4-form",
			false},
		{"not allowed", v.form(t, &v.nobody), "content", 403, "is not authorized to perform: s3:PutObject on " +
			"resource: &quot;arn:aws:s3:::uploads/user/photo.jpg&quot;", "sigv4-form", false},
		{"anonymous", map[string]string{"key": "user/x"}, "content", 403, "<Message>Access Denied</Message>", "none",
			false},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp, body := submit(t, url, c.fields, c.file)
			all := v.Journal().Since(0)
			e := all[len(all)-1]
			if resp.StatusCode != c.status || !strings.Contains(strings.ReplaceAll(body, "&#34;", "&quot;"), c.want) {
				t.Errorf("%d %s, want %d %s", resp.StatusCode, body, c.status, c.want)
			}
			if e.Presented.Scheme != c.presentedAs || e.Verdict.Accepted != c.isAuthorized ||
				e.Call != "s3:PostObject" {
				t.Errorf("%s, presented as %s", &e, e.Presented.Scheme)
			}
		})
	}
	data, err := v.client(&v.user, "us-east-1").GetObject(t.Context(), &s3.GetObjectInput{Bucket: uploads,
		Key: aws.String("user/photo.jpg")})
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(data.Body); err != nil || string(text) != "content" ||
		*data.ContentType != "image/jpeg" {
		t.Errorf("%q of type %s, %v", text, *data.ContentType, err)
	}
	redirected := v.form(t, &v.user, map[string]string{"success_action_redirect": "http://example.org/done?x=y"})
	redirected["success_action_redirect"] = "http://example.org/done?x=y"
	if resp, body := submit(t, url, redirected, "content"); resp.StatusCode != 303 ||
		resp.Header.Get(
			"Location") != "http://example.org/done?bucket=uploads&etag=%229a0364b9e99bb480dd25e1f0284c8555%22&key=user%2Fphoto.jpg&x=y" {
		t.Errorf("%d %s %s", resp.StatusCode, resp.Header.Get("Location"), body)
	}
	v.Clock().Advance(2 * time.Minute)
	if resp, body := submit(t, url, good, "content"); resp.StatusCode != 403 || !strings.Contains(body,
		"<Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message>") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	resp, err := http.Post(url, "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 412 {
		t.Errorf("a POST that is no form: %d", resp.StatusCode)
	}
}

// Policies that S3 cannot read, each signed all the same.
func TestS3FormPolicies(t *testing.T) {
	v := newVault(t)
	for policy, want := range map[string]string{
		// The name of the file is put in before the policy is looked at.
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[{"bucket":"uploads"},["starts-with","$key","k-photo"]]}`:      "",
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[{"bucket":"uploads"},{"key":"k-photo.jpg"}]}`:                 "",
		`{"expiration":"2999-01-01T00:00:00.000Z","conditions":[["eq","$bucket","uploads"],["eq","$key","k-photo.jpg"]]}`: "",
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[{"bucket":"other"},{"key":"k-photo.jpg"}]}`:                   `Invalid according to Policy: Policy Condition failed: ["eq", "$bucket", "other"]`,
		`{"expiration":"2001-01-01T00:00:00Z","conditions":[]}`:                                                           "Invalid according to Policy: Policy expired.",
		`{"conditions":[]}`:                     "Invalid Policy: Policy missing expiration.",
		`{"expiration":"2999-01-01T00:00:00Z"}`: "Invalid Policy: Policy missing conditions.",
		`{"expiration":"soon","conditions":[]}`: "Invalid Policy: Invalid 'expiration' value: 'soon'",
		`{"expiration":`:                        "Invalid Policy: Invalid JSON.",
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[["like","$key","k"]]}`:      "Invalid Policy: Invalid Condition: unknown operation 'like'.",
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[["eq","$key"]]}`:            "Invalid Policy: Invalid eq: wrong number of arguments.",
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[{"key":"k","bucket":"b"}]}`: "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
		// localstack/localstack tests/aws/services/s3/test_s3.snapshot.json, recorded from AWS:
		// test_post_object_policy_conditions_validation_eq, test_post_object_policy_validation_size
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[["eq","key","k-photo.jpg"]]}`:                                    `<Code>AccessDenied</Code><Message>Invalid according to Policy: Policy Condition failed: ["eq", "key", "k-photo.jpg"]`,
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[["content-length-range","test","10"]]}`:                          `<Code>AccessDenied</Code><Message>Invalid according to Policy: Policy Condition failed: ["content-length-range", "test", "10"]`,
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[["content-length-range","5","10"],["eq","$key","k-photo.jpg"]]}`: "",
		`{"expiration":"2999-01-01T00:00:00Z","conditions":[7]}`:                                                             "Invalid Policy: Invalid condition test: must be a List or Object.",
	} {
		encoded := base64.StdEncoding.EncodeToString([]byte(policy))
		fields := map[string]string{"key": "k-${filename}", "AWSAccessKeyId": v.user.AccessKeyID, "policy": encoded,
			"signature": sigv2.Sign(v.user.SecretAccessKey, encoded)}
		resp, body := submit(t, v.url+"/uploads", fields, "content")
		shown := strings.NewReplacer("&quot;", `"`, "&#34;", `"`).Replace(body)
		if want == "" && resp.StatusCode != 204 || !strings.Contains(shown, want) {
			t.Errorf("%s\n%d %s, want %q", policy, resp.StatusCode, shown, want)
		}
		if !json.Valid([]byte(policy)) {
			continue
		}
		all := v.Journal().Since(0)
		if e := all[len(all)-1]; e.Presented.Scheme != "sigv2-form" || e.Presented.SecretOf != v.user.AccessKeyID {
			t.Errorf("%s, %s", &e, e.Presented.Scheme)
		}
	}
}
