package s3

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/sigv2"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// Browsers upload to S3 with an HTML form, whose fields carry a policy and its
// signature
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html).

// Form is such a form.
type Form struct {
	fields map[string]string // by name in lower case
	order  []string          // their names, as the form has them
	file   []byte
}

// maxFields bounds what comes before the file, in bytes.
const maxFields = 20480

// formFailure is an error of a form, before its sender is known.
func formFailure(name string, elements ...string) *service.Error {
	e := fail(name, elements...)
	e.Stage = verdict.StageAuthenticate
	return e
}

// ReadForm reads the body of a POST. What comes after the file does not count.
func ReadForm(contentType string, body []byte) (*Form, error) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" {
		return nil, formFailure("PreconditionFailed", "Condition",
			"Bucket POST must be of the enclosure-type multipart/form-data")
	}
	f := &Form{fields: map[string]string{}}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for left := maxFields; ; {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, formFailure("InvalidArgument", "message", "POST requires exactly one file upload per request.",
				"ArgumentName", "file", "ArgumentValue", "0")
		}
		if err != nil {
			return nil, formFailure("MalformedPOSTRequest")
		}
		name := strings.ToLower(p.FormName())
		if name == "file" {
			return f, f.readFile(p)
		}
		value, err := io.ReadAll(io.LimitReader(p, int64(left)+1))
		if err != nil {
			return nil, formFailure("MalformedPOSTRequest")
		}
		if left -= len(value) + len(name); left < 0 {
			return nil, formFailure("MaxPostPreDataLengthExceeded")
		}
		if _, again := f.fields[name]; !again {
			f.fields[name] = string(value)
			f.order = append(f.order, p.FormName())
		}
	}
}

func (f *Form) readFile(p *multipart.Part) error {
	var err error
	if f.file, err = io.ReadAll(p); err != nil {
		return formFailure("MalformedPOSTRequest")
	}
	f.file = slices.Clip(f.file)
	// "All variables within the form are expanded before the POST policy is
	// validated."
	// A file without a name, as a plain field has none, leaves the variable as it is
	// (localstack/localstack tests/aws/services/s3/test_s3.snapshot.json,
	// test_post_object_with_file_as_string, recorded from AWS).
	if p.FileName() != "" {
		f.fields["key"] = strings.ReplaceAll(f.fields["key"], "${filename}", p.FileName())
	}
	if f.fields["key"] == "" {
		return missingField("key")
	}
	return nil
}

func missingField(name string) error {
	return formFailure("MissingField", "field", name, "ArgumentName", name, "ArgumentValue", "")
}

// Into gives the call what the form says: the key, the headers of an upload and
// the file.
func (f *Form) Into(c *service.Call) {
	labels := map[string]string{"Bucket": c.Input.Labels["Bucket"], "Key": f.fields["key"]}
	header, form := http.Header{}, url.Values{}
	for name, value := range f.fields {
		form.Set(name, value)
		switch {
		case name == "acl":
			header.Set("X-Amz-Acl", value)
		case slices.Contains(kept, name), name == "content-md5", strings.HasPrefix(name, "x-amz-"):
			header.Set(textproto.CanonicalMIMEHeaderKey(name), value)
		}
	}
	c.Input = protocol.Input{Labels: labels, Header: header, Form: form, Query: c.Input.Query, Body: f.file}
}

// Authorization is what the form claims about its signature; nil where it claims
// nothing. region is what a signature must be for.
func (f *Form) Authorization(region string) (*sigv4.Authorization, error) {
	has := func(name string) bool { return f.fields[name] != "" }
	switch {
	case slices.ContainsFunc([]string{"x-amz-signature", "x-amz-credential", "x-amz-algorithm"}, has):
	case slices.ContainsFunc([]string{"awsaccesskeyid", "signature"}, has):
		return f.authorizationV2(region)
	case has("policy"):
		return nil, formFailure("UnsignedPolicy")
	default:
		return nil, nil
	}
	for _, name := range []string{"Policy", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"} {
		if f.fields[strings.ToLower(name)] == "" {
			return nil, missingField(name)
		}
	}
	a := &sigv4.Authorization{
		Mechanism: sigv4.Form, Algorithm: f.fields["x-amz-algorithm"], Credential: f.fields["x-amz-credential"],
		Signature: f.fields["x-amz-signature"], DateText: f.fields["x-amz-date"],
		Token: f.fields["x-amz-security-token"],
	}
	return a, readFormCredential(a, region)
}

func (f *Form) authorizationV2(region string) (*sigv4.Authorization, error) {
	for _, name := range []string{"AWSAccessKeyId", "Policy", "Signature"} {
		if f.fields[strings.ToLower(name)] == "" {
			return nil, missingField(name)
		}
	}
	if !sigv2.Taken(region) {
		return nil, verdict.Because(verdict.StageAuthenticate,
			verdict.ForeignScheme{Variant: verdict.Variant{Problem: verdict.ProblemSigV2}},
			"the form is signed with Signature Version 2, which "+region+" does not take")
	}
	return &sigv4.Authorization{
		Mechanism: sigv4.Form, Algorithm: "AWS", KeyID: f.fields["awsaccesskeyid"], Signature: f.fields["signature"],
		Token: f.fields["x-amz-security-token"],
	}, nil
}

