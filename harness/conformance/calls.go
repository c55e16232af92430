package conformance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/service"
)

// call is a call that reads something and needs nothing to be there.
type call struct {
	service            *service.Service
	operation          string
	method, path, body string
	header             map[string]string
}

func form(action, version string) (string, map[string]string) {
	return "Action=" + action + "&Version=" + version, map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
}

// calls are one of each protocol and of each service whose refusals differ.
var calls = func() []call {
	identity, formType := form("GetCallerIdentity", "2011-06-15")
	users, _ := form("ListUsers", "2010-05-08")
	target := func(version, operation string) map[string]string {
		return map[string]string{"Content-Type": "application/x-amz-json-" + version, "X-Amz-Target": operation}
	}
	list := []call{
		{operation: "GetCallerIdentity", method: http.MethodPost, path: "/", body: identity, header: formType},
		{operation: "ListUsers", method: http.MethodPost, path: "/", body: users, header: formType},
		{operation: "ListBuckets", method: http.MethodGet, path: "/"},
		{operation: "ListTables", method: http.MethodPost, path: "/", body: "{}", header: target("1.0", "DynamoDB_20120810.ListTables")},
		{operation: "ListQueues", method: http.MethodPost, path: "/", body: "{}", header: target("1.0", "AmazonSQS.ListQueues")},
		{operation: "ListSecrets", method: http.MethodPost, path: "/", body: "{}", header: target("1.1", "secretsmanager.ListSecrets")},
		{operation: "DescribeParameters", method: http.MethodPost, path: "/", body: "{}", header: target("1.1", "AmazonSSM.DescribeParameters")},
		{operation: "ListKeys", method: http.MethodPost, path: "/", body: "{}", header: target("1.1", "TrentService.ListKeys")},
		{operation: "ListFunctions", method: http.MethodGet, path: "/2015-03-31/functions/"},
	}
	ids := []string{"STS", "IAM", "S3", "DynamoDB", "SQS", "Secrets Manager", "SSM", "KMS", "Lambda"}
	known := map[string]*service.Service{}
	for _, s := range service.Builtin(service.NewBuckets(), nil, nil) {
		known[s.ID] = s
	}
	for i, id := range ids {
		list[i].service = known[id]
	}
	return list
}()

// attempt is a request on its way.
type attempt struct {
	request              *http.Request
	body                 []byte
	keyID, secret, token string
	region, signingName  string
	at                   time.Time
	unsigned, s3         bool
}

// sign signs as AWS's own SDK does.
func (a *attempt) sign(ctx context.Context) error {
	sum := sha256.Sum256(a.body)
	hash := hex.EncodeToString(sum[:])
	if a.s3 {
		a.request.Header.Set("X-Amz-Content-Sha256", hash)
	}
	credentials := aws.Credentials{AccessKeyID: a.keyID, SecretAccessKey: a.secret, SessionToken: a.token}
	return v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = a.s3 }).
		SignHTTP(ctx, credentials, a.request, hash, a.signingName, a.region, a.at)
}

// nudge is a date in ISO 8601, a second later.
func nudge(date string) string {
	t, err := time.Parse("20060102T150405Z", date)
	if err != nil {
		return date
	}
	return t.Add(time.Second).Format("20060102T150405Z")
}

// codeOf is the error code of a response in any of AWS's protocols.
func codeOf(h http.Header, body []byte) string {
	code, _, _ := strings.Cut(h.Get("X-Amzn-Errortype"), ":")
	var object struct {
		Type string `json:"__type"`
		Code string `json:"code"`
	}
	if code == "" && json.Unmarshal(body, &object) == nil {
		if code = object.Type; code == "" {
			code = object.Code
		}
	}
	if code == "" {
		code = xmlCode(body)
	}
	return code[strings.LastIndexByte(code, '#')+1:]
}

// xmlCode is the text of the first element Code.
func xmlCode(body []byte) string {
	d := xml.NewDecoder(strings.NewReader(string(body)))
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "Code" {
			var code string
			_ = d.DecodeElement(&code, &start) // what cannot be read is no code
			return code
		}
	}
}
