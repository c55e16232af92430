package metadata_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

func newSignIn(t *testing.T, o metadata.SignInOptions) *host {
	t.Helper()
	o.RefreshToken = "refresh"
	if o.Vendor == nil {
		o.Vendor = metadata.Fixed(vended)
	}
	return newHost(t, func(s metadata.Settings) (http.Handler, error) {
		o.Settings = s
		return metadata.SignIn(o)
	})
}

// proof makes DPoP headers (RFC 9449); what differs from a good one is in the
// two maps.
func proof(t testing.TB, url string, header, claims map[string]any) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	h := map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": map[string]string{
		"kty": "EC", "crv": "P-256", "x": base64.RawURLEncoding.EncodeToString(point[1:33]),
		"y": base64.RawURLEncoding.EncodeToString(point[33:]),
	}}
	c := map[string]any{"jti": rand.Text(), "htm": "POST", "htu": url + "/v1/token", "iat": start.Unix()}
	maps.Copy(h, header)
	maps.Copy(c, claims)
	text := part(t, h) + "." + part(t, c)
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func part(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

const refreshBody = `{"clientId":"arn:aws:signin:::devtools/same-device","grantType":"refresh_token","refreshToken":"refresh"}`

func TestSignInRenews(t *testing.T) {
	h := newSignIn(t, metadata.SignInOptions{})
	got := h.send(t, "POST", "/v1/token", refreshBody, "DPoP", proof(t, h.URL, nil, nil))
	got.want(t, 200,
		`{"accessToken":{"accessKeyId":"ASIAEXAMPLE000000001","secretAccessKey":"secret/example","sessionToken":"token/example=="},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"refresh"}`)
	soon := vended
	soon.Expiration = start.Add(10 * time.Minute)
	h = newSignIn(t, metadata.SignInOptions{Vendor: metadata.Fixed(soon)})
	if got := h.send(t, "POST", "/v1/token", refreshBody, "DPoP", proof(t, h.URL, nil, nil)); !strings.Contains(
		got.body, `"expiresIn":600`) {
		t.Errorf("got %+v", got)
	}
}

func TestSignInWantsAProof(t *testing.T) {
	h := newSignIn(t, metadata.SignInOptions{})
	once := proof(t, h.URL, nil, nil)
	if got := h.send(t, "POST", "/v1/token", refreshBody, "DPoP", once); got.status != 200 {
		t.Fatalf("got %+v", got)
	}
	other := strings.Split(proof(t, h.URL, nil, nil), ".")
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for note, value := range map[string]string{
		"0 DPoP headers":               "",
		"not a JWT":                    "a.b",
		"not a JWT signed with":        "a.b.c",
		"used before":                  once,
		"is not by the key":            strings.Join(append(strings.Split(once, ".")[:2], other[2]), "."),
		"not POST":                     proof(t, h.URL, nil, map[string]any{"htm": "GET"}),
		"the proof is for \"http:":     proof(t, "http://elsewhere", nil, nil),
		"time is 6m0s off":             proof(t, h.URL, nil, map[string]any{"iat": start.Unix() - 360}),
		"no jti":                       proof(t, h.URL, nil, map[string]any{"jti": ""}),
		"signature algorithm \"none\"": proof(t, h.URL, map[string]any{"alg": "none"}, nil),
		"of type \"JWT\"":              proof(t, h.URL, map[string]any{"typ": "JWT"}, nil),
		"invalid RSA key":              proof(t, h.URL, map[string]any{"jwk": map[string]string{"kty": "RSA"}}, nil),
		"missing x/y values": proof(t, h.URL, map[string]any{"jwk": map[string]string{"kty": "EC",
			"crv": "P-256"}}, nil),
		"has no jwk":                      proof(t, h.URL, map[string]any{"jwk": nil}, nil),
		"JWK contains private parameters": proof(t, h.URL, map[string]any{"jwk": jose.JSONWebKey{Key: private}}, nil),
		"not on declared curve": proof(t, h.URL, map[string]any{"jwk": map[string]string{"kty": "EC",
			"crv": "P-256", "x": strings.Repeat("A", 43), "y": strings.Repeat("A", 43)}}, nil),
		"one of 8192 characters at": strings.Repeat("a", 8193),
	} {
		t.Run(note, func(t *testing.T) {
			header := []string{"DPoP", value}
			if value == "" {
				header = nil
			}
			h.seen()
			h.send(t, "POST", "/v1/token", refreshBody, header...).want(t, 400,
				`{"error":"invalid_request","message":"Invalid DPoP proof"}`)
			if l := h.last(t); !strings.Contains(l.Note, note) {
				t.Errorf("noted %q", l.Note)
			}
		})
	}
}

func TestSignInRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o      metadata.SignInOptions
		body   string
		status int
		answer string
	}{
		"refresh token": {body: strings.Replace(refreshBody, `"refresh"`, `"other"`, 1), status: 400,
			answer: `{"error":"TOKEN_EXPIRED","message":"Access denied"}`},
		"grant": {body: strings.Replace(refreshBody, `"refresh_token"`, `"authorization_code"`, 1), status: 400,
			answer: `{"error":"unsupported_grant_type","message":"Unsupported grant type"}`},
		"no JSON": {body: "x", status: 400, answer: `{"error":"invalid_request","message":"Invalid request"}`},
		"ended": {o: metadata.SignInOptions{Ended: "USER_CREDENTIALS_CHANGED"}, body: refreshBody, status: 400,
			answer: `{"error":"USER_CREDENTIALS_CHANGED","message":"Access denied"}`},
		"failure": {o: metadata.SignInOptions{Vendor: metadata.Failing(errors.New("broken"))}, body: refreshBody,
			status: 500, answer: `{"error":"server_error","message":"Internal server error"}`},
	} {
		t.Run(name, func(t *testing.T) {
			h := newSignIn(t, c.o)
			h.send(t, "POST", "/v1/token", c.body, "DPoP", proof(t, h.URL, nil, nil)).want(t, c.status, c.answer)
		})
	}
	h := newSignIn(t, metadata.SignInOptions{})
	if got := h.send(t, "POST", "/v1/token?x-amz-token-request-type=bearer", "{}"); got.status != 501 {
		t.Errorf("got %+v", got)
	}
}
