// Package ddb holds DynamoDB's attribute values and its expression language:
// conditions, key conditions, filters, projections and updates are parsed,
// checked and evaluated as DynamoDB does.
//
// The grammar and the functions follow
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html,
// the wording of errors is taken from the tests of architect/dynalite, which were
// run against AWS.
package ddb

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Type is a data type by the name it has on the wire.
type Type string

// The data types.
const (
	String    Type = "S"
	Number    Type = "N"
	Binary    Type = "B"
	StringSet Type = "SS"
	NumberSet Type = "NS"
	BinarySet Type = "BS"
	Map       Type = "M"
	List      Type = "L"
	Null      Type = "NULL"
	Bool      Type = "BOOL"
)

// Value is an attribute's value. Values are not changed once they are made.
type Value struct {
	Type Type
	// Text is a string, a number in canonical form, or the bytes of a binary.
	Text string
	// Set are the elements of a set, sorted, each in the form of Text.
	Set  []string
	List []Value
	Map  Item
	Bool bool
}

// Item is an item: attributes by name.
type Item map[string]Value

// Error is what DynamoDB answers with a ValidationException.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func fail(format string, args ...any) *Error {
	if len(args) == 0 {
		return &Error{format}
	}
	return &Error{fmt.Sprintf(format, args...)}
}

// maxDepth is how deep values nest
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
const maxDepth = 32

// UnmarshalJSON reads a value from the wire. An error is an *Error if the
// document has the right form.
func (v *Value) UnmarshalJSON(data []byte) error {
	decoded, err := decode(data, 1)
	if err != nil {
		return err
	}
	*v = decoded
	return nil
}

// decoders read the member of a type.
var decoders map[Type]func(json.RawMessage, int) (Value, error)

func init() { // not a literal: lists and maps decode values
	decoders = map[Type]func(json.RawMessage, int) (Value, error){
		String: decodeString, Number: decodeNumber, Binary: decodeBinary, Null: decodeNull, Bool: decodeBool,
		StringSet: decodeStringSet, NumberSet: decodeNumberSet, BinarySet: decodeBinarySet, List: decodeList,
		Map: decodeMap,
	}
}

var errDepth = fail("Nesting Levels have exceeded supported limits: Attributes Nested Levels Cannot exceed %d",
	maxDepth)

// MaxItem is the largest size of an item, in bytes
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
const MaxItem = 400 << 10

func decode(data []byte, depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, errDepth
	}
	var members map[Type]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return Value{}, err
	}
	var found []Type
	for t, raw := range members {
		if decoders[t] != nil && string(raw) != "null" {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return Value{}, fail("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case 1:
		return decoders[found[0]](members[found[0]], depth)
	default:
		return Value{},
			fail("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the " +
				"supported datatypes")
	}
}

func decodeString(raw json.RawMessage, _ int) (Value, error) {
	v := Value{Type: String}
	return v, json.Unmarshal(raw, &v.Text)
}

func decodeNumber(raw json.RawMessage, _ int) (Value, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return Value{}, err
	}
	return NumberOf(text)
}

// NumberOf makes a number of its decimal text.
func NumberOf(text string) (Value, error) {
	canonical, err := canonicalNumber(text)
	if err != nil {
		return Value{}, err
	}
	return Value{Type: Number, Text: canonical}, nil
}

func decodeBinary(raw json.RawMessage, _ int) (Value, error) {
	var data []byte
	err := json.Unmarshal(raw, &data)
	return Value{Type: Binary, Text: string(data)}, err
}

func decodeNull(raw json.RawMessage, _ int) (Value, error) {
	v := Value{Type: Null}
	if err := json.Unmarshal(raw, &v.Bool); err != nil {
		return v, err
	}
	if !v.Bool {
		return v,
			fail("One or more parameter values were invalid: Null attribute value types must have the value of true")
	}
	return v, nil
}

func decodeBool(raw json.RawMessage, _ int) (Value, error) {
	v := Value{Type: Bool}
	return v, json.Unmarshal(raw, &v.Bool)
}

func decodeStringSet(raw json.RawMessage, _ int) (Value, error) {
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil {
		return Value{}, err
	}
	if len(list) == 0 {
		return Value{}, fail("One or more parameter values were invalid: An string set  may not be empty")
	}
	return newSet(StringSet, list)
}

func decodeNumberSet(raw json.RawMessage, _ int) (Value, error) {
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil {
		return Value{}, err
	}
	if len(list) == 0 {
		return Value{}, fail("One or more parameter values were invalid: An number set  may not be empty")
	}
	for i, text := range list {
		canonical, err := canonicalNumber(text)
		if err != nil {
			return Value{}, err
		}
		list[i] = canonical
	}
	return newSet(NumberSet, list)
}

func decodeBinarySet(raw json.RawMessage, _ int) (Value, error) {
	var list [][]byte
	if err := json.Unmarshal(raw, &list); err != nil {
		return Value{}, err
	}
	if len(list) == 0 {
		return Value{}, fail("One or more parameter values were invalid: Binary sets should not be empty")
	}
	texts := make([]string, len(list))
	for i, b := range list {
		texts[i] = string(b)
	}
	return newSet(BinarySet, texts)
}

