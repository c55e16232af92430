package explain

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/all"
	"github.com/hostproof/hostproof/mockaws/service/catalog"
	"github.com/hostproof/hostproof/mockaws/service/s3"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// services knows AWS's services by hostname, path and headers; no call is handled.
var services = sync.OnceValue(func() *catalog.Catalog {
	return catalog.New(all.Services(s3.NewBuckets(), nil, nil)...)
})

// subject is a message with what was read out of it.
type subject struct {
	*message
	report  *Request
	request *sigv4.Request
	target  *catalog.Target
	auth    *sigv4.Authorization
	refusal *verdict.Refusal // what AWS would say of the shape
	token   string
	bearer  string
	library library.Library
	now     time.Time // when it was answered or captured; zero: unknown
	today   time.Time // when it is explained; zero: unknown
	secret  string
}

// judge explains one request; nil for one that is not AWS's.
func judge(m *message, o Options) *Request {
	s := &subject{message: m, secret: o.Secret}
	if s.secret == "" {
		s.secret = m.secret
	}
	s.now, s.today = m.when(), o.Now
	s.read()
	if !s.isAWS() {
		return nil
	}
	s.describe()
	s.verify()
	s.report.Findings = s.ruled()
	for _, c := range checks {
		if f, ok := c.finding(s); ok {
			s.report.Findings = append(s.report.Findings, f)
		}
	}
	return s.report
}

// when is the server's time, or else that of the capture.
func (m *message) when() time.Time {
	if t, ok := httpDate(m.responseHeader); ok {
		return t
	}
	return m.time
}

// latest is the time at which a URL or token is good or not: that of the answer,
// or else today.
func (s *subject) latest() time.Time {
	if s.now.IsZero() {
		return s.today
	}
	return s.now
}

// sent is when the request was made, as far as anything tells.
func (s *subject) sent() time.Time {
	if t, ok := amzDate(s.header.Get("X-Amz-Date")); ok {
		return t
	}
	return s.latest()
}

func (s *subject) read() {
	path, query := s.message.target()
	header := s.header.Clone()
	host := s.host()
	header.Del("Host")
	s.request = &sigv4.Request{Method: s.method, Host: host, Path: path, RawQuery: query, Header: header, Body: s.body}
	if len(s.body) > 0 && header.Get("Content-Length") == "" && s.hasBody {
		header.Set("Content-Length", itoa(len(s.body)))
	}
	scope := strings.Split(sigv4.CredentialOf(s.request), "/")
	scopeService := ""
	if len(scope) >= 4 {
		scopeService = scope[len(scope)-2]
	}
	if s.signing != nil {
		scopeService = s.signing.service
	}
	s.target, _ = services().Identify(&catalog.Request{Method: s.method, Host: host, Path: path, RawQuery: query,
		Header: header, Body: s.body, ScopeService: scopeService})
	s.library = library.Of(header.Get("User-Agent"))
	if s.library.ID == "" {
		s.library = library.Of(header.Get("X-Amz-User-Agent"))
	}
	if scheme, value, _ := strings.Cut(header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		s.bearer = strings.TrimSpace(value)
	}
	s.parse(header, query)
}

func (s *subject) parse(header http.Header, query string) {
	now := s.now
	if now.IsZero() {
		now, _ = amzDate(header.Get("X-Amz-Date")) // no skew
	}
	s.auth, s.refusal = sigv4.Parse(s.request, s.rules(), now)
	if s.auth == nil {
		s.auth = &sigv4.Authorization{}
	}
	s.token = s.auth.Token
	if s.token == "" {
		s.token = header.Get("X-Amz-Security-Token")
	}
	if values, err := url.ParseQuery(query); err == nil && s.token == "" {
		s.token = values.Get("X-Amz-Security-Token")
	}
	if s.signing != nil {
		s.auth.KeyID, s.auth.Region, s.auth.Service = s.signing.keyID, s.signing.region, s.signing.service
	}
}

func (s *subject) rules() sigv4.Rules {
	if s.target.Service == nil {
		parts := strings.Split(sigv4.CredentialOf(s.request), "/")
		if len(parts) >= 5 {
			return sigv4.Rules{Service: parts[len(parts)-2]}
		}
		return sigv4.Rules{}
	}
	return s.target.Service.Rules(s.target.Region)
}

var awsHost = late.MustCompile(`(?i)\.(amazonaws\.com(\.cn)?|api\.aws|on\.aws)(:\d+)?$`)

func (s *subject) isAWS() bool {
	return s.auth.Algorithm != "" || s.auth.KeyID != "" || s.signing != nil || awsHost.MatchString(s.host()) ||
		s.token != "" || s.header.Get("X-Amz-Target") != "" || strings.HasPrefix(s.bearer, "ABSK") ||
		strings.HasPrefix(s.bearer, iam.ShortTermPrefix)
}

