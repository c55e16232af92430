package sigv4_test

import (
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"net/url"
	"testing"

	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// prelude begins a message of the event stream encoding: both lengths, and their checksum.
// https://smithy.io/2.0/aws/amazon-eventstream.html
func prelude(total, headers uint32) []byte {
	b := binary.BigEndian.AppendUint32(nil, total)
	b = binary.BigEndian.AppendUint32(b, headers)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// TestLengthsOfEvents: a message has 16 bytes at least, 16 MiB of payload and 128 KiB of
// headers at most, and its headers are within it.
func TestLengthsOfEvents(t *testing.T) {
	const most = 16<<20 + 128<<10
	for _, row := range []struct {
		total, headers uint32
		refused        bool
	}{
		{17, 0, false}, {17, 1, false}, {17, 2, true}, {15, 0, true}, {0, 0, true},
		{most, 0, false}, {most + 1, 0, true}, {1 << 31, 0, true},
	} {
		event, rest, refusal := sigv4.ReadEvent(prelude(row.total, row.headers))
		if event != nil || len(rest) != 12 || (refusal != nil) != row.refused {
			t.Errorf("%d bytes, %d of headers: %v, %d left, %v", row.total, row.headers, event, len(rest), refusal)
		}
	}
	short := prelude(17, 0)[:11]
	if event, rest, refusal := sigv4.ReadEvent(short); event != nil || refusal != nil || len(rest) != 11 {
		t.Errorf("half a prelude: %v, %d left, %v", event, len(rest), refusal)
	}
	wrong := prelude(17, 0)
	wrong[11]++
	if _, _, refusal := sigv4.ReadEvent(wrong); refusal == nil {
		t.Error("a wrong checksum is taken")
	}
}

// TestFromHTTP: what net/http moves out of the header is back in it, in decimal and by name,
// and the target is read in each of its forms (RFC 9112, section 3.2).
func TestFromHTTP(t *testing.T) {
	r := &http.Request{Method: "PUT", Host: "h", RequestURI: "/a?b=c", ContentLength: 1234567,
		Header: http.Header{"X-A": {"1"}}, Trailer: http.Header{"X-Z": nil, "X-B": nil}}
	got := sigv4.FromHTTP(r, []byte("body"))
	for name, want := range map[string]string{"content-length": "1234567", "trailer": "X-B, X-Z", "x-a": "1",
		"transfer-encoding": ""} {
		if value, there := got.First(name); value != want || there != (want != "") {
			t.Errorf("%s: %q, want %q", name, value, want)
		}
	}
	if len(r.Header) != 1 {
		t.Errorf("the request's own header was changed: %v", r.Header)
	}
	r.TransferEncoding = []string{"chunked"}
	got = sigv4.FromHTTP(r, nil)
	if value, _ := got.First("transfer-encoding"); value != "chunked" {
		t.Errorf("transfer-encoding: %q", value)
	}
	if value, there := got.First("content-length"); there {
		t.Errorf("content-length: %q", value)
	}
	for uri, want := range map[string][2]string{
		"/a/b?c=d?e": {"/a/b", "c=d?e"}, "http://h/a?b": {"/a", "b"}, "http://h?b": {"", "b"}, "http://h": {"", ""},
		"*": {"*", ""},
		"":  {"/x%20y", "q=1"},
	} {
		got := sigv4.FromHTTP(&http.Request{RequestURI: uri, URL: &url.URL{Path: "/x y", RawQuery: "q=1"}}, nil)
		if got.Path != want[0] || got.RawQuery != want[1] {
			t.Errorf("%q: path %q, query %q", uri, got.Path, got.RawQuery)
		}
	}
}
