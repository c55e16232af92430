package ddb

import (
	"strconv"
	"strings"
)

// Condition is a condition, filter or key condition.
type Condition struct {
	kind string
	root node
}

// node is a part of a condition: a test, or an operand of one.
type node interface{}

type (
	// A logical is AND, OR or NOT of tests.
	logical struct {
		operator string
		terms    []node
	}
	// A comparison is = <> < <= > >= BETWEEN or IN.
	comparison struct {
		operator string
		operands []node
	}
	// A call is a function with its arguments; size is an operand, the others
	// are tests.
	call struct {
		function  string
		arguments []node
	}
)

// Condition parses a ConditionExpression, FilterExpression or
// KeyConditionExpression, as kind says.
func (c *Context) Condition(kind, source string) (*Condition, error) {
	p := c.parser(kind, source)
	root := p.or()
	p.test(root)
	p.end()
	if err := p.err(); err != nil {
		return nil, err
	}
	return &Condition{kind, root}, nil
}

// or, and, not and comparison follow the precedence of operators. Each may
// return a bare operand, if nothing follows that makes a test of it: only then
// can a parenthesis hold either.
func (p *parser) or() node { return p.chain("OR", p.and) }

func (p *parser) and() node { return p.chain("AND", p.not) }

func (p *parser) chain(operator string, next func() node) node {
	first := next()
	if !p.peek().isKeyword(operator) {
		return first
	}
	p.test(first)
	terms := []node{first}
	for p.keyword(operator) {
		term := next()
		p.test(term)
		terms = append(terms, term)
	}
	return &logical{operator, terms}
}

func (p *parser) not() node {
	negations := 0
	for p.keyword("NOT") {
		negations++
	}
	n := p.comparison()
	for range negations {
		p.test(n)
		n = &logical{"NOT", []node{n}}
	}
	return n
}

func (p *parser) comparison() node {
	left := p.primary()
	switch t := p.peek(); {
	case t.kind == tokenSymbol && comparators[t.text] != nil:
		p.at++
		return p.compare(t.text, left, p.primary())
	case t.isKeyword("BETWEEN"):
		p.at++
		low := p.primary()
		if !p.keyword("AND") {
			p.syntax()
		}
		return p.compare("BETWEEN", left, low, p.primary())
	case t.isKeyword("IN"):
		p.at++
		return p.compare("IN", append([]node{left}, p.arguments()...)...)
	}
	return left
}

// primary is a parenthesis, a function, a value or a path.
func (p *parser) primary() node {
	switch t := p.peek(); {
	case p.accept("("):
		return p.parenthesis()
	case t.kind == tokenValueRef:
		return p.value()
	case t.kind == tokenName && p.tokens[p.at+1].text == "(" && !isOperatorWord(t):
		p.at++
		return p.call(t.text, p.arguments())
	default:
		return p.path()
	}
}

// parenthesis reads what follows an opening one. Two around the same thing are
// one too many for DynamoDB.
func (p *parser) parenthesis() node {
	opened := p.at - 1
	n := p.or()
	closed := p.at
	p.expect(")")
	if p.opened == opened+1 && p.closed == closed-1 {
		p.fail("The expression has redundant parentheses;")
	}
	p.opened, p.closed = opened, closed
	return n
}

func isOperatorWord(t token) bool {
	for _, word := range []string{"AND", "OR", "NOT", "BETWEEN", "IN"} {
		if t.isKeyword(word) {
			return true
		}
	}
	return false
}

// arguments are a list of operands in parentheses.
func (p *parser) arguments() []node {
	p.expect("(")
	list := []node{p.primary()}
	for p.accept(",") {
		list = append(list, p.primary())
	}
	p.expect(")")
	return list
}

// functions of conditions, with the number of their arguments.
var functions = map[string]int{
	"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2, "size": 1,
}

func (p *parser) call(name string, arguments []node) node {
	want, ok := functions[name]
	switch {
	case !ok:
		p.fail("Invalid function name; function: " + name)
	case want != len(arguments):
		p.fail("Incorrect number of operands for operator or function; operator or function: " + name +
			", number of operands: " + strconv.Itoa(len(arguments)))
	}
	p.operands(arguments)
	n := &call{name, arguments}
	if p.problem == nil {
		checks[name](p, n)
	}
	return n
}

