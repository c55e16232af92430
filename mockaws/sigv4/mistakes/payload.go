package mistakes

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

// maxGuessedBody bounds the bodies for which other bytes are guessed.
const maxGuessedBody = 1 << 20

func hashMistakes(s *search) (list []mistake) {
	body := s.request.Body
	add := func(hash, format string, args ...any) {
		list = append(list, mistake{part: "payload hash", clause: fmt.Sprintf(format, args...),
			apply: func(d *draft) { d.hash = hash }})
	}
	computed := string(canonical.AppendHash(nil, body))
	claimed := s.auth.ClaimedHash(s.request)
	add(canonical.EmptySHA256, "signed the hash of an empty body, not of the %d bytes it sent", len(body))
	if claimed != "" {
		add(claimed, "signed the payload hash %q (as x-amz-content-sha256 says), which is not the hash of the %d "+
			"bytes that arrived", claimed, len(body))
	}
	add(computed, "signed the hash of the body, where the canonical request must have %q", s.base.hash)
	add(canonical.UnsignedPayload, "signed %s, where %s wants the hash of the body", canonical.UnsignedPayload,
		serviceName(s.rules))
	for _, keyword := range []string{canonical.StreamingUnsigned, canonical.StreamingSigned,
		canonical.StreamingSignedTrailer, canonical.StreamingEvents} {
		add(keyword, "signed the payload hash %s", keyword)
	}
	add(strings.ToUpper(s.base.hash), "signed the payload hash in upper-case digits")
	add("", "signed without a payload hash")
	sum := mustHex(computed)
	add(base64.StdEncoding.EncodeToString(sum), "signed the payload hash in base64, not in hexadecimal digits")
	add(string(canonical.AppendHash(nil, []byte(computed))), "hashed the payload twice")
	if len(body) <= maxGuessedBody {
		for _, g := range guessBodies(body) {
			add(string(canonical.AppendHash(nil, g.body)), "hashed %s, not the %d bytes that arrived", g.what,
				len(body))
		}
	}
	return list
}

func mustHex(s string) []byte {
	b := make([]byte, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		hi, _ := canonical.HexDigit(s[i])
		lo, _ := canonical.HexDigit(s[i+1])
		b = append(b, hi<<4|lo)
	}
	return b
}

type guess struct {
	what string
	body []byte
}

// guessBodies are bodies that a client may have hashed instead of the one sent.
func guessBodies(body []byte) []guess {
	text := string(body)
	list := []guess{
		{"the body with a newline at its end", []byte(text + "\n")},
		{"the body with CR LF at its end", []byte(text + "\r\n")},
		{"the body without the white space around it", bytes.TrimSpace(body)},
		{"the body with LF for CR LF", []byte(strings.ReplaceAll(text, "\r\n", "\n"))},
		{"the body with CR LF for LF", []byte(strings.ReplaceAll(text, "\n", "\r\n"))},
		{"the body in base64", []byte(base64.StdEncoding.EncodeToString(body))},
		{"the body as Latin-1 read as UTF-8", []byte(latin1ToUTF8(text))},
		{"the body without its byte order mark", bytes.TrimPrefix(body, []byte("\ufeff"))},
	}
	for _, literal := range []string{"null", "{}", `""`, "undefined", "[object Object]", "None"} {
		list = append(list, guess{"the text " + literal, []byte(literal)})
	}
	if b, err := base64.StdEncoding.DecodeString(text); err == nil && len(body) > 0 {
		list = append(list, guess{"the body decoded from base64", b})
	}
	if payload, ok := sigv4.Dechunked(body); ok {
		list = append(list, guess{"the payload without its aws-chunked encoding", payload})
	}
	if b := gunzip(body); b != nil {
		list = append(list, guess{"the body before it was compressed", b})
	}
	list = append(list, guessForm(text)...)
	return append(list, guessJSON(body)...)
}

func gunzip(body []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(r, maxGuessedBody))
	if err != nil {
		return nil
	}
	return b
}

// guessForm writes a form otherwise.
func guessForm(text string) []guess {
	if !strings.Contains(text, "=") || strings.ContainsAny(text, "{}\n<>") {
		return nil
	}
	list := []guess{
		{`the form with "%20" for "+"`, []byte(strings.ReplaceAll(text, "+", "%20"))},
		{`the form with "+" for "%20"`, []byte(strings.ReplaceAll(text, "%20", "+"))},
	}
	if values, err := url.ParseQuery(text); err == nil {
		list = append(list, guess{"the form with its fields sorted", []byte(values.Encode())})
	}
	return list
}

// guessJSON writes a JSON text as other programs do.
func guessJSON(body []byte) []guess {
	if !json.Valid(body) {
		return nil
	}
	var list []guess
	var compact bytes.Buffer
	if json.Compact(&compact, body) == nil {
		list = append(list,
			guess{"the JSON without white space", compact.Bytes()},
			guess{"the JSON with spaces after commas and colons, as Python writes it", spacedJSON(compact.Bytes())},
			guess{"the JSON without white space and with HTML escapes, as Go writes it", htmlEscaped(compact.Bytes())})
	}
	for _, indent := range []string{"  ", "    ", "\t"} {
		var b bytes.Buffer
		if json.Indent(&b, body, "", indent) == nil {
			list = append(list, guess{"the JSON indented", b.Bytes()})
		}
	}
	if b, ok := sortedJSON(body); ok {
		list = append(list, guess{"the JSON with sorted keys", b})
	}
	if b, err := json.Marshal(string(body)); err == nil {
		list = append(list, guess{"the body encoded again as a JSON string", b})
	}
	var inner string
	if json.Unmarshal(body, &inner) == nil {
		list = append(list, guess{"the text inside the JSON string", []byte(inner)})
	}
	return list
}

// spacedJSON puts a space after each comma and colon outside of strings.
func spacedJSON(compact []byte) []byte {
	out := make([]byte, 0, len(compact)+16)
	inString := false
	for i, c := range compact {
		out = append(out, c)
		switch {
		case c == '"' && !escapedAt(compact, i):
			inString = !inString
		case !inString && (c == ',' || c == ':'):
			out = append(out, ' ')
		}
	}
	return out
}

func escapedAt(b []byte, i int) bool {
	n := 0
	for i > n && b[i-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}

func htmlEscaped(b []byte) []byte {
	var out bytes.Buffer
	json.HTMLEscape(&out, b)
	return out.Bytes()
}

func sortedJSON(body []byte) ([]byte, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return nil, false
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), true
}
