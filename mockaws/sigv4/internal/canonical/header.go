package canonical

import (
	"net/http"
	"net/textproto"
)

// AppendHeaders appends the canonical headers: one line for each signed header
// that the request has, repeated values joined with a comma. A signed header
// that the request lacks has no line.
func AppendHeaders(b []byte, host string, header http.Header, signed []string) []byte {
	for _, name := range signed {
		if name == "host" || name == ":authority" {
			b = append(b, name...)
			b = append(b, ':')
			b = AppendTrimmed(b, host)
			b = append(b, '\n')
			continue
		}
		values := Values(header, name)
		if values == nil {
			continue
		}
		b = append(b, name...)
		b = append(b, ':')
		for i, v := range values {
			if i > 0 {
				b = append(b, ',')
			}
			b = AppendTrimmed(b, v)
		}
		b = append(b, '\n')
	}
	return b
}

// AppendTrimmed appends a header value without the white space around it, and
// with one space for each run of it inside.
func AppendTrimmed(b []byte, v string) []byte {
	start, pending := len(b), false
	for i := range len(v) {
		c := v[i]
		if isSpace(c) {
			pending = len(b) > start
			continue
		}
		if pending {
			b = append(b, ' ')
			pending = false
		}
		b = append(b, c)
	}
	return b
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r'
}

// AppendJoined appends the texts with a separator between them.
func AppendJoined(b []byte, list []string, sep byte) []byte {
	for i, s := range list {
		if i > 0 {
			b = append(b, sep)
		}
		b = append(b, s...)
	}
	return b
}

// Values are the values of a header by its lower-case name, in the order of
// arrival; nil where there is none.
func Values(header http.Header, name string) []string {
	spelled, ok := spellings[name]
	if !ok {
		spelled = textproto.CanonicalMIMEHeaderKey(name)
	}
	return header[spelled]
}

// spellings are the headers that SDKs sign, in net/http's spelling, which
// is made by an allocation each time.
var spellings = func() map[string]string {
	m := map[string]string{}
	for _, name := range []string{
		"accept", "accept-encoding", "amz-sdk-invocation-id", "amz-sdk-request", "authorization", "content-length",
		"content-md5", "content-type", "date", "range", "user-agent", "x-amz-content-sha256", "x-amz-date",
		"x-amz-security-token", "x-amz-target", "x-amz-user-agent", "x-amzn-trace-id", "x-amz-region-set",
		"x-amz-decoded-content-length", "x-amz-trailer", "x-amz-sdk-checksum-algorithm", "x-amzn-bedrock-accept",
	} {
		m[name] = textproto.CanonicalMIMEHeaderKey(name)
	}
	return m
}()
