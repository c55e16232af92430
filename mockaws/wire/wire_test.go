package wire_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/hostproof/hostproof/mockaws/wire"
)

// record collects what was refused.
type record struct {
	mu   sync.Mutex
	list []wire.Refused
}

func (r *record) add(x wire.Refused) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, x)
}

func (r *record) all() []wire.Refused {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.list
}

// serve serves on loopback until the test ends.
func serve(t *testing.T, stall time.Duration, h http.HandlerFunc) (address string, r *record) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r = &record{}
	s := &http.Server{Handler: h}
	wire.Install(s)
	go s.Serve(wire.Listener(l, stall, r.add))
	t.Cleanup(func() { s.Close() })
	return l.Addr().String(), r
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(time.Minute))
	return c
}

func hello(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s %s", r.Method, r.RequestURI) }

// TestHTTP1 sends what net/http refuses: each is recorded once, with what it was answered.
func TestHTTP1(t *testing.T) {
	address, r := serve(t, 0, hello)
	for i, row := range []struct{ request, answer string }{
		{"GET / HTTP/1.1\r\nHost: a\r\nX-Token: IQoJ\x01abc\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"GET / HTTP/1.1\r\nHost: a\r\nAuthorization : x\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"GET / HTTP/9.9\r\nHost: a\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported"},
		{"GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n",
			"HTTP/1.1 431 Request Header Fields Too Large"},
		{"\x16\x03\x01 this is TLS\r\n\r\n", "HTTP/1.1 400 Bad Request"},
	} {
		c := dial(t, address)
		go c.Write([]byte(row.request)) // the server may close before it has read all
		line, err := bufio.NewReader(c).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, row.answer) {
			t.Errorf("%.40q: %q, %v", row.request, line, err)
		}
		list := r.all()
		if len(list) != i+1 {
			t.Fatalf("%.40q: %d recorded, want %d", row.request, len(list), i+1)
		}
		got := list[i]
		if got.Answer[:12] != row.answer[:12] || fmt.Sprint(got.Status) != row.answer[9:12] ||
			got.Proto != "HTTP/1.1" ||
			got.RemoteAddr != c.LocalAddr().String() {
			t.Errorf("%.40q: recorded %+v", row.request, got)
		}
	}
}

// TestHandledRequestsAreNotRecorded: an error of a handler is its own, and OPTIONS * gets to it.
func TestHandledRequestsAreNotRecorded(t *testing.T) {
	address, r := serve(t, 0, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		hello(w, r)
	})
	c := dial(t, address)
	answers := bufio.NewReader(c)
	for _, request := range []string{"GET /a", "OPTIONS *", "GET /b"} {
		fmt.Fprintf(c, "%s HTTP/1.1\r\nHost: a\r\n\r\n", request)
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != http.StatusForbidden || string(body) != request {
			t.Errorf("%s: %d %s", request, resp.StatusCode, body)
		}
	}
	if list := r.all(); len(list) > 0 {
		t.Errorf("recorded %+v", list)
	}
}

// h2 is a client of HTTP/2 that may send anything.
type h2 struct {
	*http2.Framer
	encoded bytes.Buffer
	encode  *hpack.Encoder
}

func newH2(t *testing.T, c io.ReadWriter) *h2 {
	t.Helper()
	if _, err := io.WriteString(c, http2.ClientPreface); err != nil {
		t.Fatal(err)
	}
	h := &h2{Framer: http2.NewFramer(c, c)}
	h.encode = hpack.NewEncoder(&h.encoded)
	if err := h.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	return h
}

// headers are a request's, as name, value, ...
func (h *h2) headers(t *testing.T, stream uint32, fields ...string) {
	t.Helper()
	h.encoded.Reset()
	for i := 0; i < len(fields); i += 2 {
		_ = h.encode.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	block := h.encoded.Bytes()
	err := h.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block, EndStream: true,
		EndHeaders: true})
	if err != nil {
		t.Fatal(err)
	}
}

// until reads frames until one of a stream ends it, or the connection is told to go away.
func (h *h2) until(t *testing.T, stream uint32) {
	t.Helper()
	for {
		f, err := h.ReadFrame()
		if err != nil {
			return // ended
		}
		switch f := f.(type) {
		case *http2.RSTStreamFrame:
			if f.StreamID == stream {
				return
			}
		case *http2.GoAwayFrame:
			return
		default:
			if f.Header().StreamID == stream && f.Header().Flags.Has(http2.FlagDataEndStream) &&
				f.Header().Type != http2.FrameSettings {
				return
			}
		}
	}
}

var good = []string{":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/"}

