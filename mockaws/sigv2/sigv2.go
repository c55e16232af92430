package sigv2

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// regions take Signature Version 2
// (https://docs.aws.amazon.com/general/latest/gr/s3.html, column "Signature
// Version(s) Support").
var regions = []string{
	"us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1",
	"sa-east-1", "us-gov-west-1",
}

// Taken says whether a region takes Signature Version 2.
func Taken(region string) bool { return slices.Contains(regions, region) }

// window is how far a signed Date may be from now.
const window = 15 * time.Minute

// Authorization is what a request claims about its signature.
type Authorization struct {
	Mechanism        sigv4.Mechanism
	KeyID, Signature string
	Token            string
	expires          string // of a presigned URL: seconds since 1970, as sent
	date             string // of a signed header
	query            url.Values
}

// older tells apart what S3 answers to Signature Version 2.
var older = verdict.Variant{Problem: verdict.ProblemSigV2}

func refuse(cause verdict.Cause, detail string) *verdict.Refusal {
	return verdict.Because(verdict.StageAuthenticate, cause, detail)
}

// Parse reads what a request claims, and checks its time. The result is never
// nil.
func Parse(r *sigv4.Request, now time.Time) (*Authorization, *verdict.Refusal) {
	a := &Authorization{}
	a.query, _ = url.ParseQuery(r.RawQuery) // what cannot be read is not there
	if header := r.Header.Get("Authorization"); header != "" {
		return a, a.parseHeader(r, header, now)
	}
	a.Mechanism = sigv4.Query
	a.KeyID, a.Signature, a.expires = a.query.Get("AWSAccessKeyId"), a.query.Get("Signature"), a.query.Get("Expires")
	a.Token = a.amz(r)["x-amz-security-token"]
	if a.KeyID == "" || a.Signature == "" || a.expires == "" {
		return a, refuse(verdict.MissingQuery{Variant: older},
			"a URL presigned with Signature Version 2 has Signature, Expires and AWSAccessKeyId")
	}
	seconds, err := strconv.ParseInt(a.expires, 10, 48)
	if err != nil {
		return a, refuse(verdict.BadDate{Variant: older, Date: a.expires},
			"Expires is not a number of seconds since 1970")
	}
	if end := time.Unix(seconds, 0).UTC(); !now.Before(end) {
		return a, refuse(verdict.OldPresign{Variant: older, Expiration: end, Now: now.UTC().Truncate(time.Second)},
			"the URL ended at "+end.Format(time.RFC3339))
	}
	return a, nil
}

func (a *Authorization) parseHeader(r *sigv4.Request, header string, now time.Time) *verdict.Refusal {
	a.Mechanism = sigv4.Header
	_, credential, _ := strings.Cut(header, " ")
	a.KeyID, a.Signature, _ = strings.Cut(strings.TrimSpace(credential), ":")
	// A second colon is refused in AWS's recorded answer (see the row of S3), and a
	// signature that is absent or empty as another author measured it.
	if a.Signature == "" || strings.Contains(a.Signature, ":") {
		return refuse(verdict.MissingParts{Variant: older, Header: header},
			"the Authorization header is not AWS KEYID:SIGNATURE")
	}
	a.Token = r.Header.Get("X-Amz-Security-Token")
	text := r.Header.Get("X-Amz-Date")
	if text == "" {
		text = r.Header.Get("Date")
		a.date = text
	}
	date, err := http.ParseTime(text)
	if err != nil {
		date, err = time.Parse(time.RFC1123Z, text)
	}
	if err != nil {
		return refuse(verdict.BadDate{Date: text}, "neither Date nor x-amz-date can be read")
	}
	if off := now.Sub(date).Abs(); off > window {
		skew := verdict.Skew{Now: now.UTC().Truncate(time.Second), Minutes: 15, RequestTime: text}
		detail := "the request's date is " + off.Round(time.Second).String() +
			" off the server's clock; 15 minutes are allowed"
		if date.After(now) {
			return refuse(verdict.EarlySignature{Skew: skew}, detail)
		}
		return refuse(verdict.OldSignature{Skew: skew}, detail)
	}
	return nil
}

// amz are the x-amz-* headers of a request, in the query of a presigned URL too.
func (a *Authorization) amz(r *sigv4.Request) map[string]string {
	out := map[string]string{}
	add := func(name string, values []string) {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-amz-") {
			trimmed := make([]string, len(values))
			for i, v := range values {
				trimmed[i] = strings.TrimSpace(v)
			}
			out[name] = strings.Join(trimmed, ",")
		}
	}
	if a.Mechanism == sigv4.Query {
		for name, values := range a.query {
			add(name, values)
		}
	}
	for name, values := range r.Header {
		add(name, values)
	}
	return out
}

// signed are the query parameters that are signed with the resource.
var signed = []string{
	"accelerate", "acl", "analytics", "cors", "delete", "inventory", "lifecycle", "location", "logging", "metrics",
	"notification",
	"object-lock", "partNumber", "policy", "replication", "requestPayment", "restore", "select", "select-type",
	"tagging", "torrent",
	"uploadId", "uploads", "versionId", "versioning", "versions", "website",
	"response-cache-control", "response-content-disposition", "response-content-encoding", "response-content-language",
	"response-content-type", "response-expires",
}

// StringToSign is the text that the signature covers. bucket is the bucket of
// a virtual-hosted request, "" for one whose path begins with the bucket.
func (a *Authorization) StringToSign(r *sigv4.Request, bucket string) string {
	date := a.date
	if a.Mechanism == sigv4.Query {
		date = a.expires
	}
	standard := func(name string) string {
		if v := r.Header.Get(name); v != "" || a.Mechanism != sigv4.Query {
			return v
		}
		return a.query.Get(strings.ToLower(name))
	}
	var b strings.Builder
	for _, line := range []string{r.Method, standard("Content-Md5"), standard("Content-Type"), date} {
		b.WriteString(line + "\n")
	}
	amz := a.amz(r)
	names := make([]string, 0, len(amz))
	for name := range amz {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		b.WriteString(name + ":" + amz[name] + "\n")
	}
	if bucket != "" {
		b.WriteString("/" + bucket)
	}
	b.WriteString(r.Path)
	separator := "?"
	for _, name := range slices.Sorted(slices.Values(signed)) {
		if values, ok := a.query[name]; ok {
			b.WriteString(separator + name)
			if values[0] != "" {
				b.WriteString("=" + values[0])
			}
			separator = "&"
		}
	}
	return b.String()
}

// Sign is the signature of a text under a secret: base64 of an HMAC-SHA1.
func Sign(secret, text string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Verify computes the signature again. nil accepts the request.
func (a *Authorization) Verify(r *sigv4.Request, bucket, secret string) *verdict.Refusal {
	text := a.StringToSign(r, bucket)
	if subtle.ConstantTimeCompare([]byte(Sign(secret, text)), []byte(a.Signature)) == 1 {
		return nil
	}
	return refuse(verdict.OtherSignature{Variant: older, StringToSign: text},
		"the signature is not that of this request under this key's secret")
}
