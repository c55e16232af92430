package mistakes_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const (
	rightPath  = "/model/anthropic.claude-3-haiku-20240307-v1%253A0/converse"
	rightQuery = "a=x%20y%2Fz&b=2&c=%27"
)

var bedrockHash = hashOf([]byte(bedrockBody))

var explanations = []struct {
	name  string
	slip  func(*sloppy)
	want  string // in the mistake
	part  string // Difference.Name
	line  int
	known []mistakes.Known
}{
	{"nothing", func(*sloppy) {}, "signature of the request itself is right", "", 0, nil},
	// path
	{"single encoding", edited("%253A", "%3A"), "path encoded once, where bedrock wants it encoded twice", "path", 2,
		nil},
	{"decoded path", edited("%253A", ":"), "path decoded", "path", 2, nil},
	{"triple encoding", edited("%253A", "%25253A"), "encoded three times", "path", 2, nil},
	{"not normalised", func(s *sloppy) {
		s.request.Path = "/model//./x"
		s.edit(rightPath, "/model//./x")
	}, "did not normalise the path", "path", 2, nil},
	{"proxy prefix", func(s *sloppy) { s.request.Path = "/v1" + bedrockPath }, `without "/v1" at its front`, "path", 2,
		nil},
	{"final slash", edited("/converse\n", "/converse/\n"), "slash at the end", "path", 2, nil},
	{"lower-case escapes in path", func(s *sloppy) {
		s.request.Path = "/a:b"
		s.edit(rightPath, "/a%3ab")
	}, "lower-case hexadecimal digits", "path", 2, nil},
	{"encodeURIComponent", func(s *sloppy) {
		s.request.Path = "/a(b)"
		s.edit(rightPath, "/a(b)")
	}, "the request line has it, without encoding it", "path", 2, nil},
	{"empty path", edited(rightPath, ""), "empty path", "path", 2, nil},
	// query
	{"unsorted query", edited(rightQuery, "b=2&a=x%20y%2Fz&c=%27"), "did not sort the query", "query", 3, nil},
	{"raw query", edited(rightQuery, "b=2&a=x+y%2Fz&c=%27"), "as the request line has it, neither sorted nor encoded",
		"query", 3, nil},
	{"sorted as sent", func(s *sloppy) {
		s.request.RawQuery = "c='&b=%2f&a=x"
		s.edit(rightQuery, "a=x&b=%2f&c='")
	}, "sorted, but encoded as the request line has it", "query", 3, nil},
	{"plus for space", edited(rightQuery, "a=x+y%2Fz&b=2&c=%27"), `with "+" for a space`, "query", 3, nil},
	{"plus sign kept", edited(rightQuery, "a=x%2By%2Fz&b=2&c=%27"), `for a plus sign`, "query", 3, nil},
	{"query not encoded", edited(rightQuery, "a=x y/z&b=2&c='"), "query decoded", "query", 3, nil},
	{"query lower case", edited(rightQuery, "a=x%20y%2fz&b=2&c=%27"), "lower-case hexadecimal digits", "query", 3, nil},
	{"query encoded twice", edited(rightQuery, "a=x%2520y%252Fz&b=2&c=%2527"), "query encoded twice", "query", 3, nil},
	{"query left out", edited(rightQuery, ""), "did not sign the query", "query", 3, nil},
	{"quote left", edited(rightQuery, "a=x%20y%2Fz&b=2&c='"), "encodeURIComponent", "query", 3, nil},
	{"slash left", edited(rightQuery, "a=x%20y/z&b=2&c=%27"), "slashes not encoded", "query", 3, nil},
	{"parameter added later", func(s *sloppy) { s.request.RawQuery += "&utm=1" }, `without the parameter "utm"`,
		"query", 3, nil},
	{"no equal sign", func(s *sloppy) {
		s.request.RawQuery = "x"
		s.edit(rightQuery, "x")
	}, "as the request line has it", "query", 3, nil},
	// host
	{"host without port", edited("host:"+bedrockHost, "host:127.0.0.1"), "without the port 8443", "header host", 5,
		nil},
	{"host with default port", func(s *sloppy) {
		s.request.Host = "example.com"
		s.edit("host:"+bedrockHost, "host:example.com:443")
	}, "with the port 443", "header host", 5, nil},
	{"the real endpoint", edited("host:"+bedrockHost, "host:bedrock-runtime.us-east-1.amazonaws.com"),
		`signed the host "bedrock-runtime.us-east-1.amazonaws.com" and sent`, "header host", 5, nil},
	{"forwarded host", func(s *sloppy) {
		s.request.Header.Set("X-Forwarded-Host", "front.example.net")
		s.edit("host:"+bedrockHost, "host:front.example.net")
	}, "x-forwarded-host says), and a proxy changed it", "header host", 5, nil},
	// payload
	{"empty hash", edited(bedrockHash, emptyHash), "hash of an empty body, not of the 39 bytes", "payload hash", 11,
		nil},
	{"unsigned payload", edited(bedrockHash, "UNSIGNED-PAYLOAD"), "signed UNSIGNED-PAYLOAD, where bedrock wants",
		"payload hash", 11, nil},
	{"upper-case hash", edited(bedrockHash, strings.ToUpper(bedrockHash)), "payload hash in upper-case", "payload hash",
		11, nil},
	{"body with newline", edited(bedrockHash, hashOf([]byte(bedrockBody+"\n"))),
		"hashed the body with a newline at its end", "payload hash", 11, nil},
	{"compact JSON", edited(bedrockHash, hashOf([]byte(`{"messages":[{"role":"user"}],"a":1}`))),
		"hashed the JSON without white space", "payload hash", 11, nil},
	{"Python JSON", edited(bedrockHash, hashOf([]byte(`{"messages": [{"role": "user"}], "a": 1}`))),
		"as Python writes it", "payload hash", 11, nil},
	{"sorted JSON", edited(bedrockHash, hashOf([]byte(`{"a":1,"messages":[{"role":"user"}]}`))),
		"JSON with sorted keys", "payload hash", 11, nil},
	{"claimed hash", func(s *sloppy) {
		s.request.Header.Set("X-Amz-Content-Sha256", hashOf([]byte("another body")))
		s.edit(bedrockHash, hashOf([]byte("another body")))
	}, "as x-amz-content-sha256 says", "payload hash", 11, nil},
	{"hash in base64", edited(bedrockHash, b64(bedrockHash)), "payload hash in base64", "payload hash", 11, nil},
	// headers
	{"spaces not joined", edited("x-many:one 1,two", "x-many:one  1,two"),
		"did not trim the value of the header x-many", "header x-many", 8, nil},
	{"repeated header, joined", edited("one 1,two", "one 1, two"), `joined the repeated header x-many with ", "`,
		"header x-many", 8, nil},
	{"repeated header, first", edited("one 1,two", "one 1"), "only the first value of the repeated header x-many",
		"header x-many", 8, nil},
	{"repeated header, last", edited("one 1,two", "two"), "only the last value", "header x-many", 8, nil},
	{"content type changed", edited("content-type:application/json", "content-type:application/json; charset=utf-8"),
		"content-type: application/json; charset=utf-8, which something changed", "header content-type", 4, nil},
	{"header taken out", func(s *sloppy) {
		s.listed = "connection;" + s.listed
		s.edit("content-type:app", "connection:keep-alive\ncontent-type:app", "content-type;host",
			"connection;content-type;host")
	}, "connection: keep-alive, which something took out", "header connection", 4, nil},
	{"header added later", edited("x-many:one 1,two\n", "", ";x-many", ""),
		"did not sign the header x-many, though SignedHeaders names it", "header x-many", 8, nil},
	{"header line left out", edited("x-many:one 1,two\n", ""), "without the line of the header x-many", "header x-many",
		8, nil},
	{"header listed, neither signed nor sent", func(s *sloppy) { s.listed += ";x-never" },
		"neither signed nor sent the header x-never, though SignedHeaders names it", "signed headers", 10, nil},
	{"header not listed", edited("x-many:one 1,two\n", "x-many:one 1,two\nx-unsigned:u\n", ";x-many",
		";x-many;x-unsigned"), "signed the header x-unsigned, but SignedHeaders does not name it", "header x-unsigned",
		9, nil},
	{"content length", func(s *sloppy) {
		s.listed = "content-length;" + s.listed
		s.request.Header.Set("Content-Length", "40")
		s.edit("content-type:app", "content-length:39\ncontent-type:app", "content-type;host",
			"content-length;content-type;host")
	}, `signed content-length: 39, and the request says "40"`, "header content-length", 4, nil},
	// token
	{"token not signed", edited("x-amz-security-token:"+goodToken+"\n", "", ";x-amz-security-token", ""),
		"did not sign the session token, though SignedHeaders names it", "header x-amz-security-token", 7, nil},
	{"token not listed", func(s *sloppy) {
		s.listed = strings.Replace(s.listed, ";x-amz-security-token", "", 1)
	}, "signed the session token, but SignedHeaders does not name it", "header x-amz-security-token", 7, nil},
	{"token not sent", func(s *sloppy) {
		s.request.Header.Del("X-Amz-Security-Token")
	}, "signed the session token of ASIAEXAMPLE and did not send it", "header x-amz-security-token", 7,
		[]mistakes.Known{{Label: "ASIAEXAMPLE", Secret: "x", Token: goodToken}}},
	{"another token", func(s *sloppy) {
		s.request.Header.Set("X-Amz-Security-Token", "another")
	}, "signed the session token of ASIAEXAMPLE and sent another one", "header x-amz-security-token", 7,
		[]mistakes.Known{{Label: "ASIAEXAMPLE", Secret: "x", Token: goodToken}}},
	// scope and key
	{"region in key", func(s *sloppy) { s.keyParts[1] = "eu-central-1" },
		`signing key with the region "eu-central-1", where the credential has "us-east-1"`, "signing key", 0, nil},
	{"region in both", func(s *sloppy) {
		s.keyParts[1], s.scope = "eu-central-1", "20250130/eu-central-1/bedrock/aws4_request"
	}, `signed with the region "eu-central-1"`, "credential scope", 0, nil},
	{"service in key", func(s *sloppy) { s.keyParts[2] = "bedrock-runtime" }, `service "bedrock-runtime"`,
		"signing key", 0, nil},
	{"yesterday's key", func(s *sloppy) { s.keyParts[0] = "20250129" }, `date "20250129"`, "signing key", 0, nil},
	{"time taken twice", func(s *sloppy) { s.date = "20250130T204632Z" }, "took the time twice", "date", 0, nil},
	{"credential for scope", func(s *sloppy) { s.scope = testKeyID + "/" + s.scope }, "put the whole credential",
		"credential scope", 0, nil},
	{"no AWS4", func(s *sloppy) { s.prefix = "" }, `without "AWS4" before the secret`, "signing key", 0, nil},
	// secret
	{"secret with newline", func(s *sloppy) { s.secret += "\n" }, "secret and a newline at its end", "secret", 0, nil},
	{"secret with space", func(s *sloppy) { s.secret = " " + s.secret }, "secret and a space in front", "secret", 0,
		nil},
	{"secret encoded", func(s *sloppy) { s.secret = strings.ReplaceAll(s.secret, "/", "%2F") },
		"secret percent-encoded", "secret", 0, nil},
	{"secret quoted", func(s *sloppy) { s.secret = `"` + s.secret + `"` }, "in double quotes", "secret", 0, nil},
	{"secret of another key", func(s *sloppy) { s.secret = "another" },
		"signed with the secret of AKIAOTHER (user other), not with that of " + testKeyID, "secret", 0,
		[]mistakes.Known{{Label: "AKIAOTHER (user other)", Secret: "another"}}},
	{"key id for secret", func(s *sloppy) { s.secret = testKeyID }, "access key id in place of the secret", "secret", 0,
		nil},
	// method, layout, signature
	{"method", edited("POST\n", "GET\n"), "signed the method GET and sent POST", "method", 1, nil},
	{"signed headers unsorted", func(s *sloppy) {
		s.listed = "host;content-type;x-amz-date;x-amz-security-token;x-many"
		s.edit("content-type:application/json\nhost:"+bedrockHost, "host:"+bedrockHost+
			"\ncontent-type:application/json", "\ncontent-type;host;", "\nhost;content-type;")
	}, "in the order of its SignedHeaders, where they must be sorted", "header content-type", 4, nil},
	{"no blank line", edited("two\n\n", "two\n"), "left out the blank line", "blank line", 9, nil},
	{"newline at the end", func(s *sloppy) { s.canonical += "\n" }, "newline at the end", "end", 12, nil},
	{"capital names", func(s *sloppy) {
		s.edit("content-type:", "Content-Type:", "host:", "Host:", "x-amz-date:", "X-Amz-Date:",
			"x-amz-security-token:", "X-Amz-Security-Token:", "x-many:", "X-Many:")
	}, "lines of the headers with capital letters", "header content-type", 4, nil},
	{"upper-case signature", func(s *sloppy) {
		s.written = func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
	}, "wrote the signature in upper-case digits", "signature", 0, nil},
	{"base64 signature", func(s *sloppy) { s.written = base64.StdEncoding.EncodeToString },
		"wrote the signature in base64", "signature", 0, nil},
	{"short signature", func(s *sloppy) {
		s.written = func(b []byte) string { return hex.EncodeToString(b)[:60] }
	}, "sent only 60 of the signature's 64 digits", "signature", 0, nil},
	// two at a time
	{"path and hash", func(s *sloppy) { s.edit("%253A", "%3A", bedrockHash, emptyHash) },
		"encoded once, where bedrock wants it encoded twice, and signed the hash of an empty body", "path", 2, nil},
	{"secret and host", func(s *sloppy) {
		s.secret += "\n"
		s.edit("host:"+bedrockHost, "host:localhost")
	}, `newline at its end, and signed the host "localhost"`, "header host", 5, nil},
	{"path and another secret", func(s *sloppy) {
		s.secret = "another"
		s.edit("%253A", "%3A")
	}, "secret of AKIAOTHER (user other), not with that of " + testKeyID + ", and signed the path encoded once", "path",
		2, []mistakes.Known{{Label: "AKIAOTHER (user other)", Secret: "another"}}},
	{"query and header", func(s *sloppy) { s.edit(rightQuery, "b=2&a=x%20y%2Fz&c=%27", "one 1,two", "one 1, two") },
		`did not sort the query's parameters, and joined the repeated header`, "query", 3, nil},
	{"path and upper-case signature", func(s *sloppy) {
		s.edit("%253A", "%3A")
		s.written = func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
	}, "encoded once, where bedrock wants it encoded twice, and wrote the signature in upper-case digits", "path", 2,
		nil},
}

