package ddb

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Update is a parsed UpdateExpression.
type Update struct {
	actions []action
}

// action is one of SET path = operand, REMOVE path, ADD path value and DELETE
// path value.
type action struct {
	section string
	path    Path
	operand operand // of SET
	value   Value   // of ADD and DELETE
}

// operand is what SET assigns: a value, a path, or something computed of them.
type operand interface {
	of(item Item) (Value, error)
}

type (
	valueOperand Value
	pathOperand  Path
	ifNotExists  struct {
		path     Path
		fallback operand
	}
	listAppend struct{ first, second operand }
	arithmetic struct {
		subtract    bool
		left, right operand
	}
)

var sections = []string{"SET", "REMOVE", "ADD", "DELETE"}

// Update parses an UpdateExpression.
func (c *Context) Update(source string) (*Update, error) {
	p := c.parser("UpdateExpression", source)
	u := &Update{}
	seen := map[string]bool{}
	for p.peek().kind != tokenEnd {
		section := p.section()
		if seen[section] {
			p.fail(`The "` + section + `" section can only be used once in an update expression;`)
		}
		seen[section] = true
		for {
			u.actions = append(u.actions, p.action(section))
			if !p.accept(",") {
				break
			}
		}
	}
	paths := make([]Path, len(u.actions))
	for i, a := range u.actions {
		paths[i] = a.path
	}
	p.checkOverlap(paths)
	if err := p.err(); err != nil {
		return nil, err
	}
	return u, nil
}

func (p *parser) section() string {
	for _, s := range sections {
		if p.keyword(s) {
			return s
		}
	}
	p.syntax()
	return ""
}

func (p *parser) action(section string) action {
	a := action{section: section, path: p.path()}
	switch section {
	case "SET":
		p.expect("=")
		a.operand = p.sum()
	case "ADD":
		a.value = p.value()
		p.checkUpdateType(section, a.value, Number, StringSet, NumberSet, BinarySet)
	case "DELETE":
		a.value = p.value()
		p.checkUpdateType(section, a.value, StringSet, NumberSet, BinarySet)
	}
	return a
}

// longNames are how ADD and DELETE call a type that they do not take.
var longNames = map[Type]string{String: "STRING", Number: "NUMBER", Binary: "BINARY", Null: "NULL", Bool: "BOOLEAN",
	List: "LIST", Map: "MAP"}

func (p *parser) checkUpdateType(operator string, v Value, types ...Type) {
	if p.problem == nil && !contains(types, v.Type) {
		p.fail("Incorrect operand type for operator or function; operator: " + operator + ", operand type: " +
			longNames[v.Type])
	}
}

// sum is an operand, or two with + or - between them.
func (p *parser) sum() operand {
	left := p.operand()
	for _, sign := range []string{"+", "-"} {
		if p.accept(sign) {
			right := p.operand()
			p.checkOperand(sign, left, Number)
			p.checkOperand(sign, right, Number)
			return arithmetic{sign == "-", left, right}
		}
	}
	return left
}

func (p *parser) operand() operand {
	switch t := p.peek(); {
	case p.accept("("):
		inner := p.sum()
		p.expect(")")
		return inner
	case t.kind == tokenValueRef:
		return valueOperand(p.value())
	case t.kind == tokenName && p.tokens[p.at+1].text == "(":
		p.at++
		return p.updateFunction(t.text)
	default:
		return pathOperand(p.path())
	}
}

func (p *parser) updateFunction(name string) operand {
	p.expect("(")
	arguments := []operand{p.operand()}
	for p.accept(",") {
		arguments = append(arguments, p.operand())
	}
	p.expect(")")
	if name != "if_not_exists" && name != "list_append" {
		p.fail("Invalid function name; function: " + name)
		return valueOperand{}
	}
	if len(arguments) != 2 {
		p.fail("Incorrect number of operands for operator or function; operator or function: " + name +
			", number of operands: " + strconv.Itoa(len(arguments)))
		return valueOperand{}
	}
	if name == "list_append" {
		p.checkOperand(name, arguments[0], List)
		p.checkOperand(name, arguments[1], List)
		return listAppend{arguments[0], arguments[1]}
	}
	path, ok := arguments[0].(pathOperand)
	if !ok {
		p.fail("Operator or function requires a document path; operator or function: " + name)
	}
	return ifNotExists{Path(path), arguments[1]}
}