func (s *subject) describe() {
	path, _ := s.message.target()
	r := &Request{At: s.at, Method: s.method, Host: s.host(), Path: path, Call: "unknown", Region: s.target.Region,
		Library: s.library.String(), Status: s.status}
	s.report = r
	if svc := s.target.Service; svc != nil {
		r.Service, r.Call = svc.ID, service.CallName(svc, s.target.Operation)
		if s.target.Operation == nil && s.operation != "" {
			r.Call = strings.TrimSuffix(r.Call, "unknown") + s.operation
		}
	}
	p := &r.Presented
	p.Scheme = s.scheme()
	p.ScopeDate, p.ScopeRegion, p.ScopeService, p.SignedHeaders = s.auth.ScopeDate, s.auth.Region, s.auth.Service,
		s.auth.SignedHeaders
	p.Token, p.Bearer = exchange.Describe(s.token), exchange.Describe(s.bearer)
	switch id := s.keyPart(); {
	case strings.HasPrefix(id, "$"): // a variable that the shell would have filled in
		p.KeyID = id
	case keyID.MatchString(id) || len(id) < 16:
		p.KeyID = id
		r.KeyKind = keyKinds[id[:min(4, len(id))]]
		r.Account, _ = iam.AccountOfKey(id)
	default:
		p.NotKeyID = exchange.Describe(id)
	}
	if s.token != "" {
		r.TokenKind = tokenKind(s.token)
		if _, account, _, err := iam.DecodeToken(s.token); err == nil {
			r.TokenAccount = account
		}
	}
	r.Code, r.Message = answer(s.message)
	r.Message = hideSecrets(s.hide(r.Message))
	s.redact(r)
}

// keyPart is what stands in the place of the key id; a secret there may have
// slashes of its own.
func (s *subject) keyPart() string {
	if parts := strings.Split(s.auth.Credential, "/"); len(parts) > 5 {
		return strings.Join(parts[:len(parts)-4], "/")
	}
	return s.auth.KeyID
}

func (s *subject) scheme() string {
	switch {
	case s.bearer != "":
		return "bearer"
	case s.signing != nil:
		return "sigv4"
	case s.auth.Algorithm == "":
		return "none"
	case s.auth.Mechanism == sigv4.Query:
		return "sigv4-query"
	case s.auth.Asymmetric():
		return "sigv4a"
	}
	return "sigv4"
}

var keyID = late.MustCompile(`^[A-Z0-9]{16,128}$`)

// keyKinds are told by the first four characters
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
var keyKinds = map[string]string{"AKIA": "long-term", "ASIA": "temporary", "ABIA": "bearer", "ACCA": "context-specific"}

// tokenKinds are told by how tokens begin (the type byte and the name in it, as
// read by https://github.com/talbeerysec/STS-token-decoder).
var tokenKinds = []struct{ prefix, kind string }{
	{"IQoJb3JpZ2luX2Vj", "of a regional endpoint, valid in all regions"},
	{"FwoGZXIvYXdz", "of the global endpoint, not valid in opt-in regions"},
	{"AQoDYXdz", "of a kind not issued for years"},
	{"AgoGb3JpZ2lu", "of a kind not issued for years"},
	{"AgoJb3JpZ2luX2Vj", "of a kind not issued for years"},
}

func tokenKind(token string) string {
	for _, k := range tokenKinds {
		if strings.HasPrefix(token, k.prefix) {
			return k.kind
		}
	}
	return ""
}

// verify computes the signature again.
func (s *subject) verify() {
	if s.secret == "" || strings.HasPrefix(s.secret, "$") || s.auth.Signature == "" || s.auth.Asymmetric() {
		return
	}
	if !s.hasBody && s.header.Get("X-Amz-Content-Sha256") != "UNSIGNED-PAYLOAD" {
		s.report.Signature = "not checked: the body is not in the capture"
		return
	}
	var v sigv4.Verifier
	if v.Verify(s.request, s.auth, s.rules(), s.secret) == nil {
		s.report.Signature = "valid"
		return
	}
	s.report.Signature = "wrong"
	x := mistakes.Explain(s.request, s.auth, s.rules(), s.secret)
	s.report.Explanation = &exchange.Explanation{
		CanonicalRequest: s.hide(mistakes.Redact(x.CanonicalRequest)), StringToSign: x.StringToSign,
		Mistake: s.hide(x.Mistake),
		Line:    x.FirstDifference.Line, Name: x.FirstDifference.Name,
		Ours:   s.hide(mistakes.Redact(x.FirstDifference.Ours)),
		Theirs: s.hide(mistakes.Redact(x.FirstDifference.Theirs)),
	}
}

// hide takes what is secret out of a text.
func (s *subject) hide(text string) string {
	for _, secret := range []string{s.secret, s.token, s.bearer} {
		if len(secret) >= 8 && !strings.HasPrefix(secret, "$") {
			text = strings.ReplaceAll(text, secret, "<secret>")
		}
	}
	text = s.hideInput(text)
	if s.report != nil && s.report.Presented.NotKeyID != nil {
		text = strings.ReplaceAll(text, s.keyPart(), "<no access key id>")
	}
	return text
}
