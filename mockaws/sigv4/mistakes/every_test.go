package mistakes_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
)

// explainOf explains a signed request to a server that knows a secret.
func explainOf(t *testing.T, s *sloppy, secret string) mistakes.Explanation {
	t.Helper()
	rules := sigv4.Rules{Service: "bedrock", Region: "us-east-1"}
	a, refusal := sigv4.Parse(s.request, rules, signingTime)
	if refusal != nil {
		t.Fatal(refusal)
	}
	return mistakes.Explain(s.request, a, rules, secret)
}

// TestEverySpellingOfASecret has the secret as the server knows it, and as the client
// has it: out of a file with another line end, a shell, a form, a JSON text.
func TestEverySpellingOfASecret(t *testing.T) {
	const plain = testSecret
	type row struct{ server, client, want string }
	rows := []row{
		{plain, " " + plain + " ", "and spaces around it"},
		{plain, "'" + plain + "'", "in single quotes"},
		{plain, `"` + plain + `"`, "in double quotes"},
		{plain, "\ufeff" + plain, "and a byte order mark in front"},
		{" " + plain + "\n", plain, "without the white space around it"},
		{"a%2Fb%2Bcdefghijklmnop", "a/b+cdefghijklmnop", "percent-decoded"},
		{plain, url.QueryEscape(plain), "percent-encoded"},
		{"a+bcdefgh", "a bcdefgh", `with its "+" turned into spaces, as form decoding does`},
		{"a bcd/fgh", "a+bcd/fgh", `with its spaces turned into "+"`},
		{plain, strings.ReplaceAll(plain, "/", `\/`), `with its "/" escaped, as some JSON writers do`},
		{`ab\cd\ef`, "abcdef", "without its backslashes"},
		{plain, plain[:len(plain)-1], "without its last character"},
		{plain, plain[1:], "without its first character"},
		{plain, strings.ToLower(plain), "in lower case"},
		{plain, strings.ToUpper(plain), "in upper case"},
		{base64.StdEncoding.EncodeToString([]byte("the secret")), "the secret", "decoded from base64"},
		{plain, base64.StdEncoding.EncodeToString([]byte(plain)), "encoded in base64"},
	}
	for text, name := range map[string]string{
		"\n": "a newline", "\r\n": "CR LF", "\r": "a carriage return", " ": "a space", "\t": "a tab",
		`\n`: `a literal "\n"`, "\x00": "a zero byte", "=": `a "="`, ",": "a comma", ";": "a semicolon",
	} {
		rows = append(rows, row{plain, text + plain, "and " + name + " in front"})
		if text != "\x00" { // to HMAC, a key ends in as many zero bytes as one likes
			rows = append(rows, row{plain, plain + text, "and " + name + " at its end"})
		}
	}
	for _, cut := range []string{"+", "/", "=", "#", "$", " "} {
		rows = append(rows, row{"front" + cut + "back", "front", fmt.Sprintf("cut off at its first %q", cut)})
	}
	for _, x := range rows {
		s := newSloppy()
		s.secret = x.client
		s.sign()
		e := explainOf(t, s, x.server)
		if want := "signed with the secret " + x.want; !e.Found || !strings.Contains(e.Mistake, want+":") &&
			!strings.HasSuffix(strings.TrimSuffix(e.Mistake, "."), want) {
			t.Errorf("%q for %q: %q, want %q", x.client, x.server, e.Mistake, want)
		}
		if d := e.FirstDifference; d.Ours != "the secret" || d.Theirs != "the secret "+x.want {
			t.Errorf("%q for %q: difference %+v", x.client, x.server, d)
		}
	}
	s := newSloppy()
	s.secret = ""
	s.sign()
	if e := explainOf(t, s, plain); !strings.Contains(e.Mistake, "signed with an empty secret") ||
		e.FirstDifference.Theirs != "an empty secret" {
		t.Errorf("got %+v", e)
	}
}

