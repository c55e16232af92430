package metadata

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// HTTPTokens says whether IMDS wants a session token, as the option of the same
// name of ec2:ModifyInstanceMetadataOptions does.
type HTTPTokens string

// The values of HTTPTokens.
const (
	TokensRequired HTTPTokens = "required" // version 2 only: no request without a token
	TokensOptional HTTPTokens = "optional" // version 1 is allowed too
)

// IMDSOptions are the options of IMDS.
type IMDSOptions struct {
	Settings
	// Vendor issues the credentials of the instance profile's role. Required;
	// Failing(ErrNoRole) is an instance without a profile.
	Vendor Vendor
	// RoleName is listed under security-credentials/. Empty means the name of the
	// credentials, so that a list alone makes credentials too.
	RoleName string
	// Tokens is "required" by default.
	Tokens HTTPTokens
	// HopLimit is how many hops away from the instance the answer to a request
	// for a token gets, 1 to 64, 1 by default; Hops is how many away the program
	// is, 1 by default: on the instance itself. A container is usually 2 away.
	HopLimit, Hops int
	// Disabled turns the whole service off: 403 for everything.
	Disabled bool
	// NoVersion2, if set, is the status with which token requests are refused:
	// 404 or 405, as by proxies and emulators that know version 1 only.
	NoVersion2 int
	// Extended serves security-credentials-extended, which has the account id.
	// Most instances did not have it when it was first asked for by SDKs.
	Extended bool
	// Instance is what the rest of the tree tells.
	Instance Instance
}

const (
	imdsTokenPath = "/latest/api/token"
	ttlHeader     = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	tokenHeader   = "X-Aws-Ec2-Metadata-Token"
	shortestTTL   = time.Second
	longestTTL    = 6 * time.Hour
)

const (
	imdsDocs      = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html"
	imdsPageShape = "the page is that of imds/not-found, as aws/amazon-ec2-metadata-mock has it"
	imdsRecording = "smithy-lang/smithy-rs: aws/rust-runtime/aws-config/test-data/default-credential-provider-chain/"
)

const (
	imdsToken = iota
	imdsTokenMethod
	imdsTokenSlash
	imdsTTL
	imdsForwarded
	imdsTooFar
	imdsNoVersion2
	imdsDisabled
	imdsTokenMissing
	imdsTokenInvalid
	imdsTokenExpired
	imdsMethod
	imdsValue
	imdsDirectory
	imdsNotFound
	imdsNoRole
	imdsNotReady
	imdsCredentials
	imdsExtended
	imdsAssumeRole
	imdsFailure
	imdsThrottled
	imdsFault
)

// imdsVersion is 2 for a request with a session token, and for one that asks for
// one, and else 1
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html).
func imdsVersion(r *http.Request) string {
	if r.Method == http.MethodPut || len(r.Header.Values(tokenHeader)) > 0 {
		return "2"
	}
	return "1"
}

