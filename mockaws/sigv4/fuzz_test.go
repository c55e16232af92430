package sigv4_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// FuzzJudge: no request makes the judge panic, and none is accepted that was
// not signed with the secret.
func FuzzJudge(f *testing.F) {
	for _, x := range goldens {
		r := x.request()
		f.Add(r.Method, r.Host, r.Path, r.RawQuery, r.Header.Get("Authorization"), r.Header.Get("X-Amz-Date"),
			r.Header.Get("X-Amz-Content-Sha256"), "", r.Body, x.rules.S3)
	}
	f.Add("POST", "127.0.0.1:8443", bedrockPath, "a=1",
		"AWS4-HMAC-SHA256 Credential="+testKeyID+"/"+scope+", SignedHeaders=host;x-amz-date;x-amz-security-token, "+
			"Signature="+goodSign, now, "", goodToken, []byte(`{"messages": []}`), false)
	up := signedUpload()
	f.Add("PUT", up.Host, up.Path, "", up.Header.Get("Authorization"), "20130524T000000Z",
		up.Header.Get("X-Amz-Content-Sha256"), "", []byte("0;chunk-signature=x\r\n"), true)
	f.Add("PUT", "h", "/k", "",
		"AWS4-ECDSA-P256-SHA256 Credential=AKID/20250130/s3/aws4_request, SignedHeaders=host, Signature=30", now,
		"STREAMING-AWS4-HMAC-SHA256-EVENTS", "", []byte{}, false)
	var v sigv4.Verifier
	f.Fuzz(func(t *testing.T, method, host, path, query, authorization, date, hash, token string, body []byte,
		s3 bool) {
		r := &sigv4.Request{Method: method, Host: host, Path: path, RawQuery: query, Body: body,
			Header: http.Header{"X-Amz-Date": {date}}}
		for name, value := range map[string]string{"Authorization": authorization, "X-Amz-Content-Sha256": hash,
			"X-Amz-Security-Token": token} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		rules := sigv4.Rules{Service: "bedrock", S3: s3, Asymmetric: true}
		if s3 {
			rules.Service = "s3"
		}
		a, refusal := sigv4.Parse(r, rules, signingTime)
		if a == nil {
			t.Fatal("no authorization")
		}
		if refusal == nil {
			refusal = v.Verify(r, a, rules, "a secret that signed nothing")
		}
		if refusal == nil {
			t.Fatalf("accepted: %s", show(r))
		}
		_ = refusal.Error()
		if a.CanonicalRequest(r, rules) == "" {
			t.Error("an empty canonical request")
		}
		sigv4.CredentialOf(r)
		if payload, refusal := sigv4.Payload(r); refusal == nil && len(payload) > len(body) {
			t.Errorf("a payload of %d bytes in a body of %d", len(payload), len(body))
		}
	})
}

// FuzzCanonicalQuery: the canonical query is that which net/url and the rules of
// encoding give, and is its own canonical form.
func FuzzCanonicalQuery(f *testing.F) {
	for _, q := range []string{"", "a=1&b=2", "b&a=%2f+%20&a=", "&&=&", "a=%zz", "a=%", "é=ü",
		"X-Amz-Signature=1&x=%25"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		canonical := func(q string) string {
			return canonicalLines(&sigv4.Request{Path: "/", RawQuery: q}, sigv4.Rules{})[2]
		}
		got := canonical(query)
		values, err := url.ParseQuery(query)
		if err != nil {
			return // a wrong escape, or a semicolon
		}
		if again := canonical(got); again != got {
			t.Errorf("%q: %q, and again %q", query, got, again)
		}
		values.Del("X-Amz-Signature")
		encode := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
		var pieces [][2]string
		for name, list := range values {
			for _, v := range list {
				pieces = append(pieces, [2]string{encode(name), encode(v)})
			}
		}
		slices.SortFunc(pieces, func(x, y [2]string) int { return slices.Compare(x[:], y[:]) })
		want := make([]string, len(pieces))
		for i, p := range pieces {
			want[i] = p[0] + "=" + p[1]
		}
		if got != strings.Join(want, "&") {
			t.Errorf("%q: %q, want %q", query, got, strings.Join(want, "&"))
		}
	})
}

// FuzzCanonicalPath: a canonical path has nothing left to normalise or encode.
func FuzzCanonicalPath(f *testing.F) {
	for _, p := range []string{"", "/", "//a/./../b", "/%2F%2f", "/é", "/..", "*", "/a%"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, path string) {
		r := &sigv4.Request{Path: path}
		got := canonicalLines(r, sigv4.Rules{})[1]
		if !strings.HasPrefix(got, "/") || strings.Contains(got, "//") || slices.ContainsFunc(strings.Split(got, "/"),
			func(s string) bool { return s == "." || s == ".." }) {
			t.Errorf("%q: %q", path, got)
		}
		s3 := canonicalLines(r, sigv4.Rules{S3: true})[1]
		if again := canonicalLines(&sigv4.Request{Path: s3}, sigv4.Rules{S3: true})[1]; again != s3 {
			t.Errorf("%q: %q, and again %q", path, s3, again)
		}
		for _, c := range []byte(got + s3) {
			if c <= ' ' || c > '~' {
				t.Errorf("%q: %q, %q", path, got, s3)
			}
		}
	})
}