// TestEveryDate: what a client may write into the string to sign for the time of
// X-Amz-Date.
func TestEveryDate(t *testing.T) {
	rows := map[string]string{
		"2025-01-30T20:46:31Z":          "in the extended format",
		"Thu, 30 Jan 2025 20:46:31 GMT": "as in a Date header",
		"20250130":                      "wrote only the day",
		"20250130T204000Z":              "signed the time of the Date header, where X-Amz-Date counts",
		"20250130T204642Z":              "", // eleven seconds apart is no time taken twice
		"20250130T204620Z":              "",
	}
	for second := 21; second <= 41; second++ {
		if second != 31 {
			date := fmt.Sprintf("20250130T2046%dZ", second)
			rows[date] = "took the time twice: the string to sign has " + date + ", X-Amz-Date has " + now
		}
	}
	for date, want := range rows {
		s := newSloppy()
		s.request.Header.Set("Date", "Thu, 30 Jan 2025 20:40:00 GMT")
		s.date = date
		s.sign()
		if e := explain(t, s); e.Found != (want != "") || !strings.Contains(e.Mistake, want) {
			t.Errorf("%s: %q, want %q", date, e.Mistake, want)
		}
	}
}

// awsRegions is the table of
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
// with the regions of the other partitions.
const awsRegions = `us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-east-2 ap-south-1 ap-south-2 ap-southeast-1
	ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7 ap-northeast-1 ap-northeast-2
	ap-northeast-3 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 eu-south-1
	eu-south-2 eu-north-1 il-central-1 me-south-1 me-central-1 mx-central-1 sa-east-1 us-gov-east-1 us-gov-west-1
	cn-north-1 cn-northwest-1`

// awsServices are names in credential scopes, and names of endpoints that are taken
// for them.
const awsServices = `bedrock-runtime bedrock-agent bedrock-agent-runtime bedrock-mantle s3 sts iam lambda dynamodb sqs
	sns execute-api amplify secretsmanager ssm logs monitoring kinesis cloudtrail cognito-idp ses es aoss sagemaker
	runtime.sagemaker s3express`

// TestEveryScope has another region, service or date in the signing key alone, and in
// the string to sign as well.
func TestEveryScope(t *testing.T) {
	const scope = "20250130/us-east-1/bedrock/aws4_request"
	type row struct {
		what      string
		part      int // of the key
		is, was   string
		otherwise string // the scope
	}
	var rows []row
	for _, region := range append(strings.Fields(awsRegions), "aws-global", "") {
		rows = append(rows, row{"region", 1, region, "us-east-1", "20250130/" + region + "/bedrock/aws4_request"})
	}
	for _, service := range append(strings.Fields(awsServices), "gateway", "") {
		rows = append(rows, row{"service", 2, service, "bedrock", "20250130/us-east-1/" + service + "/aws4_request"})
	}
	for _, day := range []string{"20250129", "20250131", now} {
		rows = append(rows, row{"date", 0, day, "20250130", day + "/us-east-1/bedrock/aws4_request"})
	}
	for _, x := range rows {
		for _, both := range []bool{false, true} {
			s := newSloppy()
			s.request.Host = "gateway.example.com"
			s.edit("host:"+bedrockHost, "host:gateway.example.com")
			s.keyParts[x.part] = x.is
			want := fmt.Sprintf("derived the signing key with the %s %q, where the credential has %q", x.what, x.is,
				x.was)
			name := "signing key"
			if both {
				s.scope = x.otherwise
				want = fmt.Sprintf("signed with the %s %q, where the credential has %q", x.what, x.is, x.was)
				name = "credential scope"
			}
			s.sign()
			e := explain(t, s)
			if !e.Found || !strings.Contains(e.Mistake, want) || e.FirstDifference.Name != name {
				t.Errorf("%s %q in %s: %q, want %q", x.what, x.is, name, e.Mistake, want)
			}
			if d := e.FirstDifference; !both && (d.Ours != x.what+" "+x.was || d.Theirs != x.what+" "+x.is) ||
				both && (d.Ours != scope || d.Theirs != x.otherwise) {
				t.Errorf("%s %q: difference %+v", x.what, x.is, d)
			}
		}
	}
}

