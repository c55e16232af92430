package mocktest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Wire is how a script's calls are written.
type Wire struct {
	// Host and Scope are the endpoint and the service of the signature.
	Host, Scope string
	// Target is the prefix of X-Amz-Target, for the JSON protocols.
	Target string
	// Version is the API's, for the Query protocol.
	Version string
	// REST: a call is a method, a path, headers as Name:value (a space in it is %20), and after "|" the body;
	// an answer's headers are its members with "@" before the name, and its body is the
	// member "body" where it is neither JSON nor XML.
	REST bool
}

// Script makes the calls of a file, one after another, and holds the answers to what
// the file says. A call is an operation and its input, JSON or the fields of a form;
// the line below it, indented, is the answer: the status, and of a success the
// members that matter, as JSON, of a failure the code and a part of the message, or the
// members that it has with the message, as JSON.
//
//	CreateQueue {"QueueName": "jobs"}
//	    200 {"QueueUrl": "<url>"}
//	DeleteQueue {"QueueUrl": "<url>x"}
//	    400 AWS.SimpleQueueService.NonExistentQueue does not exist
//	advance 60s
//	repeat 20
//	CreateQueue {"QueueName": "jobs-<i>"}
//	    200
//
// What follows "repeat" is called so often, with <i> from 1. <a*80> is a letter eighty times. A text <name> is kept
// when it is first seen in an answer, and stands for that
// afterwards. In an answer, a list has as many elements as are written, or as a
// number says; null is a member that is missing, and a text that begins with ~ a regular expression.
func (w *World) Script(t *testing.T, wire Wire, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &script{w: w, wire: wire, kept: map[string]string{"account": Account, "url": w.URL}}
	lines := strings.Split(string(data), "\n")
	calls, times := 0, 1
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "advance "):
			d, err := time.ParseDuration(strings.TrimPrefix(line, "advance "))
			if err != nil {
				t.Fatalf("%s:%d: %v", file, i+1, err)
			}
			w.Clock().Advance(d)
		case strings.HasPrefix(line, "repeat "):
			if times, err = strconv.Atoi(strings.TrimPrefix(line, "repeat ")); err != nil {
				t.Fatalf("%s:%d: %v", file, i+1, err)
			}
		case i+1 == len(lines):
			t.Fatalf("%s:%d: a call without an answer", file, i+1)
		default:
			calls++
			for n := range times {
				s.kept["i"] = strconv.Itoa(n + 1)
				if problem := s.call(t, line, strings.TrimSpace(lines[i+1])); problem != "" {
					t.Errorf("%s:%d: %s\n%s", file, i+1, line, problem)
				}
			}
			i, times = i+1, 1
		}
	}
	if calls == 0 {
		t.Fatalf("%s has no call", file)
	}
}

type script struct {
	w    *World
	wire Wire
	kept map[string]string
}

var (
	name   = regexp.MustCompile(`<([a-zA-Z0-9]+)>`)
	repeat = regexp.MustCompile(`<(\w)\*(\d+)>`)
)

// filled puts the texts that were kept into a line, and letters that are repeated.
func (s *script) filled(line string) string {
	line = repeat.ReplaceAllStringFunc(line, func(r string) string {
		n, _ := strconv.Atoi(r[3 : len(r)-1]) // digits
		return strings.Repeat(r[1:2], n)
	})
	return name.ReplaceAllStringFunc(line, func(n string) string {
		if kept, ok := s.kept[n[1:len(n)-1]]; ok {
			return kept
		}
		return n
	})
}

func (s *script) call(t *testing.T, line, want string) string {
	t.Helper()
	operation, input, _ := strings.Cut(s.filled(line), " ")
	status, header, body := s.ask(t, operation, input)
	wantStatus, rest, _ := strings.Cut(want, " ")
	if strconv.Itoa(status) != wantStatus {
		return fmt.Sprintf("got %d %s, want %s", status, body, want)
	}
	if status >= 300 {
		code, message, _ := strings.Cut(rest, " ")
		members := strings.HasPrefix(message, "{")
		if !word(code).MatchString(body) || !members && !strings.Contains(body, s.filled(message)) {
			return fmt.Sprintf("got %d %s, want %s", status, body, want)
		}
		if rest = message; !members {
			return ""
		}
	}
	if rest == "" {
		return ""
	}
	var wanted any
	if err := json.Unmarshal([]byte(rest), &wanted); err != nil {
		return "the answer is no JSON: " + err.Error()
	}
	got, err := s.read(header, body)
	if err != nil {
		return err.Error() + ": " + body
	}
	if problem := s.compare("", got, wanted); problem != "" {
		return problem + "\nin " + body
	}
	return ""
}

