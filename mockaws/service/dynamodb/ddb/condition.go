package ddb

import (
	"strconv"
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
