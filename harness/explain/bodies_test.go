package explain

import (
	"strings"
	"testing"
)

// TestBodiesOfHTTP: a body has as many octets as Content-Length says, and what has fewer is
// incomplete (https://www.rfc-editor.org/rfc/rfc9112#section-6.3,
// https://www.rfc-editor.org/rfc/rfc9112#section-8); what curl -v prints has no body that
// was sent (https://curl.se/docs/manpage.html#-v).
func TestBodiesOfHTTP(t *testing.T) {
	const unknown = " (body unknown)"
	for _, row := range []struct{ method, header, body, want string }{
		{"POST", "Content-Length: 3", "abc", " | abc"},
		{"POST", "Content-Length: 4", "abc\n", " | abc\n"},
		{"POST", "Content-Length: 7", "abc\ndef", " | abc\ndef"},
		{"POST", "Content-Length: 2", "abc", " | ab"},
		{"POST", "Content-Length: 5", "abc", " | abc" + unknown},
		{"POST", "Content-Length: 9", "abc\ndef", " | abc\ndef" + unknown},
		{"POST", "Content-Length: 0", "", ""},
		{"GET", "Accept: x", "", ""},
		{"HEAD", "Accept: x", "", ""},
		{"POST", "Accept: x", "abc\n", " | abc"},
		{"POST", "Accept: x", "", ""},
		{"> POST", "> Content-Length: 3", "", unknown},
		{"> POST", "> Content-Length: 0", "", ""},
		{"> GET", "> Accept: x", "", ""},
		{"> HEAD", "> Accept: x", "", ""},
	} {
		blank := strings.Repeat("> ", strings.Count(row.method, "> "))
		text := row.method + " / HTTP/1.1\n" + row.header + "\n" + blank + "\n" + row.body
		list, err := readHTTP([]byte(text + "\nHTTP/1.1 403 Forbidden\nContent-Length: 2\n\n{}\n"))
		if err != nil || len(list) != 1 {
			t.Errorf("%q: %d requests, %v", text, len(list), err)
			continue
		}
		want := strings.Replace(strings.TrimPrefix(row.header, "> "), ": ", ":", 1) + row.want
		if got := inLine(list[0]); !strings.HasSuffix(got, " "+want) {
			t.Errorf("%q: got %q, want %q at its end", text, got, want)
		}
		if m := list[0]; m.status != 403 || string(m.responseBody) != "{}" {
			t.Errorf("%q: answered with %d %q", text, m.status, m.responseBody)
		}
	}
}
