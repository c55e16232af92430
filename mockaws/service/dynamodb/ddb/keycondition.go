package ddb

// KeyTerm is one comparison of a KeyConditionExpression: an attribute, an
// operator (= < <= > >= BETWEEN begins_with) and its values.
type KeyTerm struct {
	Attribute string
	Operator  string
	Values    []Value
}

// KeyTerms are the comparisons that a KeyConditionExpression joins by AND.
func (c *Condition) KeyTerms() ([]KeyTerm, error) {
	parts := []node{c.root}
	if l, ok := c.root.(*logical); ok && l.operator == "AND" {
		parts = l.terms
	}
	var terms []KeyTerm
	for _, part := range parts {
		if l, ok := part.(*logical); ok && l.operator == "AND" { // (a AND b)
			nested, err := (&Condition{c.kind, l}).KeyTerms()
			if err != nil {
				return nil, err
			}
			terms = append(terms, nested...)
			continue
		}
		term, err := keyTerm(part)
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
	}
	for i, a := range terms {
		for _, b := range terms[:i] {
			if a.Attribute == b.Attribute {
				return nil, fail("KeyConditionExpressions must only contain one condition per key")
			}
		}
	}
	return terms, nil
}

func keyTerm(n node) (KeyTerm, error) {
	operator, operands := "", []node(nil)
	switch n := n.(type) {
	case *logical:
		return KeyTerm{}, fail("Invalid operator used in KeyConditionExpression: %s", n.operator)
	case *comparison:
		operator, operands = n.operator, n.operands
	case *call:
		operator, operands = n.function, n.arguments
	}
	switch operator {
	case "<>", "IN", "attribute_exists", "attribute_not_exists", "attribute_type", "contains":
		return KeyTerm{}, fail("Invalid operator used in KeyConditionExpression: %s", operator)
	}
	path, ok := operands[0].(Path)
	if !ok || len(path) != 1 {
		return KeyTerm{}, fail("Query key condition not supported")
	}
	term := KeyTerm{Attribute: path[0].Name, Operator: operator}
	for _, operand := range operands[1:] {
		v, ok := operand.(Value)
		if !ok {
			return KeyTerm{}, fail("Query key condition not supported")
		}
		term.Values = append(term.Values, v)
	}
	return term, nil
}

// Match reports whether a key attribute meets the comparison.
func (t *KeyTerm) Match(v Value) bool {
	item := Item{t.Attribute: v}
	operands := []node{Path{{Name: t.Attribute}}}
	for _, value := range t.Values {
		operands = append(operands, value)
	}
	if t.Operator == "begins_with" {
		return tests[t.Operator](operands, item)
	}
	return (&comparison{t.Operator, operands}).holds(item)
}
