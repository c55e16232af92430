package yamlerr

import (
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

type inner struct {
	Name string        `yaml:"name"`
	For  time.Duration `yaml:"for"`
}

type outer struct {
	inner `yaml:",inline"`
	List  []inner `yaml:"list"`
	On    bool    `yaml:"on"`
}

func TestInWords(t *testing.T) {
	for text, want := range map[string]string{
		"nam: x":           `line 1: there is no key "nam" here; the keys are name, for, list, on`,
		"list: [{nam: x}]": `line 1: there is no key "nam" here; the keys are name, for`,
		"- a":              "line 1: a list stands where a mapping (key: value) belongs",
		"list: {a: b}": "line 1: a mapping (key: value) stands where " +
			"a list (each item on a line that begins with -) belongs",
		"on: 3\nfor: soon":   `line 1: "3" stands where true or false belongs; line 2: "soon" stands where a length of time, such as 10m belongs`,
		"name: [a\nlist: ]]": "line 1: did not find expected ',' or ']'",
	} {
		dec := yaml.NewDecoder(strings.NewReader(text))
		dec.KnownFields(true)
		var v outer
		err := InWords(dec.Decode(&v), v)
		if err == nil || err.Error() != want {
			t.Errorf("%q: got  %v\nwant %s", text, err, want)
		}
	}
	if InWords(nil, outer{}) != nil {
		t.Error("no error has words")
	}
}
