package sigv4

import (
	"net/http"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

// reading is a request on its way through Parse: first everything is read, as
// far as it can be, then it is checked.
type reading struct {
	request *Request
	rules   Rules
	now     time.Time
	params  []canonical.Param
	badPath bool
	badHex  string // the first wrong escape in the query
	header  string // the Authorization header
	fields  parameters
	auth    *Authorization

	credentialOK, dateOK bool
	expires              string
}

// parameters are the parameters of the Authorization header.
type parameters struct {
	credential, signedHeaders, signature string
	present                              [3]bool // Credential, SignedHeaders, Signature
	bad                                  string  // the first piece without "="
	unknown                              string  // the first piece of another name
	pieces                               int
}

// readParameters reads "Credential=.., SignedHeaders=.., Signature=..". With
// duplicates the last one counts (AWS Auth Error Ordering, 6c).
func readParameters(list string) (p parameters) {
	for piece := range strings.SplitSeq(list, ",") {
		if piece = strings.Trim(piece, " \t"); piece == "" {
			continue
		}
		p.pieces++
		name, value, ok := strings.Cut(piece, "=")
		switch {
		case !ok && p.bad == "":
			p.bad = piece
		case name == "Credential":
			p.credential, p.present[0] = value, true
		case name == "SignedHeaders":
			p.signedHeaders, p.present[1] = value, true
		case name == "Signature":
			p.signature, p.present[2] = value, true
		case p.unknown == "":
			p.unknown = piece
		}
	}
	return p
}

func (p *reading) read() {
	p.params, p.badHex = canonical.SplitQuery(p.request.RawQuery)
	if !canonical.IsNormal(p.request.Path) {
		_, ok := canonical.Normalize(p.request.Path)
		p.badPath = !ok
	}
	header, _ := p.request.First("authorization")
	switch {
	case header != "":
		p.readHeader(header)
	case canonical.HasParameter(p.params, "X-Amz-Algorithm"):
		p.readQuery()
	case p.rules.S3 && canonical.HasParameter(p.params, "AWSAccessKeyId"):
		p.auth.Algorithm, p.auth.KeyID = algorithmV2, canonical.QueryParameter(p.params, "AWSAccessKeyId")
		return
	default:
		return
	}
	p.credentialOK = p.auth.readCredential()
	p.readDate()
}

func (p *reading) readHeader(header string) {
	a, r := p.auth, p.request
	p.header = header
	algorithm, list, _ := strings.Cut(header, " ")
	if !p.rules.S3 && !strings.Contains(list, ",") {
		// Spaces alone take the place of commas (scylladb/scylladb, test/alternator/test_authorization.py, which its
		// authors run against DynamoDB). Whether other services take that is likely, and of S3 it is not known.
		list = strings.Join(strings.Fields(list), ",")
	}
	p.fields = readParameters(list)
	a.Mechanism, a.Algorithm = Header, algorithm
	a.Credential, a.Signature = p.fields.credential, p.fields.signature
	a.readSignedHeaders(p.fields.signedHeaders)
	date, ok := r.First("x-amz-date")
	if !ok {
		date, _ = r.First("date")
	}
	a.DateText = date
	a.Token, _ = r.First(canonical.SecurityTokenHeader)
	a.TokenSigned = a.Token != "" && a.Signs(canonical.SecurityTokenHeader)
	a.RegionSet, _ = r.First(regionSetHeader)
	p.readOwnToken()
}

func (p *reading) readQuery() {
	a := p.auth
	get := func(name string) string { return canonical.QueryParameter(p.params, name) }
	a.Mechanism, a.Algorithm = Query, get("X-Amz-Algorithm")
	a.Credential, a.Signature, a.DateText = get("X-Amz-Credential"), get("X-Amz-Signature"), get("X-Amz-Date")
	a.readSignedHeaders(get("X-Amz-SignedHeaders"))
	a.RegionSet = get(regionSetParameter)
	a.Token = get(canonical.SecurityTokenParameter)
	a.TokenSigned = a.Token != ""
	if a.Token == "" {
		a.Token, _ = p.request.First(canonical.SecurityTokenHeader)
		a.TokenSigned = a.Token != "" && a.Signs(canonical.SecurityTokenHeader)
	}
	p.readOwnToken()
	p.expires = get("X-Amz-Expires")
	if seconds, ok := readSeconds(p.expires); ok {
		a.Expires = time.Duration(seconds) * time.Second
	}
}

// readOwnToken reads the token of a session of the service's own, which counts before one of
// STS. Presigned URLs have it as a parameter, whose name clients spell in several ways.
func (p *reading) readOwnToken() {
	name := p.rules.OwnToken
	if name == "" {
		return
	}
	a := p.auth
	token, _ := p.request.First(name)
	signed := a.Signs(name)
	if a.Mechanism == Query {
		for _, param := range p.params {
			if strings.EqualFold(param.Name, name) {
				token, signed = param.Value, true
			}
		}
	}
	if token != "" {
		a.Token, a.TokenSigned, a.OwnToken = token, signed, true
	}
}

// dateLayouts are the forms of ISO 8601 that AWS takes, though its message
// wants the basic one (AWS Auth Error Ordering, 9).
var dateLayouts = []string{
	canonical.BasicFormat,
	"2006-01-02T15:04:05Z07:00",
	"20060102T150405Z0700",
	"2006-01-02T15:04:05Z0700",
}

func (p *reading) readDate() {
	a := p.auth
	layouts := dateLayouts
	if p.rules.S3 {
		layouts = dateLayouts[:1]
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, a.DateText); err == nil {
			a.Date, p.dateOK = t.UTC(), true
			return
		}
	}
	if _, amz := p.request.First("x-amz-date"); amz || a.Mechanism != Header {
		return
	}
	if t, err := http.ParseTime(a.DateText); err == nil { // a Date header
		a.Date, p.dateOK = t.UTC(), true
	}
}

// readSeconds reads a whole number of up to nine digits, with a sign.
func readSeconds(s string) (n int64, ok bool) {
	digits := strings.TrimPrefix(s, "-")
	if digits == "" || len(digits) > 9 {
		return 0, false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(digits[i]-'0')
	}
	if digits != s {
		n = -n
	}
	return n, true
}