// readFormCredential checks a credential with the texts that forms have
// (versity/versitygw s3err/post-object.go).
func readFormCredential(a *sigv4.Authorization, region string) error {
	wrong := func(format string, args ...any) error {
		return formFailure("FormCredential", "message", fmt.Sprintf(format, args...), "ArgumentName",
			"x-amz-credential",
			"ArgumentValue", a.Credential)
	}
	if a.Algorithm != "AWS4-HMAC-SHA256" {
		return formFailure("InvalidArgument", "message", "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"",
			"ArgumentName", "x-amz-algorithm", "ArgumentValue", a.Algorithm)
	}
	var err error
	if a.Date, err = time.Parse("20060102T150405Z", a.DateText); err != nil {
		return formFailure("InvalidArgument", "message",
			`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`, "ArgumentName", "x-amz-date",
			"ArgumentValue", a.DateText)
	}
	parts := strings.Split(a.Credential, "/")
	if len(parts) != 5 || parts[0] == "" {
		return wrong(`the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`)
	}
	a.KeyID, a.ScopeDate, a.Region, a.Service, a.Terminator = parts[0], parts[1], parts[2], parts[3], parts[4]
	_, err = time.Parse("20060102", a.ScopeDate)
	switch {
	case a.Service != "s3":
		return wrong(`incorrect service %q. This endpoint belongs to "s3".`, a.Service)
	case a.Terminator != "aws4_request":
		return wrong(`incorrect terminal %q. This endpoint uses "aws4_request".`, a.Terminator)
	case err != nil:
		return wrong(`incorrect date format %q. This date in the credential must be in the format "yyyyMMdd".`,
			a.ScopeDate)
	case region != "" && a.Region != region:
		return wrong("the region %q is wrong; expecting %q", a.Region, region)
	}
	return nil
}

// Policy is what the signature of the form is made over: the policy in base64.
func (f *Form) Policy() string { return f.fields["policy"] }

// formPolicy is the document that says what a form may be.
type formPolicy struct {
	Expiration *string
	Conditions *[]json.RawMessage
}

func badFormPolicy(text string) error { return formFailure("InvalidPolicyDocument", "problem", text) }

func againstPolicy(text string) error { return formFailure("AgainstPolicy", "problem", text) }

// CheckPolicy holds the form to its policy.
func (f *Form) CheckPolicy(bucket string, now time.Time) error {
	text, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\r", "", "\n", "").Replace(f.Policy()))
	if err != nil {
		return badFormPolicy("invalid Base64 encoding.")
	}
	var p formPolicy
	if json.Unmarshal(text, &p) != nil {
		return badFormPolicy("Invalid JSON.")
	}
	switch {
	case p.Expiration == nil:
		return badFormPolicy("Policy missing expiration.")
	case p.Conditions == nil:
		return badFormPolicy("Policy missing conditions.")
	}
	end, err := time.Parse("2006-01-02T15:04:05Z", strings.Replace(*p.Expiration, ".000Z", "Z", 1))
	if err != nil {
		if end, err = time.Parse(time.RFC3339Nano, *p.Expiration); err != nil {
			return badFormPolicy("Invalid 'expiration' value: '" + *p.Expiration + "'")
		}
	}
	if !now.Before(end) {
		return againstPolicy("Policy expired.")
	}
	return f.checkConditions(*p.Conditions, bucket)
}

// uncovered are fields that no condition has to name.
var uncovered = []string{"awsaccesskeyid", "signature", "x-amz-signature", "file", "policy"}

func (f *Form) checkConditions(conditions []json.RawMessage, bucket string) error {
	covered := map[string]bool{}
	for _, raw := range conditions {
		field, err := f.checkCondition(raw, bucket)
		if err != nil {
			return err
		}
		covered[field] = true
	}
	var extra []string
	for _, name := range f.order {
		lower := strings.ToLower(name)
		if !covered[lower] && !slices.Contains(uncovered, lower) && !strings.HasPrefix(lower, "x-ignore-") {
			extra = append(extra, name)
		}
	}
	if len(extra) > 0 {
		return againstPolicy("Extra input fields: " + strings.Join(extra, ", "))
	}
	return nil
}

