// Package shown says what of a request may be shown: in a journal, a report, an
// explanation. A header or a parameter of a query shows its value if it is on a list of
// names whose values are no secrets; of any other, however innocent its name is, only the
// length shows. A token shows its first characters too, since they say of which kind it is.
//
// It needs the standard library alone.
package shown

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// publicHeaders show their values: names in small letters. Those of HTTP are of RFC 9110 and
// 9111, those of AWS of its references of S3, STS and Bedrock.
var publicHeaders = setOf(
	"accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "connection",
	"content-disposition", "content-encoding", "content-language", "content-length", "content-md5", "content-range",
	"content-type", "date", "expect", "expires", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
	"if-unmodified-since", "keep-alive", "max-forwards", "origin", "pragma", "range", "te", "trailer",
	"transfer-encoding", "upgrade", "user-agent",
	"amz-sdk-invocation-id", "amz-sdk-request", "amz-sdk-retry", "smithy-protocol",
	"anthropic-version", "anthropic-beta", "openai-project", "traceparent",
	"x-amz-acl", "x-amz-algorithm", "x-amz-api-version", "x-amz-bucket-object-lock-enabled",
	"x-amz-bypass-governance-retention", "x-amz-client-context-length", "x-amz-content-sha256", "x-amz-copy-source",
	"x-amz-copy-source-range", "x-amz-create-session-mode", "x-amz-date", "x-amz-decoded-content-length",
	"x-amz-expected-bucket-owner", "x-amz-if-match-size", "x-amz-invocation-type", "x-amz-log-type", "x-amz-max-parts",
	"x-amz-metadata-directive", "x-amz-object-attributes", "x-amz-object-ownership", "x-amz-optional-object-attributes",
	"x-amz-part-number-marker", "x-amz-region-set", "x-amz-request-payer", "x-amz-sdk-checksum-algorithm",
	"x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id",
	"x-amz-server-side-encryption-bucket-key-enabled", "x-amz-server-side-encryption-customer-algorithm",
	"x-amz-source-expected-bucket-owner", "x-amz-storage-class", "x-amz-tagging-directive", "x-amz-target",
	"x-amz-trailer", "x-amz-user-agent", "x-amzn-trace-id", "x-amzn-query-mode", "x-amzn-client-token-length",
)

// publicPrefixes begin names of headers that show their values.
var publicPrefixes = []string{"x-amz-checksum-", "x-amzn-bedrock-", "x-amz-object-lock-", "x-stainless-"}

// publicParameters of a query show their values: names in small letters. The first are
// of signed URLs, the others of S3 and of the query protocol.
var publicParameters = setOf(
	"x-amz-algorithm", "x-amz-content-sha256", "x-amz-date", "x-amz-expires", "x-amz-signedheaders", "expires",
	"x-amz-checksum-mode", "x-amz-sdk-checksum-algorithm", "x-amz-expected-bucket-owner", "x-amz-acl", "x-id",
	"action", "version", "list-type", "prefix", "delimiter", "marker", "start-after", "key-marker", "max-keys",
	"max-uploads", "max-buckets", "encoding-type", "fetch-owner", "partnumber", "uploadid", "versionid",
	"rolesessionname",
	"rolearn", "durationseconds", "endpoint", "client_id", "response-content-type", "maxresults", "limit", "qualifier",
	"functionversion", "acl", "cors", "delete", "lifecycle", "location", "logging", "notification", "object-lock",
	"policy",
	"policystatus", "publicaccessblock", "replication", "requestpayment", "retention", "session", "tagging", "torrent",
	"uploads", "versioning", "versions", "website", "encryption", "attributes", "ownershipcontrols", "accelerate",
	"analytics", "inventory", "metrics", "legal-hold", "restore", "select", "intelligent-tiering",
)

// tokens show their first characters: headers and parameters, in small letters.
var tokens = setOf("authorization", "x-amz-security-token", "x-amz-s3session-token")

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// maxName is the longest name on a list, in bytes.
const maxName = 64

// lowered is a name in small letters, in a buffer: headers are asked for with each request,
// and it allocates nothing. The whole of a longer name is on no list.
func lowered(buf *[maxName]byte, name string) []byte {
	if len(name) > maxName {
		return nil
	}
	n := copy(buf[:], name)
	for i, c := range buf[:n] {
		if 'A' <= c && c <= 'Z' {
			buf[i] = c + 'a' - 'A'
		}
	}
	return buf[:n]
}