// FuzzCanonicalHeader: a canonical value has no white space left to take out.
func FuzzCanonicalHeader(f *testing.F) {
	for _, v := range []string{"", " a  b ", "a\tb", "\n", "é\u00a0"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) {
		line := func(v string) string {
			lines := canonicalLines(&sigv4.Request{Header: http.Header{"X-A": {v}}}, sigv4.Rules{}, "x-a")
			return strings.TrimPrefix(lines[3], "x-a:")
		}
		got := line(value)
		if strings.Trim(got, " \t\r\n\v\f") != got || strings.Contains(got, "  ") || strings.ContainsAny(got,
			"\t\r\n\v\f") || line(got) != got {
			t.Errorf("%q: %q", value, got)
		}
	})
}

// FuzzChunks: no body makes the decoder panic or hand out more than there is.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"), "x-amz-checksum-crc32", uint8(0))
	f.Add([]byte("5;chunk-signature=a\r\nhello\r\n0;chunk-signature=b\r\n\r\n"), "", uint8(1))
	f.Add([]byte("0;chunk-signature=b\r\nx-amz-trailer-signature:x\r\n"), "", uint8(2))
	f.Add([]byte("ffffffffffffffff\r\n"), "", uint8(3))
	keywords := []string{"STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
		"STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"}
	f.Fuzz(func(t *testing.T, body []byte, trailers string, kind uint8) {
		keyword := keywords[int(kind)%len(keywords)]
		x := fromS3("PUT /k", string(body),
			"host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-trailer", goodSign,
			"X-Amz-Content-Sha256: "+keyword, "X-Amz-Decoded-Content-Length: 5")
		r := x.request()
		r.Header.Set("X-Amz-Trailer", trailers)
		r.Header.Set("Authorization", signatureOf(t, r))
		refusal := judge(new(sigv4.Verifier), r, s3Rules(), testSecret, chunkNow)
		if kind%4 != 0 && refusal == nil {
			t.Errorf("unsigned chunks are accepted: %q", body)
		}
		if payload, refusal := sigv4.Payload(r); refusal == nil &&
			(len(payload) != 5 || !bytes.Contains(body, payload[:1])) {
			t.Errorf("%q: %q", body, payload)
		}
	})
}

// signatureOf signs a request of fromS3 right, so that its chunks are looked at.
func signatureOf(t *testing.T, r *sigv4.Request) string {
	t.Helper()
	a, _ := sigv4.Parse(r, s3Rules(), chunkNow)
	key := []byte("AWS4" + testSecret)
	for _, part := range []string{"20130524", "us-east-1", "s3", "aws4_request"} {
		key = hmacOf(key, part)
	}
	signature := hmacOf(key, a.StringToSign(r, s3Rules()))
	return strings.Replace(r.Header.Get("Authorization"), goodSign, hex.EncodeToString(signature), 1)
}

// FuzzEvents: no event stream makes the reader panic, or is accepted without
// its signatures. The frames have right lengths and checksums, so that their
// headers are looked at.
func FuzzEvents(f *testing.F) {
	f.Add([]byte("\x05:date\x08\x00\x00\x01\x94\x00\x00\x00\x00\x10:chunk-signature\x06\x00\x02ab"), []byte("payload"))
	f.Add([]byte("\x01a\x07\x00\x01x\x01b\x00\x01c\x01\x01d\x09"), []byte{})
	f.Fuzz(func(t *testing.T, headers, payload []byte) {
		if len(headers)+len(payload) > 1<<16 {
			return
		}
		var b []byte
		b = binary.BigEndian.AppendUint32(b, uint32(len(headers)+len(payload)+16))
		b = binary.BigEndian.AppendUint32(b, uint32(len(headers)))
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
		b = append(append(b, headers...), payload...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
		a := &sigv4.Authorization{Region: "us-east-1", Service: "bedrock", Signature: goodSign}
		var v sigv4.Verifier
		for _, stream := range [][]byte{b, headers, payload} {
			event, rest, refusal := sigv4.ReadEvent(stream)
			if event == nil {
				continue
			}
			if refusal != nil || len(rest) >= len(stream) {
				t.Errorf("%v, and %d of %d bytes left", refusal, len(rest), len(stream))
			}
			if v.Events(a, testSecret).Verify(event) == nil {
				t.Error("an event nobody signed is accepted")
			}
		}
	})
}
