package ddb

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Context is what the expressions of one request share: the names and values
// that stand for #name and :value. Every one of them must be used.
type Context struct {
	names      map[string]string
	values     map[string]Value
	usedNames  map[string]bool
	usedValues map[string]bool
}

// NewContext takes ExpressionAttributeNames and ExpressionAttributeValues; nil
// means that the request has none.
func NewContext(names map[string]string, values map[string]Value) (*Context, error) {
	c := &Context{names: names, values: values, usedNames: map[string]bool{}, usedValues: map[string]bool{}}
	if names != nil && len(names) == 0 {
		return nil, fail("ExpressionAttributeNames must not be empty")
	}
	if values != nil && len(values) == 0 {
		return nil, fail("ExpressionAttributeValues must not be empty")
	}
	for _, key := range slices.Sorted(maps.Keys(names)) {
		if !isReference(key, '#') {
			return nil, fail("ExpressionAttributeNames contains invalid key: Syntax error; key: \"%s\"", key)
		}
		if names[key] == "" {
			return nil,
				fail("ExpressionAttributeNames contains invalid value: Attribute name must not be empty for key %s",
					key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if !isReference(key, ':') {
			return nil, fail("ExpressionAttributeValues contains invalid key: Syntax error; key: \"%s\"", key)
		}
	}
	return c, nil
}

func isReference(key string, mark byte) bool {
	return len(key) > 1 && key[0] == mark && wordLength(key[1:]) == len(key)-1
}

// Unused says which names or values no expression used, if any.
func (c *Context) Unused() error {
	if keys := unused(c.names, c.usedNames); keys != "" {
		return fail("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", keys)
	}
	if keys := unused(c.values, c.usedValues); keys != "" {
		return fail("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", keys)
	}
	return nil
}

func unused[V any](all map[string]V, used map[string]bool) string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !used[key] {
			keys = append(keys, key)
		}
	}
	return strings.Join(keys, ", ")
}

// Path leads to an attribute, or to something inside one.
type Path []Step

// Step is a name, or an index into a list where the name is empty.
type Step struct {
	Name  string
	Index int
}

func (p Path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.Name
		if s.Name == "" {
			parts[i] = "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// get follows the path through an item.
func (p Path) get(item Item) (Value, bool) {
	v, ok := Value{Type: Map, Map: item}, true
	for _, s := range p {
		switch {
		case s.Name != "" && v.Type == Map:
			v, ok = v.Map[s.Name]
		case s.Name == "" && v.Type == List && s.Index < len(v.List):
			v = v.List[s.Index]
		default:
			ok = false
		}
		if !ok {
			return Value{}, false
		}
	}
	return v, true
}

// parser reads one expression. The first problem is kept; what follows it does
// not matter.
type parser struct {
	context *Context
	kind    string // "ConditionExpression"
	source  string
	tokens  []token
	at      int
	problem *Error
	// opened and closed are where the last parenthesis that was read stands.
	opened, closed int
}

func (c *Context) parser(kind, source string) *parser {
	p := &parser{context: c, kind: kind, source: source, opened: -1}
	switch {
	case strings.Trim(source, " \t\r\n") == "":
		p.fail("The expression can not be empty;")
	case len(source) > maxExpression:
		p.fail("Expression size has exceeded the maximum allowed size; expression size: " + strconv.Itoa(len(source)))
	default:
		p.tokens = lex(source)
	}
	if p.problem != nil {
		p.tokens = []token{{kind: tokenEnd}}
	}
	return p
}

// fail keeps a problem, unless there is one already.
func (p *parser) fail(text string) {
	if p.problem == nil {
		p.problem = fail("Invalid %s: %s", p.kind, text)
	}
}

// err is the problem as an error.
func (p *parser) err() error {
	if p.problem == nil {
		return nil
	}
	return p.problem
}

// peek is the next token; after a problem there are no more.
func (p *parser) peek() token {
	if p.problem != nil {
		return token{kind: tokenEnd}
	}
	return p.tokens[p.at]
}

func (p *parser) next() token {
	t := p.peek()
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// syntax complains about the next token, with its neighbours.
func (p *parser) syntax() {
	if p.problem != nil {
		return
	}
	from, to := max(p.at-1, 0), min(p.at+1, len(p.tokens)-1)
	near := p.source[p.tokens[from].start:p.tokens[to].end]
	p.fail(`Syntax error; token: "` + p.tokens[p.at].text + `", near: "` + near + `"`)
}

// accept takes a symbol if it comes next.
func (p *parser) accept(symbol string) bool {
	if t := p.peek(); t.kind != tokenSymbol || t.text != symbol {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(symbol string) {
	if !p.accept(symbol) {
		p.syntax()
	}
}

// keyword takes a keyword if it comes next.
func (p *parser) keyword(word string) bool {
	if !p.peek().isKeyword(word) {
		return false
	}
	p.at++
	return true
}

func (p *parser) end() {
	if p.peek().kind != tokenEnd {
		p.syntax()
	}
}

// path reads name, #name, then .name, .#name and [index].
func (p *parser) path() Path {
	path := Path{p.step()}
	for p.problem == nil {
		switch {
		case p.accept("."):
			path = append(path, p.step())
		case p.accept("["):
			t := p.next()
			index, err := strconv.Atoi(t.text)
			if t.kind != tokenNumber || err != nil {
				p.at = max(p.at-1, 0)
				p.syntax()
				return path
			}
			p.expect("]")
			path = append(path, Step{Index: index})
		default:
			return path
		}
	}
	return path
}

func (p *parser) step() Step {
	switch t := p.peek(); t.kind {
	case tokenName:
		if isReserved(t.text) {
			p.fail("Attribute name is a reserved keyword; reserved keyword: " + t.text)
		}
		p.at++
		return Step{Name: t.text}
	case tokenNameRef:
		p.at++
		name, ok := p.context.names[t.text]
		if !ok {
			p.fail("An expression attribute name used in the document path is not defined; attribute name: " + t.text)
		}
		p.context.usedNames[t.text] = true
		return Step{Name: name}
	}
	p.syntax()
	return Step{Name: "?"}
}

// value reads :value.
func (p *parser) value() Value {
	t := p.peek()
	if t.kind != tokenValueRef {
		p.syntax()
		return Value{}
	}
	p.at++
	v, ok := p.context.values[t.text]
	if !ok {
		p.fail("An expression attribute value used in expression is not defined; attribute value: " + t.text)
	}
	p.context.usedValues[t.text] = true
	return v
}

// checkOverlap: no path may be another one or lead through it, nor take for a
// list what another takes for a map.
func (p *parser) checkOverlap(paths []Path) {
	for i, a := range paths {
		for _, b := range paths[:i] {
			if clash := clashOf(b, a); clash != "" {
				p.fail("Two document paths " + clash +
					" with each other; must remove or rewrite one of these paths; path one: " +
					b.String() + ", path two: " + a.String())
				return
			}
		}
	}
}

func clashOf(a, b Path) string {
	for i := range min(len(a), len(b)) {
		if (a[i].Name == "") != (b[i].Name == "") {
			return "conflict"
		}
		if a[i] != b[i] {
			return ""
		}
	}
	return "overlap"
}
