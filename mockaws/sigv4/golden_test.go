package sigv4_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// Requests that AWS published with their signatures.

const (
	suite      = "github.com/awslabs/aws-c-auth tests/aws-signing-test-suite/"
	suiteKey   = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	suiteScope = "20150830/us-east-1/service/aws4_request"
	iamDocs    = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"
	s3Docs     = "https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html"
	s3QueryDoc = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"
	emptyHash  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

type golden struct {
	source    string
	target    string   // "GET /path?query"
	header    []string // "Name: value"; Host and the date come from the fields
	host      string
	date      string
	body      string
	secret    string
	keyID     string
	scope     string
	signed    string
	signature string // "" for a presigned target
	rules     sigv4.Rules
}

var suiteRules = sigv4.Rules{Service: "service", Region: "us-east-1"}

func fromSuite(name, target, signed, signature string, header ...string) golden {
	return golden{
		source: suite + "v4/" + name, target: target, header: header, host: "example.amazonaws.com",
		date:   "20150830T123600Z",
		secret: suiteKey, keyID: "AKIDEXAMPLE", scope: suiteScope, signed: signed, signature: signature,
		rules: suiteRules,
	}
}

func fromS3(target, body, signed, signature string, header ...string) golden {
	return golden{
		source: s3Docs, target: target, body: body, header: header, host: "examplebucket.s3.amazonaws.com",
		date:   "20130524T000000Z",
		secret: testSecret, keyID: testKeyID, scope: "20130524/us-east-1/s3/aws4_request", signed: signed,
		signature: signature, rules: s3Rules(),
	}
}

var goldens = []golden{
	{
		source: iamDocs, target: "GET /?Action=ListUsers&Version=2010-05-08", host: "iam.amazonaws.com",
		date:   "20150830T123600Z",
		header: []string{"Content-Type: application/x-www-form-urlencoded; charset=utf-8"},
		secret: suiteKey, keyID: "AKIDEXAMPLE", scope: "20150830/us-east-1/iam/aws4_request",
		signed:    "content-type;host;x-amz-date",
		signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
		rules:     sigv4.Rules{Service: "iam", Region: "us-east-1"},
	},
	{
		source: "http://docs.aws.amazon.com/general/latest/gr/sigv4-signed-request-examples.html",
		target: "POST /", host: "iam.amazonaws.com", date: "20110909T233600Z",
		body:   "Action=ListUsers&Version=2010-05-08",
		header: []string{"Content-Type: application/x-www-form-urlencoded; charset=utf-8"},
		secret: suiteKey, keyID: "AKIDEXAMPLE", scope: "20110909/us-east-1/iam/aws4_request",
		signed:    "content-type;host;x-amz-date",
		signature: "ced6826de92d2bdeed8f846f0bf508e8559e98e4b0199114b84c54174deb456c",
		rules:     sigv4.Rules{Service: "iam", Region: "us-east-1"},
	},
	fromSuite("get-vanilla", "GET /", "host;x-amz-date",
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
	fromSuite("get-header-key-duplicate", "GET /", "host;my-header1;x-amz-date",
		"c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
		"My-Header1: value2", "My-Header1: value2", "My-Header1: value1"),
	fromSuite("get-header-value-trim", "GET /", "host;my-header1;my-header2;x-amz-date",
		"acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
		"My-Header1:  value1", `My-Header2:  "a   b   c"`),
	fromSuite("get-relative-normalized", "GET /example/..", "host;x-amz-date",
		"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
	fromSuite("get-slash-pointless-dot-normalized", "GET /./example", "host;x-amz-date",
		"ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
	fromSuite("get-slashes-normalized", "GET //example//", "host;x-amz-date",
		"9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
	fromSuite("get-utf8", "GET /ሴ", "host;x-amz-date",
		"8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
	fromSuite("get-vanilla-query-order-encoded", "GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
		"host;x-amz-date", "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
	fromSuite("get-vanilla-utf8-query", "GET /?ሴ=bar", "host;x-amz-date",
		"2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
	fromSuite("get-vanilla-with-session-token", "GET /", "host;x-amz-date;x-amz-security-token",
		"07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
		"X-Amz-Security-Token: 6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"),
	{
		source: suite + "v4/get-vanilla-query, as a presigned URL", host: "example.amazonaws.com",
		date: "20150830T123600Z", secret: suiteKey, keyID: "AKIDEXAMPLE",
		target: "GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z" +
			"&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Signature=e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
		rules: suiteRules,
	},
	fromS3("GET /test.txt", "", "host;range;x-amz-content-sha256;x-amz-date",
		"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
		"Range: bytes=0-9", "X-Amz-Content-Sha256: "+emptyHash),
	fromS3("PUT /test%24file.text", "Welcome to Amazon S3.",
		"date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
		"98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
		"Date: Fri, 24 May 2013 00:00:00 GMT", "X-Amz-Storage-Class: REDUCED_REDUNDANCY",
		"X-Amz-Content-Sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
	fromS3("GET /?lifecycle", "", "host;x-amz-content-sha256;x-amz-date",
		"fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
		"X-Amz-Content-Sha256: "+emptyHash),
	fromS3("GET /?max-keys=2&prefix=J", "", "host;x-amz-content-sha256;x-amz-date",
		"34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
		"X-Amz-Content-Sha256: "+emptyHash),
	{
		source: s3QueryDoc, host: "examplebucket.s3.amazonaws.com", date: "20130524T000000Z", secret: testSecret,
		keyID: testKeyID,
		target: "GET /test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
			"&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
		rules: s3Rules(),
	},
}

func (x golden) request() *sigv4.Request {
	method, target, _ := strings.Cut(x.target, " ")
	path, query, _ := strings.Cut(target, "?")
	r := &sigv4.Request{Method: method, Host: x.host, Path: path, RawQuery: query, Header: http.Header{},
		Body: []byte(x.body)}
	for _, line := range x.header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	if x.signature == "" {
		return r
	}
	r.Header.Set("X-Amz-Date", x.date)
	algorithm := "AWS4-HMAC-SHA256"
	if x.rules.Asymmetric {
		algorithm = "AWS4-ECDSA-P256-SHA256"
	}
	r.Header.Set("Authorization", algorithm+" Credential="+x.keyID+"/"+x.scope+", SignedHeaders="+x.signed+
		", Signature="+x.signature)
	return r
}

func TestGolden(t *testing.T) {
	for _, x := range goldens {
		t.Run(x.target[:min(len(x.target), 50)], func(t *testing.T) {
			now, err := time.Parse("20060102T150405Z", x.date)
			if err != nil {
				t.Fatal(err)
			}
			if refusal := judge(new(sigv4.Verifier), x.request(), x.rules, x.secret, now); refusal != nil {
				t.Errorf("%s: %s\n%+v", x.source, refusal.Error(), refusal.Cause)
			}
			if refusal := judge(new(sigv4.Verifier), x.request(), x.rules, x.secret+"x", now); refusal == nil {
				t.Errorf("%s: another secret is accepted", x.source)
			}
		})
	}
}
