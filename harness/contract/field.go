package contract

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/exchange"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// field is one key of an object, and where its value is in the Go struct.
type field struct {
	key      string
	index    []int
	of       reflect.StructField
	owner    reflect.Type // the struct that declares it
	optional bool
}

// left out are keys of Go structs that the form has elsewhere.
var leftOut = map[at]bool{
	{reflect.TypeFor[ledger.Result](), "diagnosis"}: true, // problems, hazards and traces
}

// at is a key of a struct.
type at struct {
	owner reflect.Type
	key   string
}

// principals are the keys that name a principal.
var principals = map[at]bool{
	{reflect.TypeFor[verdict.Verdict](), "principal"}:     true,
	{reflect.TypeFor[ledger.Row](), "principal"}:          true,
	{reflect.TypeFor[ledger.Part](), "owner"}:             true,
	{reflect.TypeFor[exchange.Presented](), "tokenOwner"}: true,
	{reflect.TypeFor[exchange.Presented](), "keyOwner"}:   true,
}

func (f field) isPrincipal() bool { return principals[at{f.owner, f.key}] }

// isConfidence says that the value is V, L or U, whatever its type.
func (f field) isConfidence() bool {
	return f.key == "confidence" && f.of.Type.Kind() == reflect.String
}

// fieldsOf are the keys of a struct in their order. Keys of an embedded struct come
// where it stands, unless the outer one has the same.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && key == "":
			out = append(out, inner(f, i)...)
		case !f.IsExported() || key == "-" || leftOut[at{t, key}]:
		default:
			optional := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
			out = append(out, field{key, []int{i}, f, t, optional && f.Type.Kind() != reflect.Slice})
		}
	}
	return out
}

// inner are the keys of an embedded struct.
func inner(f reflect.StructField, at int) []field {
	out := fieldsOf(f.Type)
	for i := range out {
		out[i].index = slices.Concat([]int{at}, out[i].index)
	}
	return out
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// isLeaf says that a type writes itself.
func isLeaf(t reflect.Type) bool {
	return t.Implements(jsonMarshaler) || t.Implements(textMarshaler)
}