// TestEveryDerivation makes the signing key otherwise than
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html says.
func TestEveryDerivation(t *testing.T) {
	for want, slip := range map[string]func(*sloppy){
		`derived the signing key without "AWS4"`:     func(s *sloppy) { s.prefix = "" },
		`derived the signing key with "aws4" before`: func(s *sloppy) { s.prefix = "aws4" },
		"derived the signing key with region and serv": func(s *sloppy) {
			s.keyParts[1], s.keyParts[2] = s.keyParts[2],
				s.keyParts[1]
		},
	} {
		s := newSloppy()
		slip(s)
		s.sign()
		if e := explain(t, s); !e.Found || !strings.Contains(e.Mistake, want) ||
			e.FirstDifference.Ours != "the signing key" || !strings.HasPrefix(e.FirstDifference.Theirs,
			"a key derived") {
			t.Errorf("%+v, want %q", e, want)
		}
	}
	s := newSloppy()
	key := []byte("AWS4" + s.secret)
	var last []byte
	for _, part := range s.keyParts {
		last = hmacOf(key, part)
		key = []byte(hex.EncodeToString(last))
	}
	s.written = func([]byte) string {
		return hex.EncodeToString(hmacOf(last, "AWS4-HMAC-SHA256\n"+s.date+"\n"+s.scope+"\n"+
			hashOf([]byte(s.canonical))))
	}
	s.sign()
	if e := explain(t, s); !strings.Contains(e.Mistake,
		"from hexadecimal digits, where each step must go on with the bytes") {
		t.Errorf("%q", e.Mistake)
	}
}

// header makes a row in which a header of the request is signed with another value.
func header(name, sent, signed string) func(*sloppy) {
	return func(s *sloppy) {
		lower := strings.ToLower(name)
		if sent == "-" {
			s.request.Header.Del(name)
		} else {
			s.request.Header.Set(name, sent)
		}
		line := lower + ":" + signed
		var lines []string
		for l := range strings.SplitSeq(s.canonical, "\n") {
			if !strings.HasPrefix(l, lower+":") {
				lines = append(lines, l)
			}
		}
		at := 3
		for lines[at] != "" && lines[at] < line {
			at++
		}
		lines = append(lines[:at], append([]string{line}, lines[at:]...)...)
		listed := map[bool]string{true: s.listed, false: sortedWith(s.listed, lower)}[strings.Contains(";"+s.listed+";",
			";"+lower+";")]
		s.canonical = strings.ReplaceAll(strings.Join(lines, "\n"), "\n"+s.listed+"\n", "\n"+listed+"\n")
		s.listed = listed
	}
}

func sortedWith(list, name string) string {
	names := strings.Split(list, ";")
	at := 0
	for at < len(names) && names[at] < name {
		at++
	}
	return strings.Join(append(names[:at:at], append([]string{name}, names[at:]...)...), ";")
}

// TestEveryValueOfAHeader: values that proxies and clients change on the way.
func TestEveryValueOfAHeader(t *testing.T) {
	for name, values := range map[string][]string{
		"Accept": {"*/*", "application/json", "application/vnd.amazon.eventstream"},
		"Accept-Encoding": {"identity", "gzip", "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd",
			"gzip, br",
			"*"},
		"Accept-Language": {"*"}, "Cache-Control": {"no-cache"},
		"Connection":       {"keep-alive", "close", "upgrade", "Keep-Alive"},
		"Content-Encoding": {"gzip", "aws-chunked", "identity"},
		"Content-Type": {"application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8",
			"application/json;charset=utf-8", "application/x-amz-json-1.0", "application/x-amz-json-1.1",
			"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8",
			"application/octet-stream", "binary/octet-stream", "text/plain", "text/plain;charset=UTF-8",
			"application/vnd.amazon.eventstream"},
		"Expect": {"100-continue"}, "Te": {"trailers"}, "Transfer-Encoding": {"chunked"},
	} {
		for _, value := range values {
			for _, sent := range []string{"-", "other/thing"} {
				s := newSloppy()
				header(name, sent, value)(s)
				s.sign()
				want := fmt.Sprintf("signed the header %s: %s, which something took out on the way",
					strings.ToLower(name), value)
				if sent != "-" {
					want = fmt.Sprintf("signed the header %s: %s, which something changed on the way to %q",
						strings.ToLower(name),
						value, sent)
				}
				if e := explain(t, s); !e.Found || !strings.Contains(e.Mistake, want) ||
					e.FirstDifference.Name != "header "+strings.ToLower(name) {
					t.Errorf("%s: %q, want %q", name, e.Mistake, want)
				}
			}
		}
	}
}

