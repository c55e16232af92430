package mutation

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// edit is a change of a file's text: what stands between two offsets, and what
// stands there with the bug.
type edit struct {
	kind     string
	from, to int
	text     string
}

// turned are the operators that a bug may have put in an other's place.
var turned = map[token.Token]struct {
	by   token.Token
	kind string
}{
	token.LSS:  {token.LEQ, "boundary"},
	token.LEQ:  {token.LSS, "boundary"},
	token.GTR:  {token.GEQ, "boundary"},
	token.GEQ:  {token.GTR, "boundary"},
	token.LAND: {token.LOR, "and-or"},
	token.LOR:  {token.LAND, "and-or"},
	token.EQL:  {token.NEQ, "equal"},
	token.NEQ:  {token.EQL, "equal"},
}

// sites finds the changes that can be made to a Go file. Not all of them compile.
type sites struct {
	file  *token.File
	src   []byte
	edits []edit
}

// goSites are the changes of a parsed file.
func goSites(fset *token.FileSet, f *ast.File, src []byte) []edit {
	s := &sites{file: fset.File(f.Pos()), src: src}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.IMPORT {
			ast.Inspect(d, s.visit)
		}
	}
	return s.edits
}

func (s *sites) offset(p token.Pos) int { return s.file.Offset(p) }

func (s *sites) add(kind string, from, to token.Pos, text string) {
	s.edits = append(s.edits, edit{kind, s.offset(from), s.offset(to), text})
}

func (s *sites) negate(cond ast.Expr) {
	if cond != nil {
		s.add("negate", cond.Pos(), cond.End(), "!("+string(s.src[s.offset(cond.Pos()):s.offset(cond.End())])+")")
	}
}

// visit adds the changes of one node; false where nothing below it is to change.
func (s *sites) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IfStmt:
		s.negate(n.Cond)
		if n.Else == nil && n.Init == nil {
			s.add("remove", n.Pos(), n.End(), "")
		}
	case *ast.ForStmt:
		s.negate(n.Cond)
	case *ast.BinaryExpr:
		if by, ok := turned[n.Op]; ok {
			s.add(by.kind, n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), by.by.String())
		}
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			s.add("remove", n.Pos(), n.End(), "")
		}
	case *ast.ExprStmt, *ast.IncDecStmt, *ast.DeferStmt, *ast.BranchStmt:
		s.add("remove", n.Pos(), n.End(), "")
	case *ast.SwitchStmt:
		s.cases(n.Body, n.Tag == nil)
	case *ast.TypeSwitchStmt:
		s.cases(n.Body, false)
	case *ast.CompositeLit:
		s.rows(n.Elts)
	case *ast.Field:
		return n.Tag == nil // a tag is no string of the program
	case *ast.BasicLit:
		s.constant(n)
	case *ast.CallExpr:
		return !says(n)
	case *ast.ReturnStmt:
		return !fails(n)
	case *ast.KeyValueExpr:
		key, ok := n.Key.(*ast.Ident)
		return !ok || key.Name != "Source"
	case *ast.ValueSpec:
		return !names(n.Names[0].Name)
	}
	return true
}

// cases removes the cases of a switch, and negates conditions.
func (s *sites) cases(body *ast.BlockStmt, conditions bool) {
	for _, stmt := range body.List {
		c := stmt.(*ast.CaseClause)
		if c.List == nil {
			continue
		}
		s.add("case", c.Pos(), c.End(), "")
		s.rows(c.List)
		if conditions && len(c.List) == 1 {
			s.negate(c.List[0])
		}
	}
}

// rows removes one of the elements of a list, with the comma behind it.
func (s *sites) rows(elements []ast.Expr) {
	if len(elements) < 2 {
		return
	}
	for i, e := range elements {
		if i+1 < len(elements) {
			s.add("row", e.Pos(), elements[i+1].Pos(), "")
		} else {
			s.add("row", elements[i-1].End(), e.End(), "")
		}
	}
}

// constant changes a number or a string that is not the text of a message.
func (s *sites) constant(lit *ast.BasicLit) {
	switch lit.Kind {
	case token.INT:
		if n, err := strconv.ParseInt(lit.Value, 0, 64); err == nil {
			s.add("number", lit.Pos(), lit.End(), strconv.FormatInt(n+1, 10))
		}
	case token.STRING:
		text, err := strconv.Unquote(lit.Value)
		if err == nil && strings.Count(text, " ") < 2 && !issue.MatchString(text) {
			s.add("string", lit.Pos(), lit.End(), strconv.Quote(text+"x"))
		}
	}
}

// issue is where something is known from, "owner/repository#12": words for readers.
var issue = regexp.MustCompile(`^[\w.-]+/[\w.-]+#\d+$`)

// names reports whether a value with this name is where something is known from: words
// for readers.
func names(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "source") || strings.HasPrefix(strings.ToLower(name), "doc")
}

// fails reports whether an error is returned with results that have no value, such as
// return "", err: nobody reads them, so they may be any.
func fails(n *ast.ReturnStmt) bool {
	if len(n.Results) < 2 {
		return false
	}
	last, isError := n.Results[len(n.Results)-1].(*ast.Ident)
	if !isError || last.Name != "err" {
		return false
	}
	for _, r := range n.Results[:len(n.Results)-1] {
		switch r := r.(type) {
		case *ast.BasicLit:
			if r.Value != `""` && r.Value != "0" {
				return false
			}
		case *ast.Ident: // nil, false
		default:
			return false
		}
	}
	return true
}

// says reports whether a call's arguments are a message, whose text may be any.
func says(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		of, ok := f.X.(*ast.Ident)
		return ok && (of.Name == "fmt" || of.Name == "errors" && f.Sel.Name == "New")
	case *ast.Ident:
		return f.Name == "panic"
	}
	return false
}