// TestHTTP2 sends malformed requests between good ones: each is recorded, and no good one.
func TestHTTP2(t *testing.T) {
	address, r := serve(t, 0, hello)
	with := func(more ...string) []string { return append(append([]string{}, good...), more...) }
	for name, row := range map[string]struct {
		fields []string
		want   int
	}{
		"good":                  {good, 0},
		"no path":               {good[:6], 1},
		"a relative path":       {[]string{":method", "GET", ":scheme", "https", ":authority", "a", ":path", "x"}, 1},
		"two methods":           {append([]string{":method", "GET"}, good...), 1},
		"a capital in a name":   {with("X-Token", "x"), 1},
		"a control character":   {with("x-token", "IQoJ\x01abc"), 1},
		"a connection's header": {with("connection", "close"), 1},
		"too much":              {with("x", strings.Repeat("x", 2<<20)), 1},
	} {
		before := len(r.all())
		client := newH2(t, dial(t, address))
		client.headers(t, 1, good...)
		client.until(t, 1)
		if len(row.fields[len(row.fields)-1]) > 1<<14 {
			client.large(t, 3, row.fields)
		} else {
			client.headers(t, 3, row.fields...)
		}
		client.until(t, 3)
		list := r.all()[before:]
		if len(list) != row.want {
			t.Errorf("%s: recorded %+v, want %d", name, list, row.want)
		}
		for _, x := range list {
			if x.Proto != "HTTP/2.0" || x.Answer == "" {
				t.Errorf("%s: recorded %+v", name, x)
			}
		}
	}
}

// large writes headers that need several frames.
func (h *h2) large(t *testing.T, stream uint32, fields []string) {
	t.Helper()
	h.encoded.Reset()
	for i := 0; i < len(fields); i += 2 {
		_ = h.encode.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]})
	}
	block, first := h.encoded.Bytes(), true
	for len(block) > 0 {
		n := min(len(block), 1<<14)
		var err error
		if first {
			err = h.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block[:n], EndStream: true})
		} else {
			err = h.WriteContinuation(stream, n == len(block), block[:n])
		}
		if err != nil {
			return // the server has had enough
		}
		first, block = false, block[n:]
	}
}

// TestTLSThatEndedBefore: the handler knows that the client speaks TLS.
func TestTLSThatEndedBefore(t *testing.T) {
	tlsServer := httptest.NewUnstartedServer(nil)
	tlsServer.StartTLS() // for its certificate alone
	defer tlsServer.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &record{}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Proto, " ", r.TLS.ServerName)
	})}
	wire.Install(s)
	config := &tls.Config{Certificates: tlsServer.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"}}
	go s.Serve(handshaken{tls.NewListener(l, config), r})
	defer s.Close()
	for _, http2 := range []bool{false, true} {
		transport := tlsServer.Client().Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.ServerName, transport.ForceAttemptHTTP2 = "example.com", http2
		defer transport.CloseIdleConnections()
		resp, err := (&http.Client{Transport: transport}).Get("https://" + l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		want := map[bool]string{false: "HTTP/1.1 example.com", true: "HTTP/2.0 example.com"}[http2]
		if string(body) != want {
			t.Errorf("got %s, want %s", body, want)
		}
	}
	if list := r.all(); len(list) > 0 {
		t.Errorf("recorded %+v", list)
	}
}

// TestBrokenOffBeforeARequest: a client that breaks off before it sends anything has asked
// for nothing, whatever net/http answers to the error of the connection.
func TestBrokenOffBeforeARequest(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &record{}
	s := &http.Server{Handler: http.HandlerFunc(hello)}
	wire.Install(s)
	go s.Serve(wire.Listener(brokenOff{l}, 0, r.add))
	defer s.Close()
	answer, err := io.ReadAll(dial(t, l.Addr().String()))
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 400") {
		t.Errorf("net/http answered %q, %v", answer, err)
	}
	if list := r.all(); len(list) > 0 {
		t.Errorf("recorded %+v", list)
	}
}

// brokenOff has connections that cannot be read.
type brokenOff struct{ net.Listener }

func (b brokenOff) Accept() (net.Conn, error) {
	c, err := b.Listener.Accept()
	return unreadable{c}, err
}

type unreadable struct{ net.Conn }

func (unreadable) Read([]byte) (int, error) { return 0, errors.New("the other side has gone") }

// handshaken ends the TLS of connections before the server has them.
type handshaken struct {
	net.Listener
	record *record
}

func (h handshaken) Accept() (net.Conn, error) {
	c, err := h.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if err := c.(*tls.Conn).Handshake(); err != nil {
		return nil, err
	}
	state := c.(*tls.Conn).ConnectionState()
	return wire.NewConn(c, &state, 0, h.record.add), nil
}

// TestStall: a client that does not read gets no more.
func TestStall(t *testing.T) {
	ended := make(chan error, 1)
	address, _ := serve(t, 50*time.Millisecond, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				ended <- err
				return
			}
		}
	})
	c := dial(t, address)
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	select {
	case err := <-ended:
		if !strings.Contains(err.Error(), "timeout") {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("the answer still goes on")
	}
}
