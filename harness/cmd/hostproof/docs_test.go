package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// PENDING: what the documentation shows and this command does not know yet. An
// entry that it knows fails TestPendingIsPending: take it off its list then, and
// the lists away with their last entry.
var (
	pendingFlags    []string // of run
	pendingCommands []string
)

// commandLine is one that the documentation shows.
type commandLine struct {
	page string
	args []string // after the command's name
}

func (c commandLine) String() string { return c.page + ": hostproof " + strings.Join(c.args, " ") }

// TestDocumentedCommandLinesParse: each is one that this command takes.
func TestDocumentedCommandLinesParse(t *testing.T) {
	all := documented(t)
	if len(all) < 40 {
		t.Errorf("only %d command lines were found", len(all))
	}
	t.Chdir(t.TempDir())
	if err := os.Mkdir("shards", 0o755); err != nil { // hostproof merge wants what it reads to be there
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range all {
		seen[c.args[0]] = true
		if c.isPending() {
			continue
		}
		if err := parses(c.args); err != "" {
			t.Errorf("%s\n%s", c, err)
		}
	}
	for _, command := range commandNames() {
		if !seen[command] {
			t.Errorf("no page shows hostproof %s", command)
		}
	}
}

func (c commandLine) isPending() bool {
	isFlag := func(arg string) bool { return slices.Contains(pendingFlags, arg) }
	return slices.Contains(pendingCommands, c.args[0]) || slices.ContainsFunc(c.args, isFlag)
}

func TestPendingIsPending(t *testing.T) {
	for _, flag := range pendingFlags {
		for _, value := range []string{"1", "/path"} {
			if parses([]string{"run", "--host", "vercel", flag, value, "--", "true"}) == "" {
				t.Errorf("hostproof run knows %s: take it off the list of what is pending", flag)
			}
		}
	}
	for _, command := range pendingCommands {
		if parses([]string{command}) == "" {
			t.Errorf("there is a hostproof %s: take it off the list of what is pending", command)
		}
	}
}

// TestParsesCanFail: what is wrong is seen.
func TestParsesCanFail(t *testing.T) {
	for _, args := range [][]string{
		{"rum"}, {"run", "--hots", "vercel", "--", "true"}, {"run", "--host", "vercel", "--prot", "1", "--", "true"},
		{"explain", "--secret"}, {"merge", "a"},
	} {
		if parses(args) == "" {
			t.Errorf("%q is taken for right", args)
		}
	}
}

// parses says what is wrong with a command line; empty for nothing. A flag of run
// or matrix that does not exist may be taken for the start of the program.
func parses(args []string) string {
	var c commands
	if _, err := parserOf(&c).Parse(args); err != nil {
		return err.Error()
	}
	for _, program := range [][]string{c.Run.Command, c.Matrix.Command} {
		if len(program) > 0 && program[0] != "--" && strings.HasPrefix(program[0], "-") {
			return "unknown flag " + program[0]
		}
	}
	return ""
}

// parserOf is the parser as run makes it: an option that run gives is given here,
// too.
func parserOf(c *commands) *kong.Kong {
	return kong.Must(c, append(grammar, kong.Name("hostproof"), kong.Exit(func(int) {}))...)
}

// commandNames are those that hostproof --help lists.
func commandNames() (names []string) {
	for _, node := range parserOf(&commands{}).Model.Children {
		if !node.Hidden {
			names = append(names, node.Name)
		}
	}
	return names
}

var (
	block  = regexp.MustCompile("(?s)```(\\w*)\n(.*?)```")
	inline = regexp.MustCompile("`(hostproof [^`]+)`")
)

// documented finds the command lines of the README and of harness/docs, in blocks
// of shell and between backquotes.
func documented(t *testing.T) (out []commandLine) {
	t.Helper()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../../../README.md") {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range block.FindAllStringSubmatch(string(data), -1) {
			out = append(out, commandsOf(t, page, script(m[1], m[2]))...)
		}
		prose := block.ReplaceAllString(string(data), "")
		for _, m := range inline.FindAllStringSubmatch(prose, -1) {
			out = append(out, commandsOf(t, page, m[1])...)
		}
	}
	return out
}

// script is what of a block a shell would run.
func script(language, text string) string {
	switch language {
	case "sh":
		return text
	case "console":
		var typed []string
		for line := range strings.SplitSeq(text, "\n") {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				typed = append(typed, command)
			}
		}
		return strings.Join(typed, "\n")
	}
	return ""
}

// commandsOf are the calls of hostproof in a script.
func commandsOf(t *testing.T, page, script string) (out []commandLine) {
	t.Helper()
	file, err := syntax.NewParser().Parse(strings.NewReader(script), page)
	if err != nil {
		t.Fatalf("%s: %v in\n%s", page, err, script)
	}
	empty := &expand.Config{Env: expand.FuncEnviron(func(string) string { return "" })}
	syntax.Walk(file, func(node syntax.Node) bool {
		call, ok := node.(*syntax.CallExpr)
		if !ok {
			return true
		}
		words, err := expand.Fields(empty, call.Args...)
		if err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		if args := argsOf(words); len(args) > 0 {
			out = append(out, commandLine{filepath.Base(page), args})
		}
		return true
	})
	return out
}

// argsOf are the arguments of a call of hostproof; nil for another.
func argsOf(words []string) []string {
	for _, name := range [][]string{{"hostproof"}, {"go", "run", "./harness/cmd/hostproof"}} {
		if len(words) >= len(name) && slices.Equal(words[:len(name)], name) {
			return words[len(name):]
		}
	}
	return nil
}