// request writes a call, with its body.
func (s *script) request(t *testing.T, operation, input string) (*http.Request, string) {
	t.Helper()
	var body string
	method, path, header := http.MethodPost, "/", http.Header{}
	switch {
	case s.wire.REST:
		method = operation
		var before string
		before, body, _ = strings.Cut(input, " | ")
		fields := strings.Fields(before)
		path = fields[0]
		for _, field := range fields[1:] {
			name, value, _ := strings.Cut(field, ":")
			header.Set(name, strings.ReplaceAll(value, "%20", " "))
		}
	case s.wire.Target != "":
		header.Set("Content-Type", "application/x-amz-json-1.1")
		header.Set("X-Amz-Target", s.wire.Target+"."+operation)
		body = cmp.Or(input, "{}")
	default:
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		form := url.Values{"Action": {operation}, "Version": {s.wire.Version}}
		for field := range strings.FieldsSeq(input) {
			key, value, _ := strings.Cut(field, "=")
			form.Set(key, value)
		}
		body = form.Encode()
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.w.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host, req.Header = s.wire.Host, header
	return req, body
}

// ask sends a signed call.
func (s *script) ask(t *testing.T, operation, input string) (int, http.Header, string) {
	t.Helper()
	req, sent := s.request(t, operation, input)
	sum := sha256.Sum256([]byte(sent))
	hash := hex.EncodeToString(sum[:])
	signer := v4.NewSigner()
	if s.wire.Scope == "s3" {
		req.Header.Set("X-Amz-Content-Sha256", hash)
		signer = v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	}
	if err := signer.SignHTTP(t.Context(), aws.Credentials{AccessKeyID: s.w.User.KeyID,
		SecretAccessKey: s.w.User.Secret}, req, hash, s.wire.Scope, "us-east-1", s.w.Clock().Now()); err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, res.Header.Get("X-Amzn-Query-Error") + res.Header.Get("X-Amzn-ErrorType") +
		string(body)
}

// read reads an answer: of a Query service what is between the two outer elements, and
// each list of members as a list.
func (s *script) read(header http.Header, body string) (any, error) {
	switch {
	case s.wire.REST:
		return readREST(header, body)
	case s.wire.Target == "":
		whole, err := readXML(body)
		for name, result := range whole {
			if strings.HasSuffix(name, "Result") {
				return result, err
			}
		}
		return whole, err
	}
	var got any
	if body == "" {
		return map[string]any{}, nil
	}
	err := json.Unmarshal([]byte(body), &got)
	return got, err
}

func readREST(header http.Header, body string) (got map[string]any, err error) {
	switch {
	case strings.HasPrefix(body, "<"):
		got, err = readXML(body)
	case strings.HasPrefix(body, "{"):
		err = json.Unmarshal([]byte(body), &got)
	default:
		got = map[string]any{"body": body}
	}
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		got["@"+name] = strings.Join(values, ", ")
	}
	return got, nil
}

// readXML is what the outer element has in it.
func readXML(body string) (map[string]any, error) {
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		if _, ok := token.(xml.StartElement); ok {
			whole, err := element(d)
			if members, ok := whole.(map[string]any); ok || err != nil {
				return members, err
			}
			return map[string]any{"text": whole}, nil
		}
	}
}

// element reads up to the end of the element that has begun.
func element(d *xml.Decoder) (any, error) {
	members, list := map[string]any{}, []any{}
	var text bytes.Buffer
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.CharData:
			text.Write(token)
		case xml.StartElement:
			inner, err := element(d)
			if err != nil {
				return nil, err
			}
			switch before, again := members[token.Name.Local]; {
			case token.Name.Local == "member":
				list = append(list, inner)
			case !again:
				members[token.Name.Local] = inner
			default: // a list without an element of its own
				several, ok := before.([]any)
				if !ok {
					several = []any{before}
				}
				members[token.Name.Local] = append(several, inner)
			}
		case xml.EndElement:
			switch {
			case len(list) > 0:
				return list, nil
			case len(members) > 0:
				return members, nil
			}
			return strings.TrimSpace(text.String()), nil
		}
	}
}

// compare says where an answer is not what is wanted.
func (s *script) compare(at string, got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		members, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s is %v, want an object", at, got)
		}
		for name, value := range want {
			member, has := members[name]
			if has != (value != nil) {
				return fmt.Sprintf("%s.%s is there: %v", at, name, has)
			}
			if problem := s.compare(at+"."+name, member, value); has && problem != "" {
				return problem
			}
		}
		return ""
	case []any:
		elements, ok := got.([]any)
		if len(want) == 0 && got == "" { // an element without members
			return ""
		}
		if !ok || len(elements) != len(want) {
			return fmt.Sprintf("%s is %v, want %d elements", at, got, len(want))
		}
		for i := range want {
			if problem := s.compare(fmt.Sprintf("%s[%d]", at, i), elements[i], want[i]); problem != "" {
				return problem
			}
		}
		return ""
	case string:
		return s.compareText(at, got, want)
	case float64:
		if elements, ok := got.([]any); ok && float64(len(elements)) == want {
			return ""
		}
	}
	if !reflect.DeepEqual(got, want) {
		return fmt.Sprintf("%s is %v, want %v", at, got, want)
	}
	return ""
}

func (s *script) compareText(at string, got any, want string) string {
	text, ok := got.(string)
	if n := name.FindStringSubmatch(want); ok && n != nil && n[0] == want && s.kept[n[1]] == "" {
		s.kept[n[1]] = text
		return ""
	}
	want = s.filled(want)
	if pattern, is := strings.CutPrefix(want, "~"); is {
		if re, err := regexp.Compile("^(?:" + pattern + ")$"); err != nil || !re.MatchString(text) {
			return fmt.Sprintf("%s is %v, want it to match %s", at, got, pattern)
		}
		return ""
	}
	if !ok || text != want {
		return fmt.Sprintf("%s is %v, want %q", at, got, want)
	}
	return ""
}

// word finds a text where neither a letter nor a digit goes on before or after it: a code that only
// begins like another is not that one.
func word(text string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^0-9A-Za-z])` + regexp.QuoteMeta(text) + `(?:[^0-9A-Za-z]|$)`)
}
