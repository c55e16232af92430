package measure

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Width is the widest line that the house's style allows, in columns.
const Width = 120

// tab is how many columns a tab takes.
const tab = 4

// Lines is what Go files look like, line by line.
type Lines struct {
	// Files and All count files and their lines.
	Files, All int
	// Wide counts the lines of more than Width columns, where a tab takes four.
	Wide int
	// Functions counts functions with a body; Long the ones of more than 60 lines.
	Functions, Long int
	// Tokens are in functions, on FunctionLines lines that are not blank.
	Tokens, FunctionLines int
}

// TokensALine is how much a line inside a function carries.
func (l Lines) TokensALine() float64 {
	if l.FunctionLines == 0 {
		return 0
	}
	return float64(l.Tokens) / float64(l.FunctionLines)
}

// LinesOf measures the Go files below a directory: either the tests, or the others.
func LinesOf(root string, tests bool) (Lines, error) {
	var all Lines
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && skipped(d.Name()):
			return filepath.SkipDir
		case d.IsDir(), filepath.Ext(path) != ".go", strings.HasSuffix(path, "_test.go") != tests:
			return nil
		}
		return all.add(path)
	})
	return all, err
}

// skipped says of a directory that its files are not code of the module.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains([]string{"testdata", "node_modules", "subjects"}, name)
}

func (l *Lines) add(path string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	l.Files++
	for line := range bytes.Lines(source) {
		l.All++
		if columns(bytes.TrimRight(line, "\r\n")) > Width {
			l.Wide++
		}
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
			l.function(source[files.Position(f.Pos()).Offset:files.Position(f.End()).Offset])
		}
	}
	return nil
}

func (l *Lines) function(source []byte) {
	l.Functions++
	lines := 0
	for line := range bytes.Lines(source) {
		lines++
		if len(bytes.TrimSpace(line)) > 0 {
			l.FunctionLines++
		}
	}
	if lines > 60 {
		l.Long++
	}
	l.Tokens += tokens(source)
}

// tokens counts tokens as they are written: no comment, and no semicolon that the
// scanner puts in at the end of a line.
func tokens(source []byte) int {
	files := token.NewFileSet()
	var s scanner.Scanner
	s.Init(files.AddFile("", files.Base(), len(source)), source, nil, 0)
	n := 0
	for {
		_, tok, text := s.Scan()
		switch {
		case tok == token.EOF:
			return n
		case tok == token.SEMICOLON && text == "\n":
		default:
			n++
		}
	}
}

func columns(line []byte) int {
	return utf8.RuneCount(line) + (tab-1)*bytes.Count(line, []byte("\t"))
}
