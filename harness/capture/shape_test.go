package capture

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

// TestHashesAreSaltedAnew: equal values of one capture have equal hashes; a value
// that is guessed cannot be compared with a capture, nor can two captures be with
// each other.
func TestHashesAreSaltedAnew(t *testing.T) {
	const value = "hunter2"
	one, two := newSalter(), newSalter()
	first, again, other := one.shape(value).Hash, one.shape(value).Hash, two.shape(value).Hash
	if first != again {
		t.Error("equal values have different hashes")
	}
	if first == other {
		t.Error("two captures have the same hash of a value")
	}
	if unsalted := new(salter).shape(value).Hash; first == unsalted || other == unsalted {
		t.Error("the salt is nothing")
	}
}

// TestHashesTellValuesApart: a fixture takes values of one hash for equal. 16
// hexadecimal digits, as Shape.Hash says, are 64 bits: among some thousand values
// no two agree by accident.
func TestHashesTellValuesApart(t *testing.T) {
	s, seen := newSalter(), map[string]bool{}
	for i := range 4096 {
		hash := s.shape(fmt.Sprint(i)).Hash
		if seen[hash] || !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(hash) {
			t.Fatalf("value %d: the hash %q is another's, or has not 16 digits", i, hash)
		}
		seen[hash] = true
	}
}

// TestShortValuesAreSecretsToo: a value is shown for being public knowledge, never
// for being short. What is public is listed by vendors: regions
// (https://docs.aws.amazon.com/general/latest/gr/rande.html), Lambda's variables
// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
func TestShortValuesAreSecretsToo(t *testing.T) {
	s := newSalter()
	for value, public := range map[string]bool{
		"hunter2": false, "1234": false, "s3cr3t": false, "acme": false, "root": false, "a": false, "7": false,
		"ACME1": false, "us-acme-1x": false,
		"": true, "1": true, "true": true, "us-east-1": true, "eu-central-1": true, "us-gov-west-1": true,
		"iad1": true, "AWS_Lambda_nodejs22.x": true, ":UTC": true,
	} {
		shape := s.shape(value)
		if (shape.Public != nil) != public {
			t.Errorf("%q: shown %v, want %v", value, shape.Public != nil, public)
		}
		text, err := json.Marshal(shape)
		if err != nil {
			t.Fatal(err)
		}
		if len(value) > 3 && strings.Contains(string(text), value) != public {
			t.Errorf("%q: %s", value, text)
		}
	}
}

// TestTokenLengths: programs break on the length of a token, so the made-up one has
// that of the host's, as far as one can be made (fixtures: 356 to 4096 characters,
// and base64 comes in fours, RFC 4648).
func TestTokenLengths(t *testing.T) {
	for captured, made := range map[int]int{356: 356, 996: 996, 1232: 1232, 2048: 2048, 4096: 4096, 998: 996, 120: 356,
		6000: 4096} {
		s := newSalter()
		token := s.shape("IQoJb3JpZ2luX2Vj" + strings.Repeat("a", captured-16))
		key := s.shape("ASIARZPUZDIKAAASESSN")
		for name, variables := range map[string][]Variable{
			"of a session":      {{"AWS_ACCESS_KEY_ID", key}, {"AWS_SESSION_TOKEN", token}},
			"of the host's own": {{"AWS_SESSION_TOKEN", token}},
		} {
			o := &Observation{Version: Version, By: "test", Variables: variables}
			fixture, err := o.Fixture(Options{})
			if err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf("tokenLength: %d\n", made); !strings.Contains(string(fixture), want) {
				t.Errorf("%s, of %d characters: no %q in\n%s", name, captured, want, fixture)
			}
		}
	}
}

// handled is a network on which a handler answers.
type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	r.RequestURI = r.URL.RequestURI()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// TestInstanceMetadataWantsTokensOrNot looks at both settings of HttpTokens
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html).
func TestInstanceMetadataWantsTokensOrNot(t *testing.T) {
	for _, tokens := range []metadata.HTTPTokens{metadata.TokensRequired, metadata.TokensOptional} {
		imds, err := metadata.IMDS(
			metadata.IMDSOptions{Vendor: metadata.Failing(fmt.Errorf("none")), RoleName: "a-role", Tokens: tokens},
		)
		if err != nil {
			t.Fatal(err)
		}
		o := &observer{salter: newSalter()}
		e := o.imds(t.Context(), &http.Client{Transport: handled{imds}})
		if !e.Answered || e.Tokens != string(tokens) {
			t.Errorf("%s: seen as %+v", tokens, e)
		}
		if len(e.Fields) != 1 || e.Fields[0].Length != len("a-role") || e.Fields[0].Public != nil {
			t.Errorf("%s: the role is %+v", tokens, e.Fields)
		}
	}
}

// TestErrorsAreNoCredentials: what an endpoint says with an error is not what it
// hands out.
func TestErrorsAreNoCredentials(t *testing.T) {
	const body = `{"AccessKeyId": "ASIARZPUZDIKAAASESSN", "message": "x"}`
	for status, fields := range map[int]int{200: 2, 302: 0, 400: 0, 403: 0, 404: 0, 500: 0, 503: 0} {
		answer := handled{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})}
		client := &http.Client{
			Transport:     answer,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		e := (&observer{salter: newSalter()}).container(
			t.Context(),
			client,
			"AWS_CONTAINER_CREDENTIALS_FULL_URI",
			"http://127.0.0.1/",
		)
		if !e.Answered || e.Status != status || len(e.Fields) != fields {
			t.Errorf("%d: %+v, want %d fields", status, e, fields)
		}
	}
}
