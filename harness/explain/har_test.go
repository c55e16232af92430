package explain

import "testing"

// An archive that another tool cut or wrote by hand is an error or is read, never
// a panic.
func TestIncompleteArchives(t *testing.T) {
	for text, wrong := range map[string]string{
		`{"log": {"entries": []}}`:                                                   "it has no log.entries",
		`{"log": {"entries": [null]}}`:                                               "entry 1 has no request",
		`{"log": {"entries": [{}]}}`:                                                 "entry 1 has no request",
		`{"log": {"entries": [{"request": {"headers": [null]}}]}}`:                   "",
		`{"log": {"entries": [{"request": {}, "response": {"headers": [null]}}]}}`:   "",
		`{"log": {"entries": [{"request": {}, "response": {"content": null}}]}}`:     "",
		`{"log": {"entries": [{"request": {"url": "https://sts.amazonaws.com/"}}]}}`: "",
	} {
		got := ""
		if _, err := readHAR([]byte(text)); err != nil {
			got = err.Error()
		}
		if got != wrong {
			t.Errorf("%s: got error %q, want %q", text, got, wrong)
		}
	}
}