// checkOperand refuses a value of another type than the one wanted.
func (p *parser) checkOperand(operator string, o operand, want Type) {
	if v, ok := o.(valueOperand); ok && p.problem == nil && v.Type != want {
		p.fail("Incorrect operand type for operator or function; operator or function: " + operator +
			", operand type: " +
			string(v.Type))
	}
}

var (
	errOperandType = fail("An operand in the update expression has an incorrect data type")
	errNoAttribute = fail("The provided expression refers to an attribute that does not exist in the item")
	errDepth       = fail("Nesting Levels have exceeded supported limits: Attributes Nested Levels Cannot exceed %d",
		maxDepth)
	errUpdatePath = fail("The document path provided in the update expression is invalid for update")
)

// MaxItem is the largest size of an item, in bytes
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
const MaxItem = 400 << 10

// ErrItemSize is the answer to an update that makes an item larger than that.
var ErrItemSize = fail("Item size to update has exceeded the maximum allowed size")

func (o valueOperand) of(Item) (Value, error) { return Value(o), nil }

func (o pathOperand) of(item Item) (Value, error) {
	if v, ok := Path(o).get(item); ok {
		return v, nil
	}
	return Value{}, errNoAttribute
}

func (o ifNotExists) of(item Item) (Value, error) {
	if v, ok := o.path.get(item); ok {
		return v, nil
	}
	return o.fallback.of(item)
}

func (o listAppend) of(item Item) (Value, error) {
	a, err := o.first.of(item)
	if err != nil {
		return Value{}, err
	}
	b, err := o.second.of(item)
	if err != nil {
		return Value{}, err
	}
	if a.Type != List || b.Type != List {
		return Value{}, errOperandType
	}
	return Value{Type: List, List: slices.Concat(a.List, b.List)}, nil
}

func (o arithmetic) of(item Item) (Value, error) {
	a, err := o.left.of(item)
	if err != nil {
		return Value{}, err
	}
	b, err := o.right.of(item)
	if err != nil {
		return Value{}, err
	}
	if a.Type != Number || b.Type != Number {
		return Value{}, errOperandType
	}
	sum, err := addNumbers(a.Text, b.Text, o.subtract)
	return Value{Type: Number, Text: sum}, err
}

// Paths is the projection to what the update changes.
func (u *Update) Paths() *Projection {
	paths := make([]Path, len(u.actions))
	for i, a := range u.actions {
		paths[i] = a.path
	}
	return project(paths)
}

// Attributes are the names of the top-level attributes that the update changes.
func (u *Update) Attributes() []string {
	names := make([]string, len(u.actions))
	for i, a := range u.actions {
		names[i] = a.path[0].Name
	}
	return names
}