func TestExplain(t *testing.T) {
	for _, x := range explanations {
		t.Run(x.name, func(t *testing.T) {
			s := newSloppy()
			x.slip(s)
			s.sign()
			e := explain(t, s, x.known...)
			if !e.Found || !strings.Contains(e.Mistake, x.want) {
				t.Errorf("mistake %q, want %q", e.Mistake, x.want)
			}
			if d := e.FirstDifference; d.Name != x.part || d.Line != x.line || x.name != "nothing" &&
				d.Ours == d.Theirs {
				t.Errorf("first difference %+v, want line %d, %s", d, x.line, x.part)
			}
			if e.TheirCanonicalRequest != s.canonical {
				t.Errorf("their canonical request\n%s\nwant\n%s", e.TheirCanonicalRequest, s.canonical)
			}
			for _, text := range []string{e.Mistake, e.FirstDifference.Ours, e.FirstDifference.Theirs} {
				if strings.Contains(text, testSecret) || strings.Contains(mistakes.Redact(text), goodToken) {
					t.Errorf("a secret in %q", text)
				}
			}
		})
	}
}

func explain(t *testing.T, s *sloppy, known ...mistakes.Known) mistakes.Explanation {
	t.Helper()
	rules := sigv4.Rules{Service: "bedrock", Region: "us-east-1"}
	a, refusal := sigv4.Parse(s.request, rules, signingTime)
	if refusal != nil {
		t.Fatal(refusal)
	}
	return mistakes.Explain(s.request, a, rules, testSecret, known...)
}

