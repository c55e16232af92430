package explain

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// Raw HTTP: a request as it goes over the wire, with or without the response, as
// proxies, curl -v and the Go SDK's ClientLogMode print it.

var (
	requestLine  = late.MustCompile(`(?m)^(?:> )?([A-Z]{3,10}) (\S+) HTTP/[0-9.]+\s*$`)
	responseLine = late.MustCompile(`^(?:< )?HTTP/[0-9.]+ ([1-5][0-9]{2})\b`)
	headerLine   = late.MustCompile(`^(?:[<>] )?(:?[!#$%&'*+.^_|~0-9A-Za-z-]+):[ \t]?(.*)$`)
	// noise is what curl -v and loggers put between.
	noise = late.MustCompile(`^(\* |\{ \[|\} \[|SDK \d{4}/|-----)`)
)

func looksLikeHTTP(input []byte) bool { return requestLine.Match(input) }

// httpReader goes through lines.
type httpReader struct {
	lines []string
	next  int
	out   []*message
}

func readHTTP(input []byte) ([]*message, error) {
	r := &httpReader{lines: strings.Split(string(input), "\n")}
	for r.next < len(r.lines) {
		line := r.lines[r.next]
		switch {
		case requestLine.MatchString(line):
			r.request(line)
		case responseLine.MatchString(line):
			r.response(line)
		case strings.HasPrefix(line, "---[ CANONICAL STRING"):
			r.canonical()
		default:
			r.next++
		}
	}
	r.out = slices.DeleteFunc(r.out, func(m *message) bool { return m.method == "" })
	if len(r.out) == 0 {
		return nil, fmt.Errorf("it has no request line such as POST / HTTP/1.1")
	}
	return r.out, nil
}

func (r *httpReader) request(line string) {
	m := requestLine.FindStringSubmatch(line)
	msg := newMessage("line "+strconv.Itoa(r.next+1), m[1], m[2])
	if n := len(r.out); n > 0 && r.out[n-1].method == "" {
		msg.canonical = r.out[n-1].canonical
		r.out = r.out[:n-1]
	}
	r.next++
	r.headers(msg.setHeader)
	msg.body, msg.hasBody = r.body(msg.header, strings.HasPrefix(line, "> "))
	if len(msg.body) == 0 && (msg.method == http.MethodGet || msg.method == http.MethodHead ||
		msg.header.Get("Content-Length") == "0") {
		msg.hasBody = true
	}
	r.out = append(r.out, msg)
}

func (r *httpReader) response(line string) {
	m := responseLine.FindStringSubmatch(line)
	r.next++
	header := http.Header{}
	r.headers(func(name, value string) { header.Add(name, value) })
	body, _ := r.body(header, false)
	if len(r.out) == 0 {
		return
	}
	msg := r.out[len(r.out)-1]
	msg.status, _ = strconv.Atoi(m[1]) // three digits
	msg.responseHeader, msg.responseBody = header, body
}

// headers reads up to the blank line.
func (r *httpReader) headers(set func(name, value string)) {
	for ; r.next < len(r.lines); r.next++ {
		line := r.lines[r.next]
		if strings.Trim(line, "<> \r") == "" {
			r.next++
			return
		}
		m := headerLine.FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil {
			return
		}
		set(m[1], m[2])
	}
}

// body reads as much as Content-Length says, or else up to what is no body.
// Output of curl -v does not have what was sent.
func (r *httpReader) body(header http.Header, notShown bool) (body []byte, whole bool) {
	length, err := strconv.Atoi(header.Get("Content-Length"))
	if notShown {
		return nil, err == nil && length == 0
	}
	for r.next < len(r.lines) && noise.MatchString(r.lines[r.next]) {
		r.next++
	}
	var text strings.Builder
	for ; r.next < len(r.lines); r.next++ {
		line := r.lines[r.next]
		if err == nil && text.Len() >= length || noise.MatchString(line) || requestLine.MatchString(line) ||
			responseLine.MatchString(line) {
			break
		}
		text.WriteString(line + "\n")
	}
	out := text.String()
	switch {
	case err == nil && len(out) >= length:
		return []byte(out[:max(0, length)]), true
	case err == nil:
		return []byte(strings.TrimSuffix(out, "\n")), len(strings.TrimSuffix(out, "\n")) == length
	}
	return []byte(strings.TrimSpace(out)), out != ""
}

// canonical keeps the canonical request that the Go SDK logs before the request
// itself.
func (r *httpReader) canonical() {
	var lines []string
	for r.next++; r.next < len(r.lines) && !strings.HasPrefix(r.lines[r.next], "---["); r.next++ {
		lines = append(lines, r.lines[r.next])
	}
	if n := len(r.out); n > 0 && r.out[n-1].method == "" {
		r.out = r.out[:n-1]
	}
	r.out = append(r.out, &message{canonical: strings.Join(lines, "\n")})
}

// httpDate reads a Date header.
func httpDate(h http.Header) (time.Time, bool) {
	t, err := http.ParseTime(h.Get("Date"))
	return t, err == nil
}