// publicHeader reports whether a header may show its value.
func publicHeader(name string) bool {
	var buf [maxName]byte
	low := lowered(&buf, name)
	if publicHeaders[string(low)] {
		return true
	}
	for _, p := range publicPrefixes {
		if len(low) > len(p) && string(low[:len(p)]) == p {
			return true
		}
	}
	return false
}

func isToken(name string) bool {
	var buf [maxName]byte
	return tokens[string(lowered(&buf, name))]
}

// Header is a copy of headers in which secrets do not show. What is public in them is
// shared with the original.
func Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	hidden := make([]string, 0, 4) // the values of most requests that are secret
	for name, values := range h {
		if !publicHeader(name) {
			from := len(hidden)
			for _, v := range values {
				hidden = append(hidden, value(name, v))
			}
			values = hidden[from:len(hidden):len(hidden)]
		}
		out[name] = values
	}
	return out
}

// value is what shows of a header or parameter that is not public.
func value(name, v string) string {
	if isToken(name) {
		return Token(v)
	}
	if v == "" {
		return ""
	}
	return Length(v)
}

// Length is what shows of a text that may be a secret.
func Length(text string) string { return fmt.Sprintf("<%d characters>", len(text)) }

// Token keeps what is public of an Authorization header of Signature Version 4. Of
// anything else it shows the length and, if it is long, the first characters.
func Token(v string) string {
	algorithm, list, _ := strings.Cut(v, " ")
	if strings.HasPrefix(v, "AWS4-") && !Overlong(algorithm) {
		return authorization(algorithm, list)
	}
	const most = 8
	switch {
	case v == "":
		return ""
	case len(v) < 4*most:
		return Length(v)
	}
	return fmt.Sprintf("<%d characters, %s…>", len(v), strings.ToValidUTF8(v[:most], "?"))
}

// authorization keeps the credential scope and the names of the signed headers, and the
// beginning of the signature; whatever else stands there may be a secret in a wrong place.
func authorization(algorithm, list string) string {
	out := make([]byte, 0, len(algorithm)+len(list)+1)
	out = append(append(out, algorithm...), ' ')
	first := true
	for piece := range strings.SplitSeq(list, ",") {
		if !first {
			out = append(out, ',')
		}
		first = false
		trimmed := strings.TrimLeft(piece, " \t")
		out = append(out, piece[:len(piece)-len(trimmed)]...)
		out = append(out, authorizationPiece(trimmed)...)
	}
	return string(out)
}

func authorizationPiece(piece string) string {
	name, v, ok := strings.Cut(piece, "=")
	switch {
	case !ok:
		return Token(piece)
	case name == "SignedHeaders":
		return name + "=" + SignedHeaders(v)
	case name == "Credential" && publicCredential(v):
		return piece
	case name == "Signature" && len(v) < 8:
		return "Signature="
	case name == "Signature":
		return "Signature=" + v[:8] + "…"
	case Overlong(name):
		return Token(piece)
	}
	return name + "=" + Token(v)
}

// SignedHeaders are names of headers, separated by semicolons; of what cannot be one, only
// the length shows.
func SignedHeaders(list string) string {
	names := strings.Split(list, ";")
	for i, n := range names {
		names[i] = HeaderName(n)
	}
	return strings.Join(names, ";")
}

// HeaderName is a name of a signed header as it may be shown: one that is known, or one in
// small letters, as signed ones are. Of anything else only the length shows.
func HeaderName(name string) string {
	if publicHeader(name) || isToken(name) || len(name) <= maxName && strings.IndexFunc(name, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-')
	}) < 0 {
		return name
	}
	return Length(name)
}

// Query is a query string in which secrets do not show.
func Query(query string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		parts[i] = parameter(part)
	}
	return strings.Join(parts, "&")
}

func parameter(part string) string {
	name, v, ok := strings.Cut(part, "=")
	decoded, err := url.QueryUnescape(name)
	switch {
	case err == nil && publicParameters[strings.ToLower(decoded)], err == nil && publicKeyID(decoded, v):
		return part
	case !ok && len(part) < minSecret:
		return part
	case !ok:
		return Length(part)
	case err == nil && harmless(v):
		return part
	case err == nil && isToken(decoded):
		return name + "=" + Token(v)
	case v == "":
		return part
	}
	return name + "=" + Length(v)
}

// harmless values are numbers of few digits, true and false.
func harmless(v string) bool {
	if v == "true" || v == "false" {
		return true
	}
	return len(v) <= 6 && strings.Trim(v, "0123456789") == ""
}

// publicKeyID reports whether a parameter is for a key id, and has one.
func publicKeyID(name, v string) bool {
	if !strings.EqualFold(name, "X-Amz-Credential") && !strings.EqualFold(name, "AWSAccessKeyId") {
		return false
	}
	credential, err := url.QueryUnescape(v)
	return err == nil && publicCredential(credential)
}

