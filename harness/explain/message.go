package explain

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// message is one request as a capture has it, with its response if that is
// there, too.
type message struct {
	at      string // where in the input: "entry 3", "line 12"
	method  string
	url     *url.URL // scheme and host may be empty
	header  http.Header
	body    []byte
	hasBody bool // body is all of it

	status         int // 0: no response
	responseHeader http.Header
	responseBody   []byte

	time time.Time // when it was sent, by the capture's own clock; zero: unknown
	// canonical is the canonical request that the client's own log shows.
	canonical string
	// signing is what a client was told to sign with that signs by itself.
	signing *signing
	secret  string // that stands in the capture
	// operation is what a log calls it, where the body that tells is missing.
	operation string
}

// signing is the --aws-sigv4 and --user of curl.
type signing struct{ provider, region, service, keyID string }

func (m *message) host() string {
	if h := m.header.Get("Host"); h != "" {
		return h
	}
	if m.url != nil {
		return m.url.Host
	}
	return ""
}

// target is path and query as they were sent.
func (m *message) target() (path, query string) {
	if m.url == nil {
		return "/", ""
	}
	path = m.url.EscapedPath()
	if path == "" {
		path = "/"
	}
	return path, m.url.RawQuery
}

// newMessage reads method and URL; a target without host is taken with the Host
// header.
func newMessage(at, method, target string) *message {
	u, err := url.Parse(target)
	if err != nil {
		u = &url.URL{Path: "/"}
		if path, query, _ := strings.Cut(target, "?"); strings.HasPrefix(path, "/") {
			u.Opaque, u.RawQuery = path, query
			u.Path = path
		}
	}
	return &message{at: at, method: strings.ToUpper(method), url: u, header: http.Header{}}
}

// setHeader takes a header as captures have it; HTTP/2's pseudo headers tell
// what the request line would.
func (m *message) setHeader(name, value string) {
	switch name = strings.TrimSpace(name); strings.ToLower(name) {
	case ":authority":
		m.header.Set("Host", value)
	case ":method", ":path", ":scheme", "":
	default:
		m.header.Add(name, strings.TrimSpace(value))
	}
}
