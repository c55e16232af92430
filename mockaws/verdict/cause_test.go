package verdict

import (
	"maps"
	"reflect"
	"testing"
)

func TestCauses(t *testing.T) {
	for _, row := range []struct {
		name  string
		cause Cause
		read  func(*Refusal) (Cause, bool)
		args  map[string]string
	}{
		{"a failure", Failure{Code: "NoSuchKey", Status: 404, Framework: true, Elements: map[string]string{"Key": "k"}},
			func(r *Refusal) (Cause, bool) { return CauseOf[Failure](r) },
			map[string]string{"code": "NoSuchKey", "message": "", "status": "404", "framework": "true", "Key": "k"}},
		{"a denial", Denial{Principal: "p", Action: "a:B", Because: "because"},
			func(r *Refusal) (Cause, bool) { return CauseOf[Denial](r) },
			map[string]string{"principal": "p", "action": "a:B", "resource": "", "because": "because"}},
		{"a gap", Gap{Service: "SQS", Operation: "X"}, func(r *Refusal) (Cause, bool) { return CauseOf[Gap](r) },
			map[string]string{"service": "SQS", "operation": "X"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := Because(StageHandle, row.cause, "detail")
			if r.Reason != row.cause.Reason() || r.Stage != StageHandle || r.Detail != "detail" ||
				!maps.Equal(r.Args, row.args) {
				t.Errorf("%+v, want the arguments %v", r, row.args)
			}
			if got, ok := row.read(r); !ok || !reflect.DeepEqual(got, row.cause) {
				t.Errorf("read %+v, %v, want %+v", got, ok, row.cause)
			}
		})
	}
	if got, ok := CauseOf[Denial](Because(StageHandle, Gap{}, "")); ok {
		t.Errorf("a gap is taken for the denial %+v", got)
	}
	if got, ok := CauseOf[Denial](nil); ok {
		t.Errorf("no refusal is taken for the denial %+v", got)
	}
}

// Every field of a cause is one that write and read know.
func TestCausesAreReadable(t *testing.T) {
	for _, c := range []Cause{Failure{}, Denial{}, Gap{}} {
		names := map[string]bool{}
		typ := reflect.TypeOf(c)
		for i, f := range argsOf(typ) {
			kind := typ.Field(i).Type.Kind()
			if f.rest != (kind == reflect.Map) || !f.rest && (f.name == "" || names[f.name]) ||
				!f.rest && kind != reflect.String && kind != reflect.Int && kind != reflect.Bool {
				t.Errorf("%T: the field %s cannot be an argument", c, typ.Field(i).Name)
			}
			names[f.name] = true
		}
	}
}

// The pipeline asks for causes of requests that were accepted.
func TestAskingForNoCauseAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { CauseOf[Failure](nil) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