var imdsBehaviours = [...]Behaviour{
	imdsToken:       {"imds/token", 200, Verified, imdsRecording + "imds_assume_role"},
	imdsTokenMethod: {"imds/token-method", 405, Verified, "jtblin/aws-mock-metadata: recorded 2020-04-07"},
	imdsTokenSlash:  {"imds/token-slash", 403, Verified, "aws-beam/aws_credentials#47"},
	imdsTTL: {"imds/token-ttl", 400, Likely, imdsDocs + ", apache/opendal-reqsign#197 (the status); " +
		imdsPageShape},
	imdsForwarded: {"imds/token-forwarded", 403, Likely,
		"https://aws.amazon.com/blogs/security/defense-in-depth-open-firewalls-reverse-proxies-ssrf-vulnerabilities-ec2-instance-metadata-service/"},
	imdsTooFar: {"imds/token-too-far", 0, Verified,
		"https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html"},
	imdsNoVersion2: {"imds/no-version-2", 404, Likely,
		"aws/aws-sdk-go-v2: feature/ec2/imds/token_provider.go falls back on these"},
	imdsDisabled: {"imds/disabled", 403, Likely, imdsDocs + "; without a body, as other 403"},
	imdsTokenMissing: {"imds/token-missing", 401, Likely,
		"awslabs/amazon-eks-ami#594, acantril/learn-cantrill-io-labs#157 (the title); " + imdsPageShape},
	imdsTokenInvalid: {"imds/token-invalid", 401, Likely, "awslabs/amazon-eks-ami#594; " + imdsPageShape},
	imdsTokenExpired: {"imds/token-expired", 401, Likely, imdsDocs + "; " + imdsPageShape},
	imdsMethod:       {"imds/method", 405, Unverified, "inferred from imds/token-method"},
	imdsValue:        {"imds/value", 200, Verified, imdsRecording + "imds_assume_role"},
	imdsDirectory:    {"imds/directory", 200, Verified, imdsDocs},
	imdsNotFound:     {"imds/not-found", 404, Verified, imdsRecording + "imds_no_iam_role"},
	imdsNoRole:       {"imds/no-role", 404, Verified, imdsRecording + "imds_no_iam_role"},
	imdsNotReady: {"imds/not-ready", 404, Likely,
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html"},
	imdsCredentials: {"imds/credentials", 200, Verified, imdsRecording + "imds_assume_role"},
	imdsExtended: {"imds/credentials-extended", 200, Likely, "aws/aws-sdk-ruby: instance_profile_credentials.rb; " +
		"smithy-lang/smithy-rs: aws/rust-runtime/aws-config/src/imds"},
	imdsAssumeRole: {"imds/assume-role", 200, Verified, "aws/aws-cli#2060; the newer address in the message is " +
		"that of https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html"},
	imdsFailure: {"imds/failure", 500, Unverified, "inferred"},
	imdsThrottled: {"imds/throttled", 429, Unverified, "aws-deadline/deadline-cloud-worker-agent#1083 meets 429; " +
		imdsDocs + " names no status"},
	imdsFault: {"imds/fault", 0, Unverified, imdsDocs + "; the page as in imds/not-found"},
}

// IMDS is EC2's instance metadata service, versions 1 and 2, at
// 169.254.169.254:80 and [fd00:ec2::254]:80. An error says which option is
// wrong.
func IMDS(o IMDSOptions) (http.Handler, error) {
	o.Tokens = cmp.Or(o.Tokens, TokensRequired)
	o.HopLimit, o.Hops = cmp.Or(o.HopLimit, 1), cmp.Or(o.Hops, 1)
	switch {
	case o.Vendor == nil:
		return nil, errors.New("imds: no Vendor: use Failing(ErrNoRole) for an instance without a role")
	case o.Tokens != TokensRequired && o.Tokens != TokensOptional:
		return nil, fmt.Errorf("imds: Tokens is %q, want %q or %q", o.Tokens, TokensRequired, TokensOptional)
	case o.HopLimit < 1 || o.HopLimit > 64:
		return nil, fmt.Errorf("imds: HopLimit is %d, want 1 to 64", o.HopLimit)
	case o.Hops < 1:
		return nil, fmt.Errorf("imds: Hops is %d, want at least 1", o.Hops)
	case !slices.Contains([]int{0, 403, 404, 405}, o.NoVersion2):
		return nil, fmt.Errorf("imds: NoVersion2 is %d, want 0, 403, 404 or 405", o.NoVersion2)
	}
	o.Settings = o.defaults()
	m := &imds{IMDSOptions: o, tokens: newSessionTokens()}
	m.Instance = o.Instance.complete(o.Now())
	return o.serve(kind{"imds", m.throttled, m.failed}, m.answer), nil
}

type imds struct {
	IMDSOptions
	tokens *sessionTokens
}

func (m *imds) answer(r *http.Request) reply {
	switch {
	case m.Disabled:
		return m.empty(imdsDisabled).because("the instance metadata service is turned off (HttpEndpoint: disabled)")
	case r.URL.Path == imdsTokenPath+"/":
		return m.empty(imdsTokenSlash).because("the path of a token request ends without a slash")
	case r.URL.Path == imdsTokenPath:
		return m.token(r)
	}
	ttl, refusal := m.authorize(r)
	if refusal != nil {
		return *refusal
	}
	a := m.lookup(r)
	if ttl > 0 {
		a = a.with(ttlHeader, strconv.Itoa(int(ttl/time.Second)))
	}
	return a
}

// token answers a request for a session token.
func (m *imds) token(r *http.Request) reply {
	if m.NoVersion2 != 0 {
		return m.pageOf(imdsNoVersion2, m.NoVersion2).because("this endpoint knows only version 1")
	}
	if r.Method != http.MethodPut {
		return m.empty(imdsTokenMethod).with("Allow", "OPTIONS, PUT").because("a token is requested with PUT")
	}
	if m.Hops > m.HopLimit {
		return m.reply(imdsTooFar).because(
			"the program is %d hops away, the answer gets no further than %d (HttpPutResponseHopLimit)", m.Hops,
			m.HopLimit)
	}
	if r.Header.Get("X-Forwarded-For") != "" {
		return m.empty(imdsForwarded).because("the request has X-Forwarded-For: a proxy passed it on")
	}
	ttl, err := parseTTL(r.Header.Values(ttlHeader))
	if err != nil {
		return m.page(imdsTTL).because("%v", err)
	}
	token := m.tokens.issue(m.Now(), ttl)
	a := m.reply(imdsToken).with("Content-Type", "text/plain", ttlHeader, strconv.Itoa(int(ttl/time.Second)))
	a.body = []byte(token)
	return a.because("valid for %s", ttl)
}

// parseTTL reads the header in which a token request says for how many seconds.
func parseTTL(values []string) (time.Duration, error) {
	if len(values) == 0 {
		return 0, errors.New("no header X-aws-ec2-metadata-token-ttl-seconds")
	}
	seconds, err := strconv.ParseUint(values[0], 10, 32)
	ttl := time.Duration(seconds) * time.Second
	if err != nil || ttl < shortestTTL || ttl > longestTTL {
		return 0, fmt.Errorf("X-aws-ec2-metadata-token-ttl-seconds is %.20q, want 1 to 21600", values[0])
	}
	return ttl, nil
}

// authorize checks the session token. A request without one is of version 1,
// where the instance allows that; one with a bad one is refused even there.
func (m *imds) authorize(r *http.Request) (time.Duration, *reply) {
	token := r.Header.Get(tokenHeader)
	if token == "" {
		if m.Tokens == TokensOptional {
			return 0, nil
		}
		a := m.page(imdsTokenMissing).because(
			"no token: a request of version 1, but version 2 is required (HttpTokens)")
		return 0, &a
	}
	ttl, err := m.tokens.check(m.Now(), token)
	switch {
	case errors.Is(err, errTokenExpired):
		a := m.page(imdsTokenExpired).because("%v", err)
		return 0, &a
	case err != nil:
		a := m.page(imdsTokenInvalid).because("%v", err)
		return 0, &a
	}
	return ttl, nil
}

// lookup answers a request for metadata.
func (m *imds) lookup(r *http.Request) reply {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return m.empty(imdsMethod).with("Allow", "GET, HEAD").because("metadata is read with GET")
	}
	path, ok := imdsPath(r.URL.Path)
	if !ok {
		return m.page(imdsNotFound)
	}
	if rest, ok := strings.CutPrefix(path+"/", "meta-data/iam/"); ok {
		return m.iam(r.Context(), strings.TrimSuffix(rest, "/"))
	}
	tree := m.Instance.tree()
	if value, ok := tree[path]; ok {
		return m.text(imdsValue, value, m.Instance.Launched)
	}
	if path == "meta-data" && !m.hasRole(r.Context()) {
		delete(tree, "meta-data/iam/info")
	}
	if names := children(tree, path); names != nil {
		return m.text(imdsDirectory, strings.Join(names, "\n"), m.Instance.Launched)
	}
	return m.page(imdsNotFound)
}

