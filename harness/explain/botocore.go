package explain

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// The debug log of botocore: boto3.set_stream_logger('') and aws --debug.

var (
	botocoreRequest = late.MustCompile(
		`<AWSPreparedRequest stream_output=\w+, method=(\w+), url=(\S+), headers=(\{.*\})>`)
	botocoreResponse  = late.MustCompile(`Response headers: (\{.*\})`)
	botocoreCanonical = late.MustCompile(`botocore\.auth\b.*CanonicalRequest:\s*$`)
	botocoreStamp     = late.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+ `)
	botocoreOperation = late.MustCompile(`OperationModel\(name=(\w+)\)`)
	botocoreStatus    = late.MustCompile(`"[A-Z]+ \S+ HTTP/1\.1" (\d{3}) `)
)

func looksLikeBotocore(input []byte) bool {
	return bytes.Contains(input, []byte("AWSPreparedRequest")) || bytes.Contains(input, []byte("botocore.auth"))
}

func readBotocore(input []byte) ([]*message, error) {
	var out []*message
	canonical, operation := "", ""
	lines := strings.Split(string(input), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case botocoreOperation.MatchString(line):
			operation = botocoreOperation.FindStringSubmatch(line)[1]
		case botocoreCanonical.MatchString(line):
			canonical = until(lines[i+1:], botocoreStamp)
		case botocoreRequest.MatchString(line):
			m := botocoreMessage(line, i)
			m.canonical, m.operation, canonical = canonical, operation, ""
			out = append(out, m)
		case len(out) > 0 && botocoreStatus.MatchString(line):
			out[len(out)-1].status, _ = strconv.Atoi(botocoreStatus.FindStringSubmatch(line)[1])
		case len(out) > 0 && botocoreResponse.MatchString(line):
			last := out[len(out)-1]
			last.responseHeader = http.Header{}
			for name, value := range pythonDict(botocoreResponse.FindStringSubmatch(line)[1]) {
				last.responseHeader.Set(name, value)
			}
		case len(out) > 0 && strings.HasSuffix(line, "Response body:") && i+1 < len(lines):
			text, _, _ := pythonString(strings.TrimSpace(lines[i+1]))
			out[len(out)-1].responseBody = []byte(text)
		}
	}
	if len(out) == 0 {
		return nil, errors.New(`it has no line "Sending http request": log at level DEBUG`)
	}
	return out, nil
}

func botocoreMessage(line string, i int) *message {
	f := botocoreRequest.FindStringSubmatch(line)
	m := newMessage("line "+strconv.Itoa(i+1), f[1], f[2])
	for name, value := range pythonDict(f[3]) {
		m.setHeader(name, value)
	}
	m.hasBody = f[1] == http.MethodGet || f[1] == http.MethodHead // the log has no body
	return m
}

// until joins the lines up to one that matches.
func until(lines []string, end *late.Regexp) string {
	for i, line := range lines {
		if end.MatchString(line) {
			return strings.Join(lines[:i], "\n")
		}
	}
	return strings.Join(lines, "\n")
}

// pythonDict reads a printed dict of strings.
func pythonDict(text string) map[string]string {
	out := map[string]string{}
	rest := strings.TrimPrefix(text, "{")
	for {
		key, after, ok := pythonString(strings.TrimLeft(rest, ", "))
		if !ok {
			return out
		}
		value, after2, ok := pythonString(strings.TrimLeft(after, ": "))
		if !ok {
			// Not a string: skip to the next comma.
			_, after2, _ = strings.Cut(after, ",")
		}
		out[key], rest = value, after2
	}
}

// pythonString reads a printed str or bytes at the beginning of a text.
func pythonString(text string) (value, rest string, ok bool) {
	text = strings.TrimPrefix(text, "b")
	if text == "" || text[0] != '\'' && text[0] != '"' {
		return "", text, false
	}
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return b.String(), text[i+1:], true
		case text[i] == '\\' && i+1 < len(text):
			i += unescape(&b, text[i+1:])
		default:
			b.WriteByte(text[i])
		}
	}
	return "", text, false
}

// unescape writes what an escape sequence stands for and says how many bytes
// after the backslash it took.
func unescape(b *strings.Builder, text string) int {
	switch text[0] {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'x':
		if len(text) >= 3 {
			if n, err := strconv.ParseUint(text[1:3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				return 3
			}
		}
		b.WriteByte('x')
	case 'u':
		if len(text) >= 5 {
			if n, err := strconv.ParseUint(text[1:5], 16, 16); err == nil {
				b.WriteRune(rune(n))
				return 5
			}
		}
		b.WriteByte('u')
	default:
		b.WriteByte(text[0])
	}
	return 1
}

// amzDate reads an X-Amz-Date.
func amzDate(text string) (time.Time, bool) {
	t, err := time.Parse("20060102T150405Z", text)
	return t, err == nil
}