func newSet(t Type, list []string) (Value, error) {
	sorted := slices.Clone(list)
	sortSet(t, sorted)
	if len(slices.Compact(slices.Clone(sorted))) != len(sorted) {
		if t == BinarySet {
			return Value{},
				fail("One or more parameter values were invalid: Input collection of type BS contains duplicates.")
		}
		return Value{}, fail("One or more parameter values were invalid: Input collection [%s] contains duplicates.",
			strings.Join(list, ", "))
	}
	return Value{Type: t, Set: sorted}, nil
}

func sortSet(t Type, list []string) {
	if t == NumberSet {
		slices.SortFunc(list, compareNumbers)
	} else {
		slices.Sort(list)
	}
}

func decodeList(raw json.RawMessage, depth int) (Value, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return Value{}, err
	}
	v := Value{Type: List, List: make([]Value, len(list))}
	for i, element := range list {
		var err error
		if v.List[i], err = decode(element, depth+1); err != nil {
			return Value{}, err
		}
	}
	return v, nil
}

func decodeMap(raw json.RawMessage, depth int) (Value, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return Value{}, err
	}
	v := Value{Type: Map, Map: make(Item, len(members))}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		element, err := decode(members[name], depth+1)
		if err != nil {
			return Value{}, err
		}
		v.Map[name] = element
	}
	return v, nil
}

// MarshalJSON writes the value as it stands on the wire.
func (v Value) MarshalJSON() ([]byte, error) { return json.Marshal(v.document()) }

// document is the value as encoding/json takes it. It knows its types, so that
// nothing nested is encoded twice.
func (v Value) document() map[Type]any {
	switch v.Type {
	case Binary:
		return map[Type]any{v.Type: base64.StdEncoding.EncodeToString([]byte(v.Text))}
	case Null, Bool:
		return map[Type]any{v.Type: v.Bool}
	case StringSet, NumberSet:
		return map[Type]any{v.Type: v.Set}
	case BinarySet:
		list := make([]string, len(v.Set))
		for i, b := range v.Set {
			list[i] = base64.StdEncoding.EncodeToString([]byte(b))
		}
		return map[Type]any{v.Type: list}
	case List:
		list := make([]map[Type]any, len(v.List))
		for i, element := range v.List {
			list[i] = element.document()
		}
		return map[Type]any{v.Type: list}
	case Map:
		members := make(map[string]map[Type]any, len(v.Map))
		for name, member := range v.Map {
			members[name] = member.document()
		}
		return map[Type]any{v.Type: members}
	default:
		return map[Type]any{v.Type: v.Text}
	}
}

// Equal reports whether two values are the same.
func (v Value) Equal(w Value) bool {
	if v.Type != w.Type {
		return false
	}
	switch v.Type {
	case List:
		return slices.EqualFunc(v.List, w.List, Value.Equal)
	case Map:
		return maps.EqualFunc(v.Map, w.Map, Value.Equal)
	case StringSet, NumberSet, BinarySet:
		return slices.Equal(v.Set, w.Set)
	default:
		return v.Text == w.Text && v.Bool == w.Bool
	}
}

// Compare orders two values of the same scalar type; ok is false for others.
func (v Value) Compare(w Value) (order int, ok bool) {
	if v.Type != w.Type {
		return 0, false
	}
	switch v.Type {
	case Number:
		return compareNumbers(v.Text, w.Text), true
	case String, Binary:
		return strings.Compare(v.Text, w.Text), true
	}
	return 0, false
}

// Key is a text that two scalar values share only if they are equal.
func (v Value) Key() string { return string(v.Type) + ":" + v.Text }

// Size is the size in bytes that counts for limits and capacity
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
func (v Value) Size() int {
	switch v.Type {
	case Number:
		return numberSize(v.Text)
	case Null, Bool:
		return 1
	case List:
		n := 3
		for _, element := range v.List {
			n += 1 + element.Size()
		}
		return n
	case Map:
		return 3 + len(v.Map) + v.Map.Size()
	case StringSet, NumberSet, BinarySet:
		n := 0
		for _, text := range v.Set {
			if v.Type == NumberSet {
				n += numberSize(text)
			} else {
				n += len(text)
			}
		}
		return n
	default:
		return len(v.Text)
	}
}

// Size is the size of names and values in bytes.
func (it Item) Size() int {
	n := 0
	for name, v := range it {
		n += len(name) + v.Size()
	}
	return n
}

// Clone copies an item with all that is nested in it.
func (it Item) Clone() Item {
	out := make(Item, len(it))
	for name, v := range it {
		out[name] = v.clone()
	}
	return out
}

func (v Value) clone() Value {
	switch v.Type {
	case Map:
		v.Map = v.Map.Clone()
	case List:
		list := make([]Value, len(v.List))
		for i, element := range v.List {
			list[i] = element.clone()
		}
		v.List = list
	}
	return v
}
