package page

import "testing"

// TestStepsAreCompared: a line that is not there, or in another order, is noticed.
func TestStepsAreCompared(t *testing.T) {
	s := Steps("$ a \\\n  b\nfirst … line\n  second\n$ b\n")
	if len(s) != 2 || s[0].Command != "a   b" || len(s[1].Printed) != 0 {
		t.Fatalf("steps %+v", s)
	}
	for output, want := range map[string]string{
		"the first long line\nthen   second": "",
		"second\nfirst line":                 "second",
		"first\nsecond":                      "line",
	} {
		if got := s[0].Missing(output); got != want {
			t.Errorf("%q: %q is missing, want %q", output, got, want)
		}
	}
}

func TestBlocks(t *testing.T) {
	got := Blocks("text\n```js a.mjs\none\n```\n\n```console\n$ x\n```\n")
	want := []Block{{"js", "a.mjs", "one\n"}, {"console", "", "$ x\n"}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
