package report

import "testing"

// TestRowsOfThePage: the first way of each subject begins its group, cells point at what is
// listed, and what is not in the report is absent.
func TestRowsOfThePage(t *testing.T) {
	r := &Report{
		Hosts: []Host{{Name: "h"}},
		Subjects: []Subject{
			{Name: "a", Strategies: []Strategy{{Name: "one"}, {Name: "two"}}},
			{Name: "b", Strategies: []Strategy{{Name: "one"}}},
		},
		Cells: []Cell{
			{Host: "h", Subject: "b", Strategy: "one", Status: Status{Outcome: Refused}},
			{Host: "h", Subject: "a", Strategy: "two", Status: Status{Outcome: Accepted, Finding: "late"}},
		},
	}
	rows := r.rows()
	if len(rows) != 1 || len(rows[0].Cells) != 3 {
		t.Fatalf("%+v", rows)
	}
	for i, want := range []gridCell{
		{Group: 0, First: true, Index: -1},
		{Group: 0, First: false, Index: 1, Outcome: Accepted, Note: true},
		{Group: 1, First: true, Index: 0, Outcome: Refused},
	} {
		got := rows[0].Cells[i]
		if got.Group != want.Group || got.First != want.First || got.Index != want.Index ||
			got.Outcome != want.Outcome || got.Note != want.Note {
			t.Errorf("cell %d is %+v, want %+v", i, got, want)
		}
	}
}
