package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hostproof/hostproof/fixtures"
)

// marshal writes a pointer to a struct by the rules of this package.
func marshal(value any) ([]byte, error) {
	var e encoder
	err := e.object(reflect.ValueOf(value).Elem())
	return e.Bytes(), err
}

// encoder writes JSON without line breaks.
type encoder struct{ bytes.Buffer }

func (e *encoder) value(v reflect.Value) error {
	if isLeaf(v.Type()) {
		return e.leaf(v)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return fmt.Errorf("contract: a %s that is nil has no form", v.Type())
		}
		return e.value(v.Elem())
	case reflect.Struct:
		return e.object(v)
	case reflect.Slice:
		return e.list(v)
	case reflect.Map:
		return e.mapping(v)
	default:
		return e.leaf(v)
	}
}

// leaf writes what has no parts. The output is no web page: < stays as it is.
func (e *encoder) leaf(v reflect.Value) error {
	enc := json.NewEncoder(e)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v.Interface())
	e.Truncate(len(bytes.TrimRight(e.Bytes(), "\n")))
	return err
}

func (e *encoder) object(v reflect.Value) error {
	e.WriteByte('{')
	first := true
	for _, f := range fieldsOf(v.Type()) {
		member := v.FieldByIndex(f.index)
		if f.optional && isEmpty(member) {
			continue
		}
		e.key(f.key, &first)
		if err := e.member(f, member); err != nil {
			return fmt.Errorf("%s: %w", f.key, err)
		}
	}
	e.WriteByte('}')
	return nil
}

// isEmpty is what omitempty and omitzero leave out.
func isEmpty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Map && v.Len() == 0
}

func (e *encoder) key(name string, first *bool) {
	if !*first {
		e.WriteByte(',')
	}
	*first = false
	fmt.Fprintf(e, "%q:", name)
}

func (e *encoder) member(f field, v reflect.Value) error {
	switch {
	case f.isPrincipal():
		return e.value(reflect.ValueOf(principalOf(v.String())))
	case f.isConfidence():
		word := fixtures.ConfidenceWord(v.String())
		if word == "" {
			return fmt.Errorf("contract: no confidence is called %q", v.String())
		}
		return e.value(reflect.ValueOf(word))
	}
	return e.value(v)
}

func (e *encoder) list(v reflect.Value) error {
	e.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			e.WriteByte(',')
		}
		if err := e.value(v.Index(i)); err != nil {
			return err
		}
	}
	e.WriteByte(']')
	return nil
}

func (e *encoder) mapping(v reflect.Value) error {
	values := map[string]reflect.Value{}
	for key, value := range v.Seq2() {
		values[key.String()] = value
	}
	e.WriteByte('{')
	first := true
	for _, key := range slices.Sorted(maps.Keys(values)) {
		e.key(key, &first)
		if err := e.value(values[key]); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	e.WriteByte('}')
	return nil
}
