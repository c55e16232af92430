package conformance

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/all"
	"github.com/hostproof/hostproof/mockaws/service/s3"
)

// call is a call that reads something and needs nothing to be there.
type call struct {
	service            *service.Service
	operation          string
	method, path, body string
	header             map[string]string
	// result is what a result of the operation holds and hardly anything else does.
	result string
}

func form(action, version string) (string, map[string]string) {
	return "Action=" + action + "&Version=" + version,
		map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
}

// calls are one of each protocol and of each service whose refusals differ.
var calls = sync.OnceValue(func() []call {
	identity, formType := form("GetCallerIdentity", "2011-06-15")
	users, _ := form("ListUsers", "2010-05-08")
	target := func(version, operation string) map[string]string {
		return map[string]string{"Content-Type": "application/x-amz-json-" + version, "X-Amz-Target": operation}
	}
	list := []call{
		{operation: "GetCallerIdentity", method: http.MethodPost, path: "/", body: identity, header: formType,
			result: `<GetCallerIdentityResult`},
		{operation: "ListUsers", method: http.MethodPost, path: "/", body: users, header: formType,
			result: `<ListUsersResult`},
		{operation: "ListBuckets", method: http.MethodGet, path: "/?x-id=ListBuckets",
			result: `<ListAllMyBucketsResult`},
		{operation: "ListTables", method: http.MethodPost, path: "/", body: "{}",
			header: target("1.0", "DynamoDB_20120810.ListTables"), result: `"TableNames"`},
		{operation: "ListQueues", method: http.MethodPost, path: "/", body: "{}",
			header: target("1.0", "AmazonSQS.ListQueues"), result: `{`},
		{operation: "ListSecrets", method: http.MethodPost, path: "/", body: "{}",
			header: target("1.1", "secretsmanager.ListSecrets"), result: `"SecretList"`},
		{operation: "DescribeParameters", method: http.MethodPost, path: "/", body: "{}",
			header: target("1.1", "AmazonSSM.DescribeParameters"), result: `"Parameters"`},
		{operation: "ListKeys", method: http.MethodPost, path: "/", body: "{}",
			header: target("1.1", "TrentService.ListKeys"), result: `"Keys"`},
		{operation: "ListFunctions", method: http.MethodGet, path: "/2015-03-31/functions/", result: `"Functions"`},
	}
	ids := []string{"STS", "IAM", "S3", "DynamoDB", "SQS", "Secrets Manager", "SSM", "KMS", "Lambda"}
	known := map[string]*service.Service{}
	for _, s := range all.Services(s3.NewBuckets(), nil, nil) {
		known[s.ID] = s
	}
	for i, id := range ids {
		list[i].service = known[id]
	}
	return list
})

// attempt is a request on its way.
type attempt struct {
	request              *http.Request
	body                 []byte
	keyID, secret, token string
	region, signingName  string
	at                   time.Time
	unsigned, s3         bool
}

// sender is whose request is made, and where it goes.
type sender struct {
	base          string // https://host:port
	host          string // in place of the one in base; "" for none
	keyID, secret string
	region        string
}

// request is the question as a request.
func (q question) request(ctx context.Context, c call, by sender) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, c.method, by.base+c.path, bytes.NewReader([]byte(c.body)))
	if err != nil {
		return nil, err
	}
	r.Host = cmp.Or(by.host, r.Host)
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	a := &attempt{request: r, body: []byte(c.body), keyID: by.keyID, secret: by.secret, region: by.region,
		signingName: c.service.SigningName, at: time.Now(), s3: c.service.Dialect.Protocol == protocol.S3}
	if q.before != nil {
		q.before(a)
	}
	if !a.unsigned {
		if err := a.sign(ctx); err != nil {
			return nil, err
		}
	}
	if q.after != nil {
		q.after(a)
	}
	return r, nil
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

// errorOf is the error code and the text of a response in any of AWS's
// protocols, "" for what is not there.
func errorOf(h http.Header, body []byte) (code, text string) {
	code, _, _ = strings.Cut(h.Get("X-Amzn-Errortype"), ":")
	var object struct {
		Type    string `json:"__type"`
		Code    string `json:"code"`
		Message string `json:"message"` // or Message: the decoder takes both
	}
	if json.Unmarshal(body, &object) == nil {
		code, text = cmp.Or(code, object.Type, object.Code), object.Message
	} else {
		found := xmlError(body)
		code, text = cmp.Or(code, found["Code"]), found["Message"]
	}
	return code[strings.LastIndexByte(code, '#')+1:], text
}

// xmlError holds the texts of the first elements Code and Message.
func xmlError(body []byte) map[string]string {
	found := map[string]string{}
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return found
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "Code" && start.Name.Local != "Message" {
			continue
		}
		var text string
		_ = d.DecodeElement(&text, &start) // what cannot be read is no text
		if _, ok := found[start.Name.Local]; !ok {
			found[start.Name.Local] = text
		}
	}
}