// checks are what can be said of a function's arguments without an item.
var checks = map[string]func(*parser, *call){
	"attribute_exists":     (*parser).checkPath,
	"attribute_not_exists": (*parser).checkPath,
	"attribute_type":       (*parser).checkTypeName,
	"begins_with": func(p *parser, n *call) {
		p.checkTypes("operator or function: begins_with", n.arguments, String, Binary)
	},
	"contains": func(*parser, *call) {},
	"size": func(p *parser, n *call) {
		p.checkTypes("operator or function: size", n.arguments, String, Binary, StringSet, NumberSet, BinarySet, List,
			Map)
	},
}

func (p *parser) checkPath(n *call) {
	if _, ok := n.arguments[0].(Path); !ok {
		p.fail("Operator or function requires a document path; operator or function: " + n.function)
	}
}

const typeNames = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"

func (p *parser) checkTypeName(n *call) {
	v, ok := n.arguments[1].(Value)
	switch {
	case !ok:
		p.fail("Incorrect operand type for operator or function; operator or function: attribute_type, operand type: " +
			typeNames)
	case v.Type != String:
		p.fail("Incorrect operand type for operator or function; operator or function: attribute_type, operand type: " +
			string(v.Type))
	case decoders[Type(v.Text)] == nil:
		p.fail("Invalid attribute type name found; type: " + v.Text + ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
	}
}

// checkTypes refuses values of other types than those.
func (p *parser) checkTypes(operator string, operands []node, types ...Type) {
	for _, operand := range operands {
		t := Number // of size
		switch v := operand.(type) {
		case Path:
			continue
		case Value:
			t = v.Type
		}
		if !contains(types, t) {
			p.fail("Incorrect operand type for operator or function; " + operator + ", operand type: " + string(t))
		}
	}
}

func contains(types []Type, t Type) bool {
	for _, x := range types {
		if x == t {
			return true
		}
	}
	return false
}

// operands refuses tests where values are wanted.
func (p *parser) operands(list []node) {
	for _, n := range list {
		switch n := n.(type) {
		case *call:
			if n.function != "size" {
				p.fail("The function is not allowed to be used this way in an expression; function: " + n.function)
			}
		case *logical, *comparison:
			p.syntax()
		}
	}
}

// test refuses an operand where a test is wanted.
func (p *parser) test(n node) {
	switch n := n.(type) {
	case Value, Path:
		p.syntax()
	case *call:
		if n.function == "size" {
			p.fail("The function is not allowed to be used this way in an expression; function: size")
		}
	}
}

func (p *parser) compare(operator string, operands ...node) node {
	p.operands(operands)
	switch operator {
	case "<", "<=", ">", ">=":
		p.checkTypes("operator: "+operator, operands, String, Number, Binary)
	case "BETWEEN":
		p.checkTypes("operator: BETWEEN", operands, String, Number, Binary)
		p.checkBounds(operands[1], operands[2])
	}
	if a, ok := operands[0].(Path); ok && len(operands) == 2 {
		if b, ok := operands[1].(Path); ok && a.String() == b.String() {
			p.fail("The first operand must be distinct from the remaining operands for this operator or " +
				"function; operator: " +
				operator + ", first operand: " + a.String())
		}
	}
	return &comparison{operator, operands}
}

func (p *parser) checkBounds(low, high node) {
	a, ok := low.(Value)
	b, ok2 := high.(Value)
	if !ok || !ok2 || p.problem != nil {
		return
	}
	bounds := "; lower bound operand: AttributeValue: {" + string(a.Type) + ":" + a.Text +
		"}, upper bound operand: AttributeValue: {" + string(b.Type) + ":" + b.Text + "}"
	order, alike := a.Compare(b)
	switch {
	case !alike:
		p.fail("The BETWEEN operator requires same data type for lower and upper bounds" + bounds)
	case order > 0:
		p.fail("The BETWEEN operator requires upper bound to be greater than or equal to lower bound" + bounds)
	}
}

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
