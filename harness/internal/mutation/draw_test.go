package mutation

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// changed are a text's changes, as "kind: text with the bug", in order.
func changed(src string, edits []edit) []string {
	out := make([]string, len(edits))
	for i, e := range edits {
		out[i] = e.kind + ": " + strings.Join(strings.Fields(src[:e.from]+e.text+src[e.to:]), " ")
	}
	slices.Sort(out)
	return out
}

func TestGoSites(t *testing.T) {
	for _, row := range []struct {
		name, code string
		want       []string
	}{
		{"conditions", "func f() { for a < 1 && b == c {} }", []string{
			"and-or: func f() { for a < 1 || b == c {} }",
			"boundary: func f() { for a <= 1 && b == c {} }",
			"equal: func f() { for a < 1 && b != c {} }",
			"negate: func f() { for !(a < 1 && b == c) {} }",
			"number: func f() { for a < 2 && b == c {} }",
		}},
		{"statements", "func f() { if a { return }; g(); b = c; d := e; n++ }", []string{
			"negate: func f() { if !(a) { return }; g(); b = c; d := e; n++ }",
			"remove: func f() { ; g(); b = c; d := e; n++ }",
			"remove: func f() { if a { return }; ; b = c; d := e; n++ }",
			"remove: func f() { if a { return }; g(); ; d := e; n++ }",
			"remove: func f() { if a { return }; g(); b = c; d := e; }",
		}},
		{"a switch", "func f() { switch a { case b, c: g(d); default: } }", []string{
			"case: func f() { switch a { ; default: } }",
			"remove: func f() { switch a { case b, c: ; default: } }",
			"row: func f() { switch a { case b: g(d); default: } }",
			"row: func f() { switch a { case c: g(d); default: } }",
		}},
		{"beside an error", "func f() (string, error) { return \"\", err; return `a`, err; return ``, g(`b`) }",
			[]string{
				"string: func f() (string, error) { return \"\", err; return \"ax\", err; return ``, g(`b`) }",
				"string: func f() (string, error) { return \"\", err; return `a`, err; return \"x\", g(`b`) }",
				"string: func f() (string, error) { return \"\", err; return `a`, err; return ``, g(\"bx\") }",
			}},
		{"rows and texts", "var x = []T{{`a`}, {`b c`}}", []string{
			`row: var x = []T{{` + "`a`" + `}}`,
			`row: var x = []T{{` + "`b c`" + `}}`,
			`string: var x = []T{{"ax"}, {` + "`b c`" + `}}`,
			`string: var x = []T{{` + "`a`" + `}, {"b cx"}}`,
		}},
		{"messages", "import \"fmt\"; var x = fmt.Errorf(`a`); const sourceOf = `https://a`; var y = T{Source: `b`, " +
			"Text: `a b c`}; var z = `a/b.c#12`",
			[]string{
				"row: import \"fmt\"; var x = fmt.Errorf(`a`); const sourceOf = `https://a`; var y = T{Source: `b`}; " +
					"var z = `a/b.c#12`",
				"row: import \"fmt\"; var x = fmt.Errorf(`a`); const sourceOf = `https://a`; var y = T{Text: `a b c`}; " +
					"var z = `a/b.c#12`",
			}},
	} {
		t.Run(row.name, func(t *testing.T) {
			src := "package p; " + row.code
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, "p.go", src, 0)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]string, len(row.want))
			for i, w := range row.want {
				kind, text, _ := strings.Cut(w, ": ")
				want[i] = kind + ": package p; " + text
			}
			if got := changed(src, goSites(fset, f, []byte(src))); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestHostSites(t *testing.T) {
	const src = "title: a\nroles:\n  - name: \"b\"\n    life: 6h\n    why: c\n  - {size: 7, on: true}\n"
	got := changed(src, hostSites([]byte(src)))
	want := []string{
		`entry: title: a roles: - name: "b" life: 6h why: c`,
		`entry: title: a roles: - {size: 7, on: true}`,
		`value: title: a roles: - name: "b" life: 6h why: c - {size: 7, on: false}`,
		`value: title: a roles: - name: "b" life: 6h why: c - {size: 8, on: true}`,
		`value: title: a roles: - name: "b" life: 7h why: c - {size: 7, on: true}`,
		`value: title: a roles: - name: "bx" life: 6h why: c - {size: 7, on: true}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if sites := hostSites([]byte("a: [")); sites != nil {
		t.Errorf("got %v of what is no YAML", sites)
	}
}

// TestDraw draws from a module of which two changes compile on one line.
func TestDraw(t *testing.T) {
	root := module(t)
	drawn, err := Draw(t.Context(), root, 1, 5, []string{"./..."})
	if err != nil || len(drawn) != 1 {
		t.Fatalf("%+v, %v: want one, for there is one line", drawn, err)
	}
	m := drawn[0]
	if m.ID != "1-001" || m.File != "p/p.go" || m.Tests != "./p" || !strings.HasSuffix(m.Kind, ", line 4") ||
		!strings.Contains(m.Old, "days > 30") || strings.Contains(m.New, "days > 30") {
		t.Errorf("got %+v", m)
	}
	if again, err := Draw(t.Context(), root, 1, 5, []string{"./..."}); err != nil || !reflect.DeepEqual(again, drawn) {
		t.Errorf("the same seed draws %+v, %v", again, err)
	}
	data, err := Write(drawn)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := Read("drawn.yaml", data); err != nil || !reflect.DeepEqual(back, drawn) {
		t.Errorf("written and read it is %+v, %v", back, err)
	}
	if err := os.Remove(filepath.Join(root, "p/p_test.go")); err != nil {
		t.Fatal(err)
	}
	if drawn, err := Draw(t.Context(), root, 1, 5, []string{"./..."}); err != nil || len(drawn) != 0 {
		t.Errorf("%+v, %v: nothing can notice these", drawn, err)
	}
	if _, err := Draw(t.Context(), root, 1, 5, []string{"./nowhere"}); err == nil {
		t.Error("a package that is not there is drawn from")
	}
}