// checkCondition holds the form to one condition and returns the field that it is
// about: {"acl": "private"}, ["starts-with", "$key", "user/"] or
// ["content-length-range", 1, 1048576].
func (f *Form) checkCondition(raw json.RawMessage, bucket string) (string, error) {
	var simple map[string]any
	if json.Unmarshal(raw, &simple) == nil {
		for name, want := range simple {
			text, ok := want.(string)
			if !ok || len(simple) != 1 {
				return "", badFormPolicy(
					"Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
			}
			return f.compare(bucket, "eq", name, text)
		}
		return "", badFormPolicy(
			"Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
	}
	var list []any
	if json.Unmarshal(raw, &list) != nil {
		return "", badFormPolicy("Invalid condition test: must be a List or Object.")
	}
	if len(list) == 0 {
		return "", badFormPolicy("Invalid Condition: missing operation identifier.")
	}
	operation := fmt.Sprint(list[0])
	if len(list) != 3 {
		return "", badFormPolicy("Invalid " + operation + ": wrong number of arguments.")
	}
	switch strings.ToLower(operation) {
	case "content-length-range":
		return "", f.checkSize(list[1], list[2])
	case "eq", "starts-with":
		field, ok := list[1].(string)
		want, isText := list[2].(string)
		if !ok || !isText {
			return "", badFormPolicy("Invalid " + operation + ": wrong number of arguments.")
		}
		if !strings.HasPrefix(field, "$") { // test_post_object_policy_conditions_validation_eq
			return "", conditionFailed(strings.ToLower(operation), field, want)
		}
		return f.compare(bucket, strings.ToLower(operation), field[1:], want)
	}
	return "", badFormPolicy("Invalid Condition: unknown operation '" + operation + "'.")
}

func (f *Form) compare(bucket, operation, field, want string) (string, error) {
	field = strings.ToLower(field)
	have := f.fields[field]
	if field == "bucket" {
		have = bucket
	}
	if have == want || operation == "starts-with" && strings.HasPrefix(have, want) {
		return field, nil
	}
	return "", conditionFailed(operation, "$"+field, want)
}

// conditionFailed shows a condition as S3 does.
func conditionFailed(words ...string) error {
	for i, word := range words {
		words[i] = strconv.Quote(word)
	}
	return againstPolicy("Policy Condition failed: [" + strings.Join(words, ", ") + "]")
}

func (f *Form) checkSize(least, most any) error {
	from, okFrom := wholeNumber(least)
	to, okTo := wholeNumber(most)
	size := int64(len(f.file))
	switch {
	case !okFrom || !okTo: // test_post_object_policy_validation_size
		return conditionFailed("content-length-range", numberText(least), numberText(most))
	case size < from:
		return formFailure("EntityTooSmall", "ProposedSize", strconv.FormatInt(size, 10), "MinSizeAllowed",
			strconv.FormatInt(from, 10))
	case size > to:
		return formFailure("EntityTooLarge", "ProposedSize", strconv.FormatInt(size, 10), "MaxSizeAllowed",
			strconv.FormatInt(to, 10))
	}
	return nil
}

// wholeNumber reads a number that may be written as a string.
func wholeNumber(v any) (int64, bool) {
	n, err := strconv.ParseInt(numberText(v), 10, 64)
	return n, err == nil
}

func numberText(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// formTags are the tags in the form's field "tagging": an XML document, as of
// PutObjectTagging. One of another root has none (localstack/localstack
// tests/aws/services/s3/test_s3.snapshot.json, test_post_object_with_tags, recorded
// from AWS). Whoever sets tags must be allowed to
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html).
func (b *Buckets) formTags(c *service.Call) ([]tag, error) {
	if !c.Input.Form.Has("tagging") {
		return nil, nil
	}
	if err := b.mayOn(c, c.Input.Labels["Bucket"], "s3:PutObjectTagging", objectARN(c)); err != nil {
		return nil, err
	}
	var in struct {
		TagSet struct{ Tag []tag }
	}
	if xml.Unmarshal([]byte(c.Input.Form.Get("tagging")), &in) != nil {
		return nil, fail("MalformedXML")
	}
	return in.TagSet.Tag, nil
}

type postResponse struct {
	XMLName  xml.Name `xml:"PostResponse"`
	Location string
	Bucket   string
	Key      string
	ETag     string
}

// postObject is PutObject by a form; what it answers is the form's choice.
func (b *Buckets) postObject(c *service.Call) (*protocol.Document, error) {
	if len(checksumNames(c)) > 0 {
		if err := checkBodyChecksums(c); err != nil {
			return nil, err
		}
	}
	tags, err := b.formTags(c)
	if err != nil {
		return nil, err
	}
	put, err := b.put(c, tags)
	if err != nil {
		return nil, err
	}
	header := put.Header
	bucket, key := c.Input.Labels["Bucket"], c.Input.Labels["Key"]
	location := c.Origin + "/" + bucket + "/" + url.PathEscape(key)
	if c.Bucket != "" {
		location = c.Origin + "/" + url.PathEscape(key)
	}
	header["Location"] = location
	if to, err := url.Parse(c.Input.Form.Get("success_action_redirect")); err == nil && to.Host != "" {
		q := to.Query()
		q.Set("bucket", bucket)
		q.Set("key", key)
		q.Set("etag", header["ETag"])
		to.RawQuery = q.Encode()
		header["Location"] = to.String()
		return &protocol.Document{Status: http.StatusSeeOther, Header: header}, nil
	}
	switch c.Input.Form.Get("success_action_status") {
	case "200":
		return &protocol.Document{Status: http.StatusOK, Header: header}, nil
	case "201":
		return &protocol.Document{Status: http.StatusCreated, Header: header,
			Value: &postResponse{Location: location, Bucket: bucket, Key: key, ETag: header["ETag"]}}, nil
	}
	return &protocol.Document{Status: http.StatusNoContent, Header: header}, nil
}