// The documents below meta-data/iam/.
const (
	credentialsDirectory = "security-credentials"
	extendedDirectory    = "security-credentials-extended"
)

// iam answers a request below meta-data/iam/. Without a role, there is nothing.
func (m *imds) iam(ctx context.Context, path string) reply {
	directory, role, _ := strings.Cut(path, "/")
	switch {
	case path == "" || path == "info" || (role == "" && (directory == credentialsDirectory ||
		directory == extendedDirectory)):
		name, err := m.roleName(ctx)
		if err != nil {
			return m.refusal(err)
		}
		return m.aboutRole(path, name)
	case directory == credentialsDirectory || directory == extendedDirectory && m.Extended:
		return m.credentials(ctx, directory == extendedDirectory, role)
	}
	return m.page(imdsNotFound)
}

func (m *imds) aboutRole(path, role string) reply {
	switch path {
	case "":
		return m.text(imdsDirectory, "info\nsecurity-credentials/", m.Instance.Launched)
	case "info":
		return m.text(imdsValue, m.Instance.profile(role, m.Now()), m.Instance.Launched)
	case extendedDirectory:
		if !m.Extended {
			return m.page(imdsNotFound).because(
				"this instance does not offer extended credentials; SDKs ask for the others next")
		}
	}
	return m.text(imdsDirectory, role, m.Instance.Launched).because("the role is %s", role)
}