func TestExplainNothingFound(t *testing.T) {
	s := newSloppy()
	s.secret = "of no known key"
	s.sign()
	start := time.Now()
	e := explain(t, s)
	t.Logf("%d attempts in %v", e.Attempts, time.Since(start))
	if e.Found || !strings.Contains(e.Mistake, "another secret than that of "+testKeyID) ||
		e.FirstDifference != (mistakes.Difference{}) {
		t.Errorf("%+v", e)
	}
	if len(e.Checked) < 10 || e.Attempts < 1000 {
		t.Errorf("checked %v in %d attempts", e.Checked, e.Attempts)
	}
	if strings.Contains(e.Mistake, goodToken) {
		t.Errorf("the token is in %q", e.Mistake)
	}
}

func TestRedact(t *testing.T) {
	for _, x := range []struct{ in, want string }{
		{"host:x\nx-amz-security-token:" + goodToken + "\n",
			"host:x\nx-amz-security-token:<47 characters, IQoJb3Jp…>\n"},
		{"x-amz-security-token:short", "x-amz-security-token:<5 characters>"},
		{"a=1&X-Amz-Security-Token=" + strings.Repeat("t", 40) + "&b=2",
			"a=1&X-Amz-Security-Token=<40 characters, tttttttt…>&b=2"},
		{"X-Amz-Security-Token: " + goodToken, "X-Amz-Security-Token:<48 characters,  IQoJb3J…>"},
		{"GET\n/\n\n", "GET\n/\n\n"},
	} {
		if got := mistakes.Redact(x.in); got != x.want {
			t.Errorf("Redact(%q) = %q, want %q", x.in, got, x.want)
		}
	}
}

// TestMismatchTellsTheServersSide: the refusal carries what AWS would print.
func TestMismatchTellsTheServersSide(t *testing.T) {
	s := newSloppy()
	right := s.canonical
	s.edit("%253A", "%3A")
	s.sign()
	refusal := judge(s.request, sigv4.Rules{Service: "bedrock"}, testSecret)
	cause, ok := verdict.CauseOf[verdict.OtherSignature](refusal)
	if !ok || cause.CanonicalRequest != right {
		t.Fatalf("%v\n%s", refusal, cause.CanonicalRequest)
	}
	if want := "AWS4-HMAC-SHA256\n20250130T204631Z\n20250130/us-east-1/bedrock/aws4_request\n" +
		hashOf([]byte(right)); cause.StringToSign != want {
		t.Errorf("string to sign %q", cause.StringToSign)
	}
	if strings.Contains(refusal.Error(), goodToken) {
		t.Errorf("the token is in %q", refusal.Error())
	}
}
