package ddb

import (
	"strconv"
	"strings"
)

// comparators say what an order of two values has to be.
var comparators = map[string]func(order int) bool{
	"=":  func(order int) bool { return order == 0 },
	"<>": func(order int) bool { return order != 0 },
	"<":  func(order int) bool { return order < 0 },
	"<=": func(order int) bool { return order <= 0 },
	">":  func(order int) bool { return order > 0 },
	">=": func(order int) bool { return order >= 0 },
}

// Match reports whether an item meets the condition. A nil condition is met by
// every item, a nil item has no attributes.
func (c *Condition) Match(item Item) bool { return c == nil || holds(c.root, item) }

func holds(n node, item Item) bool {
	switch n := n.(type) {
	case *logical:
		return n.holds(item)
	case *comparison:
		return n.holds(item)
	case *call:
		return tests[n.function](n.arguments, item)
	}
	return false
}

func (n *logical) holds(item Item) bool {
	if n.operator == "NOT" {
		return !holds(n.terms[0], item)
	}
	decisive := n.operator == "OR"
	for _, term := range n.terms {
		if holds(term, item) == decisive {
			return decisive
		}
	}
	return !decisive
}

// resolve is the value of an operand; ok is false where the item has none.
func resolve(n node, item Item) (Value, bool) {
	switch n := n.(type) {
	case Value:
		return n, true
	case Path:
		return n.get(item)
	case *call:
		return sizeOf(n.arguments[0], item)
	}
	return Value{}, false
}

func (n *comparison) holds(item Item) bool {
	left, ok := resolve(n.operands[0], item)
	if n.operator == "IN" {
		for _, operand := range n.operands[1:] {
			if v, found := resolve(operand, item); ok && found && left.Equal(v) {
				return true
			}
		}
		return false
	}
	right, ok2 := resolve(n.operands[1], item)
	switch n.operator {
	case "BETWEEN":
		upper, ok3 := resolve(n.operands[2], item)
		low, likeLow := left.Compare(right)
		high, likeHigh := left.Compare(upper)
		return ok && ok2 && ok3 && likeLow && likeHigh && low >= 0 && high <= 0
	case "=":
		return ok && ok2 && left.Equal(right)
	case "<>": // also met by an attribute that is not there
		return !ok || !ok2 || !left.Equal(right)
	}
	order, alike := left.Compare(right)
	return ok && ok2 && alike && comparators[n.operator](order)
}

// tests are the functions that are true or false.
var tests = map[string]func(arguments []node, item Item) bool{
	"attribute_exists": func(a []node, item Item) bool {
		_, ok := resolve(a[0], item)
		return ok
	},
	"attribute_not_exists": func(a []node, item Item) bool {
		_, ok := resolve(a[0], item)
		return !ok
	},
	"attribute_type": func(a []node, item Item) bool {
		v, ok := resolve(a[0], item)
		name, _ := resolve(a[1], item)
		return ok && string(v.Type) == name.Text
	},
	"begins_with": func(a []node, item Item) bool {
		v, ok := resolve(a[0], item)
		prefix, ok2 := resolve(a[1], item)
		return ok && ok2 && v.Type == prefix.Type && (v.Type == String || v.Type == Binary) &&
			strings.HasPrefix(v.Text, prefix.Text)
	},
	"contains": func(a []node, item Item) bool {
		v, ok := resolve(a[0], item)
		part, ok2 := resolve(a[1], item)
		return ok && ok2 && v.contains(part)
	},
}

// contains: a string or binary has a part, a set or list an element.
func (v Value) contains(part Value) bool {
	element := map[Type]Type{StringSet: String, NumberSet: Number, BinarySet: Binary}[v.Type]
	switch {
	case v.Type == List:
		for _, e := range v.List {
			if e.Equal(part) {
				return true
			}
		}
	case element != "" && element == part.Type:
		for _, e := range v.Set {
			if e == part.Text {
				return true
			}
		}
	case v.Type == part.Type && (v.Type == String || v.Type == Binary):
		return strings.Contains(v.Text, part.Text)
	}
	return false
}

// sizeOf is the length of a string, binary, set, list or map.
func sizeOf(n node, item Item) (Value, bool) {
	v, ok := resolve(n, item)
	if !ok {
		return Value{}, false
	}
	var size int
	switch v.Type {
	case String:
		size = len([]rune(v.Text))
	case Binary:
		size = len(v.Text)
	case StringSet, NumberSet, BinarySet:
		size = len(v.Set)
	case List:
		size = len(v.List)
	case Map:
		size = len(v.Map)
	default:
		return Value{}, false
	}
	return Value{Type: Number, Text: strconv.Itoa(size)}, true
}

// Attributes are the names of the top-level attributes that a condition reads.
func (c *Condition) Attributes() []string {
	var names []string
	var walk func(n node)
	walk = func(n node) {
		var children []node
		switch n := n.(type) {
		case Path:
			names = append(names, n[0].Name)
		case *logical:
			children = n.terms
		case *comparison:
			children = n.operands
		case *call:
			children = n.arguments
		}
		for _, child := range children {
			walk(child)
		}
	}
	walk(c.root)
	return names
}