// Apply is the item after the update; the item itself is left as it is. Every
// operand is read from the item as it was before.
func (u *Update) Apply(item Item) (Item, error) {
	out := item.Clone()
	var removed []Path
	size := 0
	for _, a := range u.actions {
		v, ok, err := a.result(item)
		if size += v.Size(); size > MaxItem {
			return nil, ErrItemSize // no path is inside another, so the item has them all
		}
		if err == nil && v.depth() > maxDepth-len(a.path)+1 {
			err = errDepth
		}
		if err == nil && ok {
			err = set(out, a.path, v.clone())
		}
		if err != nil {
			return nil, err
		}
		if !ok {
			removed = append(removed, a.path)
		}
	}
	// From the end of lists: the indices are those of before.
	slices.SortFunc(removed, func(a, b Path) int { return slices.CompareFunc(b, a, compareSteps) })
	for _, path := range removed {
		if err := remove(out, path); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// result is the value that an action leaves at its path; ok is false where it
// leaves none.
func (a *action) result(item Item) (v Value, ok bool, err error) {
	switch a.section {
	case "SET":
		v, err = a.operand.of(item)
		return v, true, err
	case "REMOVE":
		return Value{}, false, nil
	}
	return a.combined(item)
}

func compareSteps(a, b Step) int {
	if c := strings.Compare(a.Name, b.Name); c != 0 {
		return c
	}
	return cmp.Compare(a.Index, b.Index)
}

// combined is what ADD or DELETE makes of the value before; ok is false where
// nothing is left of it.
func (a *action) combined(item Item) (v Value, ok bool, err error) {
	old, exists := a.path.get(item)
	switch {
	case !exists:
		return a.value, a.section == "ADD", nil
	case old.Type != a.value.Type:
		return Value{}, false, errOperandType
	case old.Type == Number:
		sum, err := addNumbers(old.Text, a.value.Text, false)
		return Value{Type: Number, Text: sum}, true, err
	}
	v.Type = old.Type
	if a.section == "ADD" {
		v.Set = slices.Concat(old.Set, a.value.Set)
		sortSet(v.Type, v.Set)
		v.Set = slices.Compact(v.Set)
		return v, true, nil
	}
	leaving := make(map[string]bool, len(a.value.Set))
	for _, element := range a.value.Set {
		leaving[element] = true
	}
	for _, element := range old.Set {
		if !leaving[element] {
			v.Set = append(v.Set, element)
		}
	}
	return v, len(v.Set) > 0, nil // there are no empty sets
}

// set puts a value at a path whose last step may be new. An index after the end
// of a list appends.
func set(item Item, path Path, v Value) error {
	last := path[len(path)-1]
	if len(path) == 1 {
		item[last.Name] = v
		return nil
	}
	return inside(item, path, func(parent Value) (Value, error) {
		switch {
		case last.Name != "" && parent.Type == Map:
			parent.Map[last.Name] = v
		case last.Name == "" && parent.Type == List && last.Index < len(parent.List):
			parent.List[last.Index] = v
		case last.Name == "" && parent.Type == List:
			parent.List = append(parent.List, v)
		default:
			return parent, errUpdatePath
		}
		return parent, nil
	})
}

// remove takes away what is at a path; nothing there is no mistake, unless the
// way to it is missing.
func remove(item Item, path Path) error {
	last := path[len(path)-1]
	if len(path) == 1 {
		delete(item, last.Name)
		return nil
	}
	return inside(item, path, func(parent Value) (Value, error) {
		switch {
		case last.Name != "" && parent.Type == Map:
			delete(parent.Map, last.Name)
		case last.Name == "" && parent.Type == List && last.Index < len(parent.List):
			parent.List = slices.Delete(parent.List, last.Index, last.Index+1)
		case last.Name == "" && parent.Type == List:
		default:
			return parent, errUpdatePath
		}
		return parent, nil
	})
}

// inside changes the value that holds the last step of a path.
func inside(item Item, path Path, change func(parent Value) (Value, error)) error {
	head := path[0]
	v, ok := item[head.Name]
	if !ok {
		return errUpdatePath
	}
	changed, err := v.inside(path[1:], change)
	if err != nil {
		return err
	}
	item[head.Name] = changed
	return nil
}

func (v Value) inside(path Path, change func(parent Value) (Value, error)) (Value, error) {
	if len(path) == 1 {
		return change(v)
	}
	s := path[0]
	switch {
	case s.Name != "" && v.Type == Map:
		member, ok := v.Map[s.Name]
		if !ok {
			return v, errUpdatePath
		}
		changed, err := member.inside(path[1:], change)
		if err == nil {
			v.Map[s.Name] = changed
		}
		return v, err
	case s.Name == "" && v.Type == List && s.Index < len(v.List):
		changed, err := v.List[s.Index].inside(path[1:], change)
		if err == nil {
			v.List[s.Index] = changed
		}
		return v, err
	}
	return v, errUpdatePath
}

// String names the sections that the update has.
func (u *Update) String() string {
	var names []string
	for _, s := range sections {
		if slices.ContainsFunc(u.actions, func(a action) bool { return a.section == s }) {
			names = append(names, s)
		}
	}
	return strings.Join(names, " ")
}
