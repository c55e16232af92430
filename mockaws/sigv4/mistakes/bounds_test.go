package mistakes_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestWhatIsNamed: where no mistake fits, the parts that were signed are named, of many
// headers the first twenty, and the body if it was signed.
func TestWhatIsNamed(t *testing.T) {
	const all = "changed the method, the path, the query, content-type, host, x-amz-date, x-amz-security-token, x-many"
	for _, row := range []struct {
		headers int // besides the usual five
		want    string
		not     string
	}{
		{0, all + " or the body on the way", "further"},
		{15, ", x-more-14 or the body on the way", "further"},
		{16, ", x-more-14, further headers or the body on the way", "x-more-15"},
	} {
		s := newSloppy()
		var listed []string
		for i := range row.headers {
			name := fmt.Sprintf("x-more-%02d", i)
			s.request.Header.Set(name, "v")
			listed = append(listed, name)
		}
		if len(listed) > 0 {
			s.listed += ";" + strings.Join(listed, ";")
		}
		s.secret = "of no known key"
		s.sign()
		if e := explain(t, s); !strings.Contains(e.Mistake, row.want) || strings.Contains(e.Mistake, row.not) {
			t.Errorf("%d more headers: %q, want %q", row.headers, e.Mistake, row.want)
		}
	}
}

// TestGuessedBodies: other bytes than arrived are guessed of bodies of a mebibyte at most.
func TestGuessedBodies(t *testing.T) {
	for size, found := range map[int]bool{1 << 20: true, 1<<20 + 1: false} {
		s := newSloppy()
		body := strings.Repeat("x", size-1) + "\n"
		s.request.Body = []byte(body)
		s.edit(bedrockHash, hashOf([]byte(strings.TrimSuffix(body, "\n"))))
		s.sign()
		if e := explain(t, s); e.Found != found {
			t.Errorf("%d bytes: found %t, %q", size, e.Found, e.Mistake)
		}
	}
}