// publicCredential reports whether what stands in the place of a credential holds
// no secret.
func publicCredential(credential string) bool { return KeyID(KeyOf(credential)) }

// minSecret is the length, in characters, from which a text may be a secret: a key
// id has no fewer (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html).
const minSecret = 16

// KeyID reports whether a text in the place of a key id cannot be a secret:
// key ids are capital letters and digits
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html).
func KeyID(id string) bool {
	return len(id) < minSecret || strings.IndexFunc(id, func(r rune) bool {
		return !('A' <= r && r <= 'Z' || '0' <= r && r <= '9')
	}) < 0
}

// Overlong reports whether a word is too long for the name of an algorithm or of a
// parameter, such as AWS4-ECDSA-P256-SHA256.
func Overlong(word string) bool { return len(word) > len("AWS4-ECDSA-P256-SHA256") }

// KeyOf is the key id of a credential, KEYID/20060102/region/service/aws4_request, or
// KEYID/20060102/service/aws4_request of Signature Version 4A.
// A secret in its place may have slashes of its own; without a scope behind it,
// all of it may be the secret.
func KeyOf(credential string) string {
	if key, found := beforeShortScope(credential); found {
		return key
	}
	if key, found := beforeLast(credential, 4); found {
		return key
	}
	for _, c := range credential {
		if 'a' <= c && c <= 'z' || c == '+' {
			return credential
		}
	}
	id, _, _ := strings.Cut(credential, "/")
	return id
}

// beforeShortScope is what stands before a scope without a region: a scope of three parts,
// of which the first is a day.
func beforeShortScope(credential string) (key string, found bool) {
	key, found = beforeLast(credential, 3)
	if !found {
		return "", false
	}
	day, _, _ := strings.Cut(credential[len(key)+1:], "/")
	_, err := time.Parse("20060102", day)
	return key, err == nil
}

// beforeLast is what stands before the last parts of a credential; false where it has no
// more parts than these.
func beforeLast(credential string, parts int) (string, bool) {
	end := len(credential)
	for range parts {
		if end = strings.LastIndexByte(credential[:end], '/'); end < 0 {
			return "", false
		}
	}
	return credential[:end], true
}

// Canonical is a canonical request, or a line of one, in which secrets do not show.
func Canonical(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = canonicalLine(line)
	}
	return strings.Join(lines, "\n")
}

func canonicalLine(line string) string {
	name, v, isHeader := strings.Cut(line, ":")
	switch {
	case strings.HasPrefix(line, "/"): // the path
		return line
	case isHeader && isName(name):
		if publicHeader(name) {
			return line
		}
		return name + ":" + value(name, v)
	case strings.ContainsAny(line, "=&"):
		return Query(line)
	}
	return line
}

// isName reports whether a text may be the name of a header.
func isName(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_')
	}) < 0
}

// Forms are the ways in which a secret may stand in a text: as it is, and as it is written
// in a URL.
func Forms(secret string) []string {
	forms := []string{secret}
	for _, f := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
		if f != forms[len(forms)-1] && f != secret {
			forms = append(forms, f, lowerEscapes(f))
		}
	}
	return forms
}

// Hidden are the values that Header and Query do not show, in all their forms, but for those
// that are too short to be looked for in other texts.
func Hidden(h http.Header, query string) []string {
	var out []string
	add := func(v string) {
		if len(v) >= 8 {
			out = append(out, v)
		}
	}
	for name, values := range h {
		if publicHeader(name) || strings.EqualFold(name, "Authorization") {
			continue
		}
		for _, v := range values {
			add(v)
		}
	}
	for part := range strings.SplitSeq(query, "&") {
		if _, v, _ := strings.Cut(part, "="); parameter(part) != part {
			add(v)
			if decoded, err := url.QueryUnescape(v); err == nil && decoded != v {
				add(decoded)
			}
		}
	}
	return out
}

// withPassword is an address in which somebody's password stands.
var withPassword = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://[^/?#\s:@]*:)([^/?#\s@]+)@`)

// HasPassword reports whether a text has an address with a password.
func HasPassword(text string) bool { return withPassword.MatchString(text) }

// WithoutPasswords is a text without the passwords in its addresses.
func WithoutPasswords(text string) string {
	return withPassword.ReplaceAllString(text, "$1<password>@")
}

// lowerEscapes writes %2F as %2f, which some clients do.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], strings.ToLower(s[i+1:i+3]))
		}
	}
	return string(b)
}
