package ddb

import (
	"maps"
	"slices"
)

// Projection is the part of an item that a reader wants; nil is all of it.
type Projection struct{ root *branch }

// branch is what is wanted of a value: all of it, or some of its members or
// elements.
type branch struct {
	all      bool
	names    map[string]*branch
	elements map[int]*branch
}

// Projection parses a ProjectionExpression.
func (c *Context) Projection(source string) (*Projection, error) {
	p := c.parser("ProjectionExpression", source)
	paths := []Path{p.path()}
	for p.accept(",") {
		paths = append(paths, p.path())
	}
	p.end()
	p.checkOverlap(paths)
	if err := p.err(); err != nil {
		return nil, err
	}
	return project(paths), nil
}

// Attributes is the projection to whole top-level attributes.
func Attributes(names ...string) *Projection {
	paths := make([]Path, len(names))
	for i, name := range names {
		paths[i] = Path{{Name: name}}
	}
	return project(paths)
}

func project(paths []Path) *Projection {
	root := &branch{}
	for _, path := range paths {
		b := root
		for _, s := range path {
			b = b.step(s)
		}
		b.all = true
	}
	return &Projection{root}
}

func (b *branch) step(s Step) *branch {
	if s.Name == "" {
		if b.elements == nil {
			b.elements = map[int]*branch{}
		}
		if b.elements[s.Index] == nil {
			b.elements[s.Index] = &branch{}
		}
		return b.elements[s.Index]
	}
	if b.names == nil {
		b.names = map[string]*branch{}
	}
	if b.names[s.Name] == nil {
		b.names[s.Name] = &branch{}
	}
	return b.names[s.Name]
}

// Apply is the item with only what the projection wants.
func (p *Projection) Apply(item Item) Item {
	if p == nil {
		return item
	}
	return p.root.members(item)
}

func (b *branch) members(item Item) Item {
	out := Item{}
	for name, child := range b.names {
		if v, ok := item[name]; ok {
			if part, ok := child.of(v); ok {
				out[name] = part
			}
		}
	}
	return out
}

// of is the wanted part of a value; ok is false if it has none. The elements
// that are wanted of a list close ranks.
func (b *branch) of(v Value) (part Value, ok bool) {
	switch {
	case b.all:
		return v, true
	case v.Type == Map && b.names != nil:
		members := b.members(v.Map)
		return Value{Type: Map, Map: members}, len(members) > 0
	case v.Type == List && b.elements != nil:
		out := Value{Type: List}
		for _, i := range slices.Sorted(maps.Keys(b.elements)) {
			if i < len(v.List) {
				if element, ok := b.elements[i].of(v.List[i]); ok {
					out.List = append(out.List, element)
				}
			}
		}
		return out, len(out.List) > 0
	}
	return Value{}, false
}
