package ini

import (
	"reflect"
	"testing"
)

func TestRead(t *testing.T) {
	const text = "region = before\n# [comment]\n; a = b\n\n[default]\r\nregion=eu-west-1\n" +
		"  output = a = b  \nno setting\n[ profile ci ] # with more\nempty =\n[broken\nx = y\n[]\n[default]\nz=1"
	want := []Section{
		{Name: "default", Settings: []Setting{{"region", "eu-west-1"}, {"output", "a = b"}}},
		{Name: "profile ci", Settings: []Setting{{"empty", ""}}},
		{Name: "broken", Broken: true, Settings: []Setting{{"x", "y"}}},
		{}, {Name: "default", Settings: []Setting{{"z", "1"}}},
	}
	if got := Read(text); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	if got := Read(""); got != nil {
		t.Errorf("of nothing: %+v", got)
	}
}
