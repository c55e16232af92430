package shown_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/shown"
)

// TestHidden: what Header and Query do not show, and nothing that they do.
func TestHidden(t *testing.T) {
	got := shown.Hidden(http.Header{
		"X-Api-Key": {"hunter2hunter2", "12345678"}, "Cookie": {"1234567"}, "User-Agent": {"a long user agent"},
		"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIA"},
	}, "password=pass%2Fword1&prefix=a-long-prefix&x=1&flag&short=1234567&plain=plain-text-1")
	slices.Sort(got)
	want := []string{"12345678", "hunter2hunter2", "pass%2Fword1", "pass/word1", "plain-text-1"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPasswordsInAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"https://user:secret@example.com/":   "https://user:<password>@example.com/",
		"redis://:secret@h and http://u:p@h": "redis://:<password>@h and http://u:<password>@h",
		"https://example.com/a@b":            "https://example.com/a@b",
		"https://example.com:80/":            "https://example.com:80/",
		"user:secret@example.com":            "user:secret@example.com",
	} {
		if got := shown.WithoutPasswords(text); got != want || shown.HasPassword(text) != (got != text) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestTokens: of a token the first 8 characters show where it has 32 of them, of an
// Authorization header what is public.
func TestTokens(t *testing.T) {
	for value, want := range map[string]string{
		"":                                        "",
		strings.Repeat("a", 31):                   "<31 characters>",
		strings.Repeat("a", 32):                   "<32 characters, aaaaaaaa…>",
		"AWS4-HMAC-SHA256 Signature=abc":          "AWS4-HMAC-SHA256 Signature=",
		"AWS4-HMAC-SHA256 Signature=12345678":     "AWS4-HMAC-SHA256 Signature=12345678…",
		"AWS4-HMAC-SHA256 nothing,  Other=secret": "AWS4-HMAC-SHA256 <7 characters>,  Other=<6 characters>",
		"AWS4-HMAC-SHA256 Credential=a-secret-of-its-own/x": "AWS4-HMAC-SHA256 Credential=<21 characters>",
		"Bearer " + strings.Repeat("b", 40):                 "<47 characters, Bearer b…>",
	} {
		if got := shown.Token(value); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}

// TestKeyOf: a scope has four parts, three where it names no region, and a secret may have slashes of its own.
func TestKeyOf(t *testing.T) {
	const scope = "/20261130/eu-west-1/s3/aws4_request"
	for credential, want := range map[string]string{
		"AKIAIOSFODNN7EXAMPLE" + scope: "AKIAIOSFODNN7EXAMPLE",
		"a/secret/of/slashes" + scope:  "a/secret/of/slashes",

		"AKIAIOSFODNN7EXAMPLE/20261130/s3/aws4_request": "AKIAIOSFODNN7EXAMPLE",
		"a/secret/of/slashes/20261130/s3/aws4_request":  "a/secret/of/slashes",
		"AKIAIOSFODNN7EXAMPLE/today/us-east-1/s3/aws4":  "AKIAIOSFODNN7EXAMPLE",
		"AKIAIOSFODNN7EXAMPLE/2026":                     "AKIAIOSFODNN7EXAMPLE",
		"AKIAIOSFODNN7EXAMPLE":                          "AKIAIOSFODNN7EXAMPLE",
		"with+plus/2026":                                "with+plus/2026",
		"WITH+PLUS/2026":                                "WITH+PLUS/2026",
		"a/b":                                           "a/b",
		"z/b":                                           "z/b",
		"":                                              "",
	} {
		if got := shown.KeyOf(credential); got != want {
			t.Errorf("%s: %q, want %q", credential, got, want)
		}
	}
	for id, public := range map[string]bool{"AKIAIOSFODNN7EXAMPLE": true, "ZZZZZZZZ99999999": true,
		"AAAA0000AAAA0000": true,
		"short-secret-15":  true, "a-secret-of-16-c": false, "AKIAIOSFODNN7EXAMPLe": false} {
		if shown.KeyID(id) != public {
			t.Errorf("%s: want %t", id, public)
		}
	}
}

// TestPublicNames: the headers and parameters of AWS's references whose values are no
// secrets show them: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonRequestHeaders.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, API_GetObject.html,
// API_CopyObject.html, API_ListObjectsV2.html;
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html;
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html.
func TestPublicNames(t *testing.T) {
	const value = "0123456789-public-value"
	for name := range strings.FieldsSeq(`
		Accept Accept-Encoding Cache-Control Connection Content-Disposition Content-Encoding Content-Language
		Content-Length
		Content-MD5 Content-Type Date Expect Expires Host If-Match If-Modified-Since If-None-Match
		If-Unmodified-Since Range
		Transfer-Encoding Upgrade User-Agent Amz-Sdk-Invocation-Id Amz-Sdk-Request Anthropic-Version Anthropic-Beta
		Traceparent X-Amz-Acl X-Amz-Content-Sha256 X-Amz-Copy-Source X-Amz-Copy-Source-Range X-Amz-Date
		X-Amz-Decoded-Content-Length X-Amz-Expected-Bucket-Owner X-Amz-Invocation-Type X-Amz-Log-Type X-Amz-Max-Parts
		X-Amz-Metadata-Directive X-Amz-Object-Attributes X-Amz-Object-Ownership X-Amz-Part-Number-Marker
		X-Amz-Region-Set
		X-Amz-Request-Payer X-Amz-Sdk-Checksum-Algorithm X-Amz-Server-Side-Encryption
		X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id X-Amz-Source-Expected-Bucket-Owner X-Amz-Storage-Class
		X-Amz-Tagging-Directive X-Amz-Target X-Amz-Trailer X-Amz-User-Agent X-Amzn-Trace-Id X-Amzn-Query-Mode
		X-Amz-Checksum-Crc32 X-Amzn-Bedrock-Trace X-Amz-Object-Lock-Mode X-Stainless-Lang Smithy-Protocol
		Openai-Project`) {
		if got := shown.Header(http.Header{name: {value}})[name][0]; got != value {
			t.Errorf("%s: %s", name, got)
		}
	}
	for name := range strings.FieldsSeq(`
		X-Amz-Algorithm X-Amz-Content-Sha256 X-Amz-Date X-Amz-Expires X-Amz-SignedHeaders Expires x-amz-checksum-mode
		x-amz-sdk-checksum-algorithm x-amz-expected-bucket-owner x-amz-acl x-id Action Version list-type prefix
		delimiter
		marker start-after key-marker max-keys max-uploads max-buckets encoding-type fetch-owner partNumber uploadId
		versionId
		RoleSessionName RoleArn DurationSeconds endpoint client_id response-content-type MaxResults limit Qualifier
		FunctionVersion`) {
		if got := shown.Query(name + "=" + value); got != name+"="+value {
			t.Errorf("%s: %s", name, got)
		}
	}
	for name := range strings.FieldsSeq(`
		acl cors delete lifecycle location logging notification object-lock policy policyStatus publicAccessBlock
		replication
		requestPayment retention session tagging torrent uploads versioning versions website encryption attributes
		ownershipControls accelerate analytics inventory metrics legal-hold restore select intelligent-tiering`) {
		// Signers write a name without a value with "=" as well.
		for _, query := range []string{name, name + "=", name + "=" + value} {
			if got := shown.Query(query); got != query {
				t.Errorf("%s: %s", query, got)
			}
		}
	}
}
