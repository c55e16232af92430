package main

import "testing"

// TestRequiredOfNamedSubjects: who names subjects wants them all, but for what a
// release of Debian in the making had and has no more.
func TestRequiredOfNamedSubjects(t *testing.T) {
	for _, row := range []struct {
		subjects, require names
		tool              string
		want              bool
	}{
		{nil, nil, "node", false},
		{names{"node-aws-sdk"}, nil, "node", true},
		{names{"ruby-aws-sdk"}, nil, "debian-forky", false},
		{nil, names{"debian-forky"}, "debian-forky", true},
	} {
		t.Setenv("HOSTPROOF_REQUIRE", "")
		c := matrixCommand{Subjects: row.subjects, Require: row.require}
		required, err := c.required()
		if err != nil || required(row.tool) != row.want {
			t.Errorf("%v, %v, %s: %v", row.subjects, row.require, row.tool, err)
		}
	}
}
