package verdict

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestEachReasonHasOneCause compares the constants of reason.go with the list of causes.
func TestEachReasonHasOneCause(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[Reason]int{}
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			reasons[Reason(strings.Trim(lit.Value, `"`))] = 0
		}
		return true
	})
	if len(reasons) < 40 {
		t.Fatalf("only %d reasons were found in reason.go", len(reasons))
	}
	for _, c := range causes {
		if _, ok := reasons[c.Reason()]; !ok {
			t.Errorf("%T is the cause of %q, which is no reason", c, c.Reason())
		}
		reasons[c.Reason()]++
	}
	for reason, n := range reasons {
		if n != 1 {
			t.Errorf("the reason %s has %d causes, want one", reason, n)
		}
	}
}

// full is a value of a type with something in each field.
func full(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)))
			return
		}
		for i := range v.NumField() {
			full(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		full(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		full(v.Index(0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("Key"), reflect.ValueOf("text"))
	}
}

// TestCausesInJSON: what a record shows of a refusal can be read again, and what it does not
// show is in none of its forms.
func TestCausesInJSON(t *testing.T) {
	for _, empty := range causes {
		t.Run(string(empty.Reason()), func(t *testing.T) {
			v := reflect.New(reflect.TypeOf(empty)).Elem()
			full(v)
			r := Because(StageHandle, v.Interface().(Cause), "")
			shown := r.Public()
			text, err := json.Marshal(shown)
			if err != nil {
				t.Fatal(err)
			}
			var read Refusal
			if err := json.Unmarshal(text, &read); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if !reflect.DeepEqual(&read, shown) {
				t.Errorf("read %+v of %s, want %+v", read, text, shown)
			}
			if whole, _ := json.Marshal(r); string(whole) != string(text) {
				t.Errorf("the refusal itself is %s, what a record shows %s", whole, text)
			}
			if r.Error() != shown.Error() {
				t.Errorf("in one line it is %q, what a record shows %q", r.Error(), shown.Error())
			}
		})
	}
}

func TestCauseOf(t *testing.T) {
	if got, ok := CauseOf[Denial](Because(StageHandle, Gap{}, "")); ok {
		t.Errorf("a gap is taken for the denial %+v", got)
	}
	if got, ok := CauseOf[Denial](nil); ok {
		t.Errorf("no refusal is taken for the denial %+v", got)
	}
	if got, ok := CauseOf[Denial](Because(StageHandle, Denial{Action: "a:B"}, "")); !ok || got.Action != "a:B" {
		t.Errorf("got %+v, %v", got, ok)
	}
	if got := Bare(StageHandle, Denied, "why"); got.Cause != (Denial{}) || got.Detail != "why" {
		t.Errorf("got %+v", got)
	}
}

func TestRefusalsWithoutCauseAreRead(t *testing.T) {
	for text, want := range map[string]Refusal{
		`{"stage":"handle","reason":"denied","detail":"d"}`: {StageHandle, Denied, Denial{}, "d"},
		`{"stage":"handle","reason":"of-tomorrow"}`:         {Stage: StageHandle, Reason: "of-tomorrow"},
	} {
		var read Refusal
		if err := json.Unmarshal([]byte(text), &read); err != nil || !reflect.DeepEqual(read, want) {
			t.Errorf("%s: %+v, %v, want %+v", text, read, err, want)
		}
	}
	if err := json.Unmarshal([]byte(`{"reason":"denied","cause":7}`), new(Refusal)); err == nil {
		t.Error("a number is read as a cause")
	}
}

// TestRewrite changes texts at any depth, and leaves the cause that it was made from alone.
func TestRewrite(t *testing.T) {
	failure := Failure{Message: "a secret", Elements: map[string]string{"Key": "secret"}}
	scope := ForeignScope{Region: &Part{Sent: "secret"}}
	missing := MissingParts{Missing: []string{"secret"}}
	hide := func(s string) string { return strings.ReplaceAll(s, "secret", "…") }
	for _, c := range []Cause{failure, scope, missing, OldToken{Expiration: time.Unix(0, 0)}} {
		r := Because(StageHandle, c, "the secret")
		r.Rewrite(hide)
		if text, _ := json.Marshal(r); strings.Contains(string(text), "secret") {
			t.Errorf("%s", text)
		}
	}
	if failure.Elements["Key"] != "secret" || scope.Region.Sent != "secret" || missing.Missing[0] != "secret" {
		t.Error("the first cause was changed, too")
	}
}

// TestAskingForNoCauseAllocatesNothing: accepted requests are asked for causes, too.
func TestAskingForNoCauseAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { CauseOf[Failure](nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
