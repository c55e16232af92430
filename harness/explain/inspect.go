package explain

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// A request as JavaScript prints it: console.log(request) in a middleware of the
// AWS SDK for JavaScript v3, or the same as JSON.

var (
	inspectStart = late.MustCompile(`\{\s*["']?(?:method|hostname|url)["']?\s*:`)
	hasHeaders   = late.MustCompile(`["']?headers["']?\s*:\s*\{`)
)

func looksLikeInspect(input []byte) bool {
	return inspectStart.Match(input) && hasHeaders.Match(input) && !requestLine.Match(input)
}

// maxTries bounds how often something in a text is tried as a request.
const maxTries = 1000

func readInspect(input []byte) ([]*message, error) {
	var out []*message
	text := string(input)
	for pos, tries := 0, 0; pos < len(text) && tries < maxTries; tries++ {
		at := inspectStart.FindStringIndex(text[pos:])
		if at == nil {
			break
		}
		start := pos + at[0]
		p := &inspector{text: text, pos: start}
		value, err := p.value(0)
		if err != nil {
			pos = start + 1
			continue
		}
		pos = p.pos
		if object, ok := value.(map[string]any); ok {
			if m := inspected(object, 1+bytes.Count(input[:start], []byte("\n"))); m != nil {
				out = append(out, m)
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no request in it has method, host and headers")
	}
	return out, nil
}

// inspected makes a message of a printed HttpRequest.
func inspected(o map[string]any, line int) *message {
	headers, ok := o["headers"].(map[string]any)
	if !ok {
		return nil
	}
	target := str(o["url"])
	if target == "" {
		host := str(o["hostname"])
		if host == "" {
			return nil
		}
		if port := str(o["port"]); port != "" {
			host += ":" + port
		}
		target = "https://" + host + str(o["path"])
		if q, ok := o["query"].(map[string]any); ok && len(q) > 0 {
			values := url.Values{}
			for name, v := range q {
				values.Set(name, str(v))
			}
			target += "?" + strings.ReplaceAll(values.Encode(), "+", "%20")
		}
	}
	method := str(o["method"])
	if method == "" {
		method = http.MethodGet
	}
	m := newMessage("line "+strconv.Itoa(line), method, target)
	for name, v := range headers {
		m.setHeader(name, str(v))
	}
	if body, ok := o["body"].(string); ok {
		m.body, m.hasBody = []byte(body), true
	} else if o["body"] == nil {
		m.hasBody = m.method == http.MethodGet || m.method == http.MethodHead
	}
	return m
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

// inspector reads what util.inspect prints, and JSON: objects, arrays, strings
// in three kinds of quotes, and bare words.
type inspector struct {
	text string
	pos  int
}

const maxDepth = 32

func (p *inspector) value(depth int) (any, error) {
	p.space()
	if p.pos >= len(p.text) || depth > maxDepth {
		return nil, errors.New("it ends too early or is too deep")
	}
	switch c := p.text[p.pos]; c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '\'', '"', '`':
		return p.quoted()
	default:
		return p.word(depth)
	}
}

func (p *inspector) object(depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("it is too deep")
	}
	out := map[string]any{}
	p.pos++
	for {
		p.space()
		if p.pos >= len(p.text) {
			return nil, errors.New("an object has no end")
		}
		if p.text[p.pos] == '}' {
			p.pos++
			return out, nil
		}
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		if out[key], err = p.value(depth + 1); err != nil {
			return nil, err
		}
		p.comma()
	}
}

func (p *inspector) array(depth int) (any, error) {
	var out []any
	p.pos++
	for {
		p.space()
		if p.pos >= len(p.text) {
			return nil, errors.New("an array has no end")
		}
		if p.text[p.pos] == ']' {
			p.pos++
			return out, nil
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		p.comma()
	}
}

var bareKey = late.MustCompile(`^[\w$.\[\]()-]+`)

func (p *inspector) key() (string, error) {
	var key string
	if c := p.text[p.pos]; c == '\'' || c == '"' {
		v, err := p.quoted()
		if err != nil {
			return "", err
		}
		key = str(v)
	} else {
		key = bareKey.FindString(p.text[p.pos:])
		p.pos += len(key)
	}
	p.space()
	if key == "" || p.pos >= len(p.text) || p.text[p.pos] != ':' {
		return "", fmt.Errorf("no key at byte %d", p.pos)
	}
	p.pos++
	return key, nil
}

// quoted reads a string, also one that is printed in pieces joined by "+".
func (p *inspector) quoted() (any, error) {
	quote := p.text[p.pos]
	var b strings.Builder
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; {
		case c == quote:
			p.pos++
			before := p.pos
			p.space()
			if p.pos < len(p.text) && p.text[p.pos] == '+' {
				p.pos++
				p.space()
				if p.pos < len(p.text) && p.text[p.pos] == quote {
					continue
				}
			}
			p.pos = before
			return b.String(), nil
		case c == '\\' && p.pos+1 < len(p.text):
			p.pos += unescape(&b, p.text[p.pos+1:])
		default:
			b.WriteByte(c)
		}
	}
	return nil, errors.New("a string has no end")
}

// word reads what is neither string nor container: a number, undefined, a
// class's name before an object, [Function], an error's text.
func (p *inspector) word(depth int) (any, error) {
	start := p.pos
	for p.pos < len(p.text) && !strings.ContainsRune(",}]\n", rune(p.text[p.pos])) {
		if p.text[p.pos] == '{' { // ClassName {
			return p.object(depth + 1)
		}
		p.pos++
	}
	word := strings.TrimSpace(p.text[start:p.pos])
	switch word {
	case "undefined", "null":
		return nil, nil
	case "":
		return nil, fmt.Errorf("no value at byte %d", start)
	}
	return word, nil
}

func (p *inspector) space() {
	for p.pos < len(p.text) && strings.ContainsRune(" \t\r\n", rune(p.text[p.pos])) {
		p.pos++
	}
}

func (p *inspector) comma() {
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == ',' {
		p.pos++
	}
}
