package prose

import "testing"

func TestWrap(t *testing.T) {
	for _, row := range []struct {
		name              string
		width             int
		first, rest, text string
		want              string
	}{
		{"nothing", 10, "> ", "  ", " ", "> "},
		{"fits", 8, "> ", "  ", "one  two\nx", "> one\n  two x"},
		{"exactly", 9, "> ", "  ", "one two", "> one two"},
		{"too long a word", 4, "", "  ", "a abcdefgh b", "a\n  abcdefgh\n  b"},
		{"letters of several bytes", 11, "", "", "äöüäö üäöüä x", "äöüäö üäöüä\nx"},
		{"wide characters", 9, "", "", "日本 東京 x", "日本 東京\nx"},
		{"colours take no room", 9, "", "", "\x1b[32mone\x1b[0m two x", "\x1b[32mone\x1b[0m two x"},
	} {
		if got := Wrap(row.width, row.first, row.rest, row.text); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}