// everyOther are the rest of the mistakes, by what they concern.
var everyOther = []struct {
	slip func(*sloppy)
	want string
}{
	// the values of headers
	{header("X-Some", "a  \t  b ", "a \t b"), "joined the spaces in the header x-some but left the tabs"},
	{header("X-Some", "a  \t b ", "a  \t b"), "did not join the spaces in the value of the header x-some"},
	{header("X-Some", " a  b", " a  b"), "did not trim the value of the header x-some and join its spaces"},
	{header("X-Some", "AbC", "abc"), "signed the value of the header x-some in lower case"},
	{header("X-Some", "abc", ""), "signed the header x-some with an empty value"},
	{header("X-Some", "-", ""), "signed the header x-some with an empty value and did not send it"},
	{header("X-Some", "caf\xe9", "café"), "signed the header x-some in UTF-8 and sent it in another encoding"},
	{header("X-Some", "a%20b", "a b"), "signed the value of the header x-some percent-decoded"},
	{header("Content-Length", "40", "0"), `signed content-length: 0, and the request says "40"`},
	{edited("one 1,two", "one 1;two"), `joined the repeated header x-many with ";"`},
	{edited("one 1,two", "one 1two"), "joined the values of the repeated header x-many without a comma"},
	{edited("one 1,two", "two,one 1"), "signed the values of the repeated header x-many in reverse order"},
	{func(s *sloppy) {
		s.request.Header["X-Many"] = []string{"b", "c", "a"}
		s.edit("one 1,two", "a,b,c")
	}, "sorted the values of the repeated header x-many"},
	// which headers are signed
	{edited(";x-amz-security-token;x-many", ";x-amz-security-token"),
		"left x-many out of the list of signed headers in the canonical request"},
	{func(s *sloppy) {
		s.request.Header.Del("X-Amz-Security-Token")
		s.edit(goodToken, "")
	}, "signed an empty session token and sent none"},
	{edited(goodToken, ""), "signed an empty session token and sent another one"},
	// host
	{edited("host:"+bedrockHost, "host:"), "signed an empty host"},
	{edited("host:"+bedrockHost, "host:"+bedrockHost+"."), "signed the host with a dot at its end"},
	{edited("host:"+bedrockHost, "host:https://"+bedrockHost), "signed the host with https:// in front"},
	{edited("host:"+bedrockHost, "host:http://"+bedrockHost), "signed the host with http:// in front"},
	{hosts("Example.com", "example.com"), "signed the host in lower case"},
	{hosts("example.com", "example.com:80"), "with the port 80, which the Host header does not have"},
	{hosts("[2001:db8::1]:8443", "[2001:db8::1]"), "without the port 8443"},
	{hosts("example.com", "localhost"), `signed the host "localhost" and sent the request to "example.com"`},
	{hosts("example.com", "127.0.0.1"), `signed the host "127.0.0.1" and sent the request to "example.com"`},
	{hosts("example.com", "[::1]"), `signed the host "[::1]"`},
	{hosts("example.com", "host.docker.internal"), `signed the host "host.docker.internal"`},
	{hosts("example.com:4566", "host.docker.internal:4566"), `signed the host "host.docker.internal:4566"`},
	{hosts("example.com", "0.0.0.0"), `signed the host "0.0.0.0"`},
	{hosts("example.com", "bedrock.us-east-1.amazonaws.com"), `signed the host "bedrock.us-east-1.amazonaws.com"`},
	{hosts("example.com", "bedrock.amazonaws.com"), `signed the host "bedrock.amazonaws.com"`},
	{hosts("example.com", "bedrock-agent-runtime.us-east-1.amazonaws.com"),
		`signed the host "bedrock-agent-runtime.us-east-1.amazonaws.com"`},
	{func(s *sloppy) {
		s.request.Header.Set("X-Original-Host", "front.example.net")
		s.edit("host:"+bedrockHost, "host:front.example.net")
	}, `signed the host "front.example.net" (as x-original-host says)`},
	// path
	{paths("/a/b/c/d", "/b/c/d"), `signed the path without "/a" at its front`},
	{paths("/a/b/c/d", "/c/d"), `signed the path without "/a/b" at its front`},
	{paths("/a/b/c/d/e/f", "/e/f"), `signed the path without "/a/b/c/d" at its front`},
	{paths("/a/b", "/"), `signed the path "/", not the request's`},
	{paths("/a/b", "%2Fa%2Fb"), "signed the path with its slashes encoded"},
	{paths("/a/b/", "/a/b"), "signed the path without its final slash"},
	{paths("/a/b", "/a/b?b=2&a=x+y%2Fz&c=%27"), "signed the path with the query in it"},
	{paths("/a~b", "/a%7Eb"), `signed the path with "~" encoded`},
	{paths("/a//%3Ab/../c", "/a//%3Ab/../c"), "signed the path encoded once and not normalised"},
	// query
	{queries("b=3&a=2&a=1", "b=3&a=2&a=1"), "did not sort the query's parameters"},
	{queries("b=1&a=2&a=1", "a=2&a=1&b=1"), "sorted the query's parameters by name only"},
	{queries("a=1&a-b=2", "a-b=2&a=1"), `sorted the query's parameters as whole pieces`},
	{queries("C=3&a=1&B=2", "a=1&B=2&C=3"), "sorted the query's parameters without regard to case"},
	{queries("b=2&a=%7F&a=0", "a=0&a=%7F&b=2"), "sorted the query's parameters before encoding them"},
	{queries("a=%7B&a=A", "a=A&a=%7B"), "sorted the query's parameters before encoding them"},
	{queries("a=1&b=2&b=3&a=4", "a=1&b=2"), "signed only the first of the query parameters that share a name"},
	{queries("a=1&b=2&b=3&a=4", "a=4&b=3"), "signed only the last of the query parameters that share a name"},
	{queries("b&a&c=1", "a&b&c=1"), `left the "=" out after parameters without a value`},
	{queries("a=~", "a=%7E"), `signed the query with "~" encoded`},
	{queries("a=%21%27%28%29%2A", "a=!'()*"), "with ! ' ( ) * not encoded, as encodeURIComponent leaves them"},
	// layout
	{func(s *sloppy) {
		s.edit("content-type;host;x-amz-date;x-amz-security-token;x-many",
			"content-type,host,x-amz-date,x-amz-security-token,x-many")
	}, `joined the names of the signed headers with ","`},
	{edited("content-type:", "content-type: ", "\nhost:", "\nhost: ", "x-amz-date:", "x-amz-date: ",
		"x-amz-security-token:", "x-amz-security-token: ", "x-many:", "x-many: "),
		"put a space after the colon of each header"},
	{edited("content-type", "Content-Type", "host:", "Host:", ";host;", ";Host;", "x-amz-date", "X-Amz-Date",
		"x-amz-security-token", "X-Amz-Security-Token", "x-many", "X-Many"),
		"signed the names of the headers with capital letters"},
	{func(s *sloppy) {
		s.listed = "host;content-type;x-amz-date;x-amz-security-token;x-many"
		s.edit("\ncontent-type;host;", "\nhost;content-type;")
	}, "sorted the signed headers, but not the list of their names"},
	// payload
	{edited(bedrockHash, ""), "signed without a payload hash"},
	{edited(bedrockHash, hashOf([]byte(bedrockHash))), "hashed the payload twice"},
	{edited(bedrockHash, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
		"signed the payload hash STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
	{edited(bedrockHash, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
		"signed the payload hash STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
	{edited(bedrockHash, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
		"signed the payload hash STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"},
	{edited(bedrockHash, "STREAMING-AWS4-HMAC-SHA256-EVENTS"),
		"signed the payload hash STREAMING-AWS4-HMAC-SHA256-EVENTS"},
	{hashed(bedrockBody, bedrockBody+"\r\n"), "hashed the body with CR LF at its end, not the 39 bytes"},
	{hashed(" x \n", "x"), "hashed the body without the white space around it"},
	{hashed("a\r\nb", "a\nb"), "hashed the body with LF for CR LF"},
	{hashed("a\nb", "a\r\nb"), "hashed the body with CR LF for LF"},
	{hashed("abc", "YWJj"), "hashed the body in base64"},
	{hashed("YWJj", "abc"), "hashed the body decoded from base64"},
	{hashed("caf\xc3\xa9", "cafÃ©"), "hashed the body as Latin-1 read as UTF-8"},
	{hashed("\ufeffabc", "abc"), "hashed the body without its byte order mark"},
	{hashed("abc", "null"), "hashed the text null"},
	{hashed("abc", "{}"), "hashed the text {}"},
	{hashed("abc", `""`), `hashed the text ""`},
	{hashed("abc", "undefined"), "hashed the text undefined"},
	{hashed("abc", "[object Object]"), "hashed the text [object Object]"},
	{hashed("abc", "None"), "hashed the text None"},
	{hashed(zipped("abc"), "abc"), "hashed the body before it was compressed"},
	{hashed("3\r\nabc\r\n0\r\n\r\n", "abc"), "hashed the payload without its aws-chunked encoding"},
	{hashed("a=x+y&b=1", "a=x%20y&b=1"), `hashed the form with "%20" for "+"`},
	{hashed("a=x%20y&b=1", "a=x+y&b=1"), `hashed the form with "+" for "%20"`},
	{hashed("b=1&a=2", "a=2&b=1"), "hashed the form with its fields sorted"},
	{hashed(`{"a":"<"}`, `{"a":"\u003c"}`), "with HTML escapes, as Go writes it"},
	{hashed(`{"a":1}`, "{\n  \"a\": 1\n}"), "hashed the JSON indented"},
	{hashed(`{"a":1}`, "{\n    \"a\": 1\n}"), "hashed the JSON indented"},
	{hashed(`{"a":1}`, "{\n\t\"a\": 1\n}"), "hashed the JSON indented"},
	{hashed(`{"b":12345678901234567890,"a":"<"}`, `{"a":"<","b":12345678901234567890}`),
		"hashed the JSON with sorted keys"},
	{hashed(`{"a":"\",\\"}`, `{"a": "\",\\"}`),
		"hashed the JSON with spaces after commas and colons, as Python writes it"},
	{hashed(`{"a":"\\","b":1}`, `{"a": "\\", "b": 1}`), "as Python writes it"},
	{hashed(`{"a":1}`, `"{\"a\":1}"`), "hashed the body encoded again as a JSON string"},
	{hashed(`"{\"a\":1}"`, `{"a":1}`), "hashed the text inside the JSON string"},
	// method
	{edited("POST\n", "PUT\n"), "signed the method PUT and sent POST"},
	{edited("POST\n", "HEAD\n"), "signed the method HEAD and sent POST"},
	{edited("POST\n", "DELETE\n"), "signed the method DELETE and sent POST"},
	{edited("POST\n", "PATCH\n"), "signed the method PATCH and sent POST"},
	{edited("POST\n", "OPTIONS\n"), "signed the method OPTIONS and sent POST"},
	{edited("POST\n", "post\n"), "signed the method post and sent POST"},
	// the signature
	{written(func(digits string) string { return digits[:16] }), "sent only 16 of the signature's 64 digits"},
	{written(func(digits string) string { return digits + "00" }), "sent 2 characters after the signature's 64 digits"},
	{written(func(digits string) string { return digits[:15] }), "none of the known mistakes"},
}

func hosts(sent, signed string) func(*sloppy) {
	return func(s *sloppy) {
		s.request.Host = sent
		s.edit("host:"+bedrockHost, "host:"+signed)
	}
}

func paths(sent, signed string) func(*sloppy) {
	return func(s *sloppy) {
		s.request.Path = sent
		s.edit(rightPath, signed)
	}
}

func queries(sent, signed string) func(*sloppy) {
	return func(s *sloppy) {
		s.request.RawQuery = sent
		s.edit(rightQuery, signed)
	}
}

func hashed(sent, hashed string) func(*sloppy) {
	return func(s *sloppy) {
		s.request.Body = []byte(sent)
		s.edit(bedrockHash, hashOf([]byte(hashed)))
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // into memory
	_ = w.Close()
	return b.String()
}

func written(change func(string) string) func(*sloppy) {
	return func(s *sloppy) { s.written = func(b []byte) string { return change(hex.EncodeToString(b)) } }
}

func TestEveryOtherMistake(t *testing.T) {
	for _, x := range everyOther {
		s := newSloppy()
		x.slip(s)
		s.sign()
		e := explain(t, s)
		if !strings.Contains(e.Mistake, x.want) {
			t.Errorf("want %q in %q", x.want, e.Mistake)
		}
	}
}
