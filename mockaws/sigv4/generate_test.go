package sigv4_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// The client under test is the signer of aws-sdk-go-v2. Requests are random
// from a fixed seed, so that a failure can be repeated.

var signingTime = time.Date(2025, 1, 30, 20, 46, 31, 0, time.UTC)

const (
	testKeyID  = "AKIAIOSFODNN7EXAMPLE"
	testSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// What Bedrock's requests in these tests have.
const (
	bedrockPath = "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"
	goodToken   = "IQoJb3JpZ2luX2VjEXAMPLETOKENVALUE/of+a==session"
)

func hmacOf(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// generated is a signed request as it arrived, and what it was signed with.
type generated struct {
	request *sigv4.Request
	rules   sigv4.Rules
	creds   aws.Credentials
	chunks  [][2]int // where the data of chunks is in the body
}

type generator struct{ *rand.Rand }

func newGenerator(seed uint64) *generator { return &generator{rand.New(rand.NewPCG(seed, 4))} }

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

// text is random text, sometimes with characters that must be encoded.
func (g *generator) text(maxLen int) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	const odd = "-_.~:/?#[]@!$&'()*+,;=% \"<>\\^`{|}"
	var b strings.Builder
	for range g.IntN(maxLen) + 1 {
		switch g.IntN(12) {
		case 0:
			b.WriteByte(odd[g.IntN(len(odd))])
		case 1:
			b.WriteString(pick(g, "é", "ሴ", "😀", "ß"))
		default:
			b.WriteByte(plain[g.IntN(len(plain))])
		}
	}
	return b.String()
}

// path is an encoded path without empty and dot segments: the SDK does not
// normalise paths, AWS does.
func (g *generator) path() string {
	var b strings.Builder
	for range g.IntN(5) {
		segment := url.PathEscape(g.text(12))
		if strings.Trim(segment, ".") == "" {
			segment = "x" + segment
		}
		b.WriteString("/" + segment)
	}
	if b.Len() == 0 || g.IntN(6) == 0 {
		b.WriteByte('/')
	}
	return b.String()
}

func (g *generator) query() url.Values {
	q := url.Values{}
	for range g.IntN(5) {
		q.Add(g.text(6), g.text(10))
	}
	if g.IntN(4) == 0 {
		q.Add("empty", "")
	}
	if g.IntN(4) == 0 {
		q.Add("k", g.text(4))
		q.Add("k", g.text(4))
	}
	return q
}

func (g *generator) value() string {
	v := strings.TrimSpace(strings.Map(func(r rune) rune {
		if r > 0x7e {
			return 'x'
		}
		return r
	}, g.text(16)))
	return pick(g, v, v+"  "+v, " "+v+" ", v+" "+v)
}

func (g *generator) header(h http.Header) {
	for range g.IntN(4) {
		h.Add("X-Amz-Meta-"+pick(g, "One", "Two", "Three"), g.value())
	}
	if g.IntN(2) == 0 {
		h.Set("Content-Type", pick(g, "application/json", "application/x-amz-json-1.0", "text/plain; charset=utf-8"))
	}
	if g.IntN(3) == 0 {
		h.Add("X-Custom", g.value())
	}
	if g.IntN(3) == 0 {
		h.Set("User-Agent", "test/1.0 (+https://example.com)")
		h.Set("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793")
	}
	if g.IntN(5) == 0 {
		h.Set("Accept", "")
	}
}

func (g *generator) body() []byte {
	if g.IntN(4) == 0 {
		return nil
	}
	b := make([]byte, g.IntN(200)+1)
	for i := range b {
		b[i] = byte(g.Uint32())
	}
	return b
}

func (g *generator) credentials() aws.Credentials {
	c := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret}
	if g.IntN(2) == 0 {
		c.SessionToken = "IQoJb3JpZ2luX2Vj" + strings.ReplaceAll(g.text(40), " ", "+") + "/+=="
		c.SessionToken = strings.Map(func(r rune) rune {
			if r > 0x7e {
				return 'x'
			}
			return r
		}, c.SessionToken)
	}
	return c
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// request is a client's request before signing, and its body.
func (g *generator) request(t testing.TB) (*http.Request, []byte) {
	t.Helper()
	host := pick(g, "bedrock-runtime.us-east-1.amazonaws.com", "127.0.0.1:8443", "[::1]:9000", "localhost",
		"example.com:443", "Example.COM")
	target := "https://" + host + g.path()
	if q := g.query(); len(q) > 0 {
		target += "?" + q.Encode()
	}
	body := g.body()
	r, err := http.NewRequest(pick(g, "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"), target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	g.header(r.Header)
	return r, body
}

// s3Request has the path of an object key as the SDK's S3 client encodes it:
// everything but unreserved characters, empty and dot segments allowed that stay below the root.
func (g *generator) s3Request(t testing.TB) (*http.Request, []byte) {
	r, body := g.request(t)
	key := g.text(30)
	if g.IntN(4) == 0 {
		key = pick(g, "", "/", "a//b", "./a", "a/../b", "a/..", "a/", "a%2Fb", "+", "~x")
	}
	encoded := strings.ReplaceAll(url.QueryEscape(key), "+", "%20")
	r.URL.Path, r.URL.RawPath = "/"+key, "/"+strings.ReplaceAll(encoded, "%2F", "/")
	return r, body
}

// arrive sends a request over the wire format and reads it as a server does.
func arrive(t testing.TB, r *http.Request, body []byte) *sigv4.Request {
	t.Helper()
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		t.Fatal(err)
	}
	return sigv4.FromHTTP(got, body)
}

func bedrockRules() sigv4.Rules {
	return sigv4.Rules{Service: "bedrock", SkewWindow: 5 * time.Minute}
}

func s3Rules() sigv4.Rules {
	return sigv4.Rules{Service: "s3", SkewWindow: 15 * time.Minute, S3: true}
}

func s3Options(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }

// The kinds of request that generate makes.
var kinds = []struct {
	name string
	make func(*generator, testing.TB) generated
}{
	{"bedrock header", (*generator).bedrockHeader},
	{"bedrock query", (*generator).bedrockQuery},
	{"s3 header", (*generator).s3Header},
	{"s3 query", (*generator).s3Query},
	{"s3 signed chunks", (*generator).s3SignedChunks},
	{"s3 unsigned chunks", (*generator).s3UnsignedChunks},
}

func (g *generator) bedrockHeader(t testing.TB) generated {
	r, body := g.request(t)
	creds := g.credentials()
	if g.IntN(3) == 0 {
		r.Header.Set("X-Amz-Content-Sha256", hashOf(body))
	}
	err := v4.NewSigner().SignHTTP(context.Background(), creds, r, hashOf(body), "bedrock", g.region(), signingTime)
	if err != nil {
		t.Fatal(err)
	}
	return generated{request: arrive(t, r, body), rules: bedrockRules(), creds: creds}
}

func (g *generator) bedrockQuery(t testing.TB) generated {
	r, body := g.request(t)
	return g.presign(t, r, body, hashOf(body), bedrockRules())
}

func (g *generator) s3Header(t testing.TB) generated {
	r, body := g.s3Request(t)
	creds := g.credentials()
	hash := pick(g, hashOf(body), "UNSIGNED-PAYLOAD")
	r.Header.Set("X-Amz-Content-Sha256", hash)
	err := v4.NewSigner(s3Options).SignHTTP(context.Background(), creds, r, hash, "s3", g.region(), signingTime)
	if err != nil {
		t.Fatal(err)
	}
	return generated{request: arrive(t, r, body), rules: s3Rules(), creds: creds}
}

func (g *generator) s3Query(t testing.TB) generated {
	r, body := g.s3Request(t)
	hash := "UNSIGNED-PAYLOAD"
	if g.IntN(2) == 0 {
		hash = hashOf(body)
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	q := r.URL.Query()
	q.Set("X-Amz-Expires", fmt.Sprint(g.IntN(604800)+1))
	r.URL.RawQuery = q.Encode()
	return g.presign(t, r, body, hash, s3Rules(), s3Options)
}

// s3SignedChunks has a header signed by the SDK, and chunks by chunkWriter.
func (g *generator) s3SignedChunks(t testing.TB) generated {
	trailer := g.IntN(2) == 0
	return g.chunked(t, map[bool]string{true: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
		false: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}[trailer], true, trailer)
}

func (g *generator) s3UnsignedChunks(t testing.TB) generated {
	return g.chunked(t, "STREAMING-UNSIGNED-PAYLOAD-TRAILER", false, true)
}

func (g *generator) chunked(t testing.TB, keyword string, signed, trailer bool) generated {
	t.Helper()
	payload := make([]byte, g.IntN(20000)+1)
	for i := range payload {
		payload[i] = byte(g.Uint32())
	}
	r, _ := g.s3Request(t)
	r.Method, r.Body, r.ContentLength = "PUT", nil, 0
	r.Header.Set("Content-Encoding", "aws-chunked")
	r.Header.Set("X-Amz-Content-Sha256", keyword)
	r.Header.Set("X-Amz-Decoded-Content-Length", fmt.Sprint(len(payload)))
	if trailer {
		r.Header.Set("X-Amz-Trailer", "x-amz-checksum-sha256")
	}
	creds, region := g.credentials(), g.region()
	if err := v4.NewSigner(s3Options).SignHTTP(context.Background(), creds, r, keyword, "s3", region,
		signingTime); err != nil {
		t.Fatal(err)
	}
	x := generated{request: arrive(t, r, nil), rules: s3Rules(), creds: creds}
	w := chunkWriter{signed: signed, x: &x, key: []byte("AWS4" + creds.SecretAccessKey), scope: "20250130/" + region +
		"/s3/aws4_request"}
	for _, part := range strings.Split(w.scope, "/") {
		w.key = hmacOf(w.key, part)
	}
	_, w.previous, _ = strings.Cut(x.request.Header.Get("Authorization"), "Signature=")
	for rest := payload; ; {
		n := min(len(rest), 8192+g.IntN(4096))
		w.chunk(rest[:n])
		if n == 0 {
			break
		}
		rest = rest[n:]
	}
	if trailer {
		w.trailer("x-amz-checksum-sha256:" + b64(hashOf(payload)))
	}
	x.request.Body = append(x.request.Body, "\r\n"...)
	return x
}

// chunkWriter writes an aws-chunked body; from the specification, apart from the
// code under test.
type chunkWriter struct {
	signed          bool
	x               *generated
	key             []byte
	scope, previous string
}

func (w *chunkWriter) sign(kind, rest string) {
	w.previous = hex.EncodeToString(hmacOf(w.key, "AWS4-HMAC-SHA256-"+kind+"\n"+now+"\n"+w.scope+"\n"+w.previous+"\n"+
		rest))
}

func (w *chunkWriter) chunk(data []byte) {
	body := fmt.Appendf(w.x.request.Body, "%x", len(data))
	if w.signed {
		w.sign("PAYLOAD", emptyHash+"\n"+hashOf(data))
		body = append(body, ";chunk-signature="+w.previous...)
	}
	body = append(body, "\r\n"...)
	if len(data) > 0 {
		w.x.chunks = append(w.x.chunks, [2]int{len(body), len(body) + len(data)})
		body = append(append(body, data...), "\r\n"...)
	}
	w.x.request.Body = body
}

func (w *chunkWriter) trailer(line string) {
	w.x.request.Body = append(w.x.request.Body, line+"\r\n"...)
	if w.signed {
		w.sign("TRAILER", hashOf([]byte(line+"\n")))
		w.x.request.Body = append(w.x.request.Body, "x-amz-trailer-signature:"+w.previous+"\r\n"...)
	}
}

func (g *generator) presign(t testing.TB, r *http.Request, body []byte, hash string, rules sigv4.Rules,
	options ...func(*v4.SignerOptions)) generated {
	t.Helper()
	creds := g.credentials()
	uri, header, err := v4.NewSigner().PresignHTTP(context.Background(), creds, r, hash, rules.Service, g.region(),
		signingTime, options...)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := http.NewRequest(r.Method, uri, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sent.Header, sent.Host = header, header.Get("Host")
	header.Del("Host")
	return generated{request: arrive(t, sent, body), rules: rules, creds: creds}
}

func (g *generator) region() string { return pick(g, "us-east-1", "eu-central-1", "ap-southeast-2") }

// signBedrock signs a client's request for Bedrock.
func signBedrock(t testing.TB, r *http.Request, body []byte) generated {
	t.Helper()
	creds := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret}
	if err := v4.NewSigner().SignHTTP(context.Background(), creds, r, hashOf(body), "bedrock", "us-east-1",
		signingTime); err != nil {
		t.Fatal(err)
	}
	return generated{request: arrive(t, r, body), rules: bedrockRules(), creds: creds}
}

func signHeaders(t testing.TB, header http.Header) generated {
	t.Helper()
	r, err := http.NewRequest("POST", "https://h/model", bytes.NewReader([]byte("{}")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header
	return signBedrock(t, r, []byte("{}"))
}
