package mockaws

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/internal/spool"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// What the journal shows of a secret is its beginning, and never more than a third of
// it, however short it is.
func TestDescribeShowsAThird(t *testing.T) {
	for n := range 64 {
		secret := strings.Repeat("s", n)
		switch o := Describe(secret); {
		case n == 0 && o != nil:
			t.Errorf("of nothing: %+v", o)
		case n > 0 && (o.Length != n || len(o.Prefix) > 8 || 3*len(o.Prefix) > n):
			t.Errorf("of %d characters: %+v", n, o)
		}
	}
}

// TestRecordKeepsEveryField fills each field of an exchange with a value of its
// own, strange bytes among them, and reads it back.
func TestRecordKeepsEveryField(t *testing.T) {
	n := 0
	want := new(Exchange)
	fillValue(t, reflect.ValueOf(want).Elem(), &n)
	want.Verdict.Refusal.Reason = verdict.WrongScope // the cause below is its
	if n < 60 {
		t.Fatalf("only %d values were filled in", n)
	}
	b := recordBuffer()
	defer b.release()
	got := decodeExchange(want.Seq, b.encode(want))
	if !want.Time.Equal(got.Time) {
		t.Errorf("time %v, want %v", got.Time, want.Time)
	}
	got.Time = want.Time
	if !reflect.DeepEqual(want, got) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func fillValue(t *testing.T, v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("value %d \xff\x00é", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillValue(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillValue(t, v.Index(0), n)
		fillValue(t, v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fillValue(t, key, n)
		fillValue(t, value, n)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC)))
			return
		}
		for i := range v.NumField() {
			fillValue(t, v.Field(i), n)
		}
	case reflect.Interface: // the cause of a refusal
		scope := reflect.New(reflect.TypeFor[verdict.ForeignScope]()).Elem()
		fillValue(t, scope, n)
		v.Set(scope)
	default:
		t.Fatalf("no value for %v", v.Type())
	}
}

// TestRecordKeepsTimesOfCauses: a time is the same one after it was recorded.
func TestRecordKeepsTimesOfCauses(t *testing.T) {
	ended := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	b := recordBuffer()
	defer b.release()
	got := decodeExchange(1, b.encode(&Exchange{Verdict: Verdict{
		Refusal: verdict.Because(verdict.StageAuthenticate, verdict.OldToken{Expiration: ended}, "")}}))
	if old, ok := verdict.CauseOf[verdict.OldToken](got.Verdict.Refusal); !ok || !old.Expiration.Equal(ended) {
		t.Errorf("got %+v", got.Verdict.Refusal)
	}
}

// TestUnreadableRecordsAreTold: an exchange that was recorded and cannot be read
// any more must not pass for a call that never came.
func TestUnreadableRecordsAreTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	s, err := spool.Open(path, 1) // everything but what was written last is in the file alone
	if err != nil {
		t.Fatal(err)
	}
	j := &Journal{spool: s}
	defer j.Close()
	for range 8 {
		_ = j.add(&Exchange{Path: strings.Repeat("x", 400_000)})
	}
	whole, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name  string
		size  int64 // of what is left of the file
		after int64
	}{
		{"from the first on", 0, 0},
		{"after some that can be read", whole.Size() / 2, 0},
		{"asked for in the middle", 0, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := os.Truncate(path, row.size); err != nil {
				t.Fatal(err)
			}
			list := j.Since(row.after)
			if len(list) == 0 {
				t.Fatal("nothing at all")
			}
			for i, e := range list {
				if e.Seq != row.after+int64(i)+1 {
					t.Errorf("exchange %d follows exchange %d", e.Seq, row.after+int64(i))
				}
			}
			last := list[len(list)-1]
			if !strings.Contains(last.Aborted, "cannot be read") || last.Verdict.Accepted {
				t.Errorf("the last one says %q", last.Aborted)
			}
		})
	}
}