// roleName is the role's name. A role that EC2 may not assume has a name too.
func (m *imds) roleName(ctx context.Context) (string, error) {
	if m.RoleName != "" {
		return m.RoleName, nil
	}
	c, err := m.vend(ctx, m.Vendor)
	var refused *AssumeRoleError
	if errors.As(err, &refused) {
		return refused.RoleName, nil
	}
	return c.role(), err
}

func (m *imds) hasRole(ctx context.Context) bool {
	_, err := m.roleName(ctx)
	return err == nil
}

// credentials answers with the credentials of a role.
func (m *imds) credentials(ctx context.Context, extended bool, role string) reply {
	c, err := m.vend(ctx, m.Vendor)
	var refused *AssumeRoleError
	if errors.As(err, &refused) {
		if role != refused.RoleName {
			return m.page(imdsNotFound).because("the role is %s, not %.100q", refused.RoleName, role)
		}
		return m.assumeRole(refused)
	}
	if err != nil {
		return m.refusal(err)
	}
	if name := cmp.Or(m.RoleName, c.role()); role != name {
		return m.page(imdsNotFound).because("the role is %s, not %.100q", name, role)
	}
	updated := c.LastUpdated
	if updated.IsZero() {
		updated = m.Now()
	}
	fields := []any{"Code", "Success", "LastUpdated", stamp(updated), "Type", "AWS-HMAC",
		"AccessKeyId", c.AccessKeyID, "SecretAccessKey", c.SecretAccessKey, "Token", c.Token, "Expiration",
		stamp(c.Expiration)}
	row := imdsCredentials
	if extended {
		row, fields = imdsExtended, append(fields, "AccountId", c.account())
	}
	a := m.text(row, document(fields...), updated)
	return a.handing(c)
}

// assumeRole is the document of a role that EC2 may not assume: an error in
// JSON, with status 200.
func (m *imds) assumeRole(e *AssumeRoleError) reply {
	message := cmp.Or(e.Message, fmt.Sprintf("EC2 cannot assume the role %s.  Please see documentation at "+
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.", e.RoleName))
	now := m.Now()
	return m.text(imdsAssumeRole, document("Code", cmp.Or(e.Code, "AssumeRoleUnauthorizedAccess"), "Message", message,
		"LastUpdated", stamp(now)), now).
		because("%v", e)
}

// refusal answers for a Vendor that gave nothing.
func (m *imds) refusal(err error) reply {
	switch {
	case errors.Is(err, ErrNoRole):
		return m.page(imdsNoRole).because("%v", err)
	case errors.Is(err, ErrNotReady):
		return m.page(imdsNotReady).because("%v", err)
	}
	return m.page(imdsFailure).because("issuing credentials failed: %v", err)
}

// The headers of IMDS are taken from the recordings in smithy-lang/smithy-rs.
var imdsHeader = []string{"Server", "EC2ws", "Connection", "close"}

func (m *imds) reply(row int) reply {
	return reply{Behaviour: imdsBehaviours[row], header: imdsHeader}
}

func (m *imds) throttled() reply { return m.page(imdsThrottled).because("too many requests") }

func (m *imds) failed(status int) reply {
	return m.pageOf(imdsFault, status).because("a failure that was planned")
}

// empty is an answer without a body.
func (m *imds) empty(row int) reply {
	return m.reply(row).with("Content-Type", "text/plain", "Content-Length", "0")
}

// text is an answer with a value, a list or a document: all are text/plain.
func (m *imds) text(row int, text string, modified time.Time) reply {
	a := m.reply(row).with("Content-Type", "text/plain", "Accept-Ranges", "none", "Last-Modified",
		modified.UTC().Format(http.TimeFormat))
	a.body = []byte(text)
	return a
}

// page is an answer with the XHTML page of IMDS.
func (m *imds) page(row int) reply { return m.pageOf(row, imdsBehaviours[row].Status) }

// pageOf is page with another status than the behaviour's.
func (m *imds) pageOf(row, status int) reply {
	a := m.reply(row).with("Content-Type", "text/html")
	a.Status = status
	title := fmt.Sprintf("%d - %s", status, http.StatusText(status))
	a.body = fmt.Appendf(nil, imdsPage, title, title)
	return a
}

const imdsPage = `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
` + "\t\t " + `"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>%s</title>
 </head>
 <body>
  <h1>%s</h1>
 </body>
</html>
`
