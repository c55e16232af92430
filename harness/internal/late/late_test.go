package late

import "testing"

// TestMustCompile: an expression is compiled once and when it is used, and a wrong one is
// found by any test of who has it.
func TestMustCompile(t *testing.T) {
	inTest = false
	t.Cleanup(func() { inTest = true })
	wrong := MustCompile("(")
	if message := panics(func() { wrong.MatchString("") }); message == nil {
		t.Error("an expression that is wrong does not panic when it is used")
	}
	right := MustCompile("b+")
	first := right.compile()
	if first != right.compile() || right.FindString("abbc") != "bb" || right.String() != "b+" {
		t.Error("an expression does not what regexp's does, or is compiled twice")
	}
	inTest = true
	if message := panics(func() { MustCompile("(") }); message == nil {
		t.Error("an expression that is wrong does not panic at once in a test")
	}
	if _, err := Compile("("); err == nil {
		t.Error("an expression of data that is wrong has no error")
	}
}

func panics(f func()) (message any) {
	defer func() { message = recover() }()
	f()
	return nil
}
