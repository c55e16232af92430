package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/alecthomas/kong"
	mangokong "github.com/alecthomas/mango-kong"
	"github.com/muesli/roff"
	"github.com/posener/complete"
	"github.com/willabides/kongplete"

	"github.com/hostproof/hostproof/fixtures"
)

// completionVariable is where a shell puts the line that is to be completed. The
// command then prints words and does nothing else.
const completionVariable = "COMP_LINE"

// completes answers a shell that asks for completions, and says whether it did.
func completes(parser *kong.Kong, errOut io.Writer) bool {
	if os.Getenv(completionVariable) == "" {
		return false
	}
	kongplete.Complete(parser,
		kongplete.WithPredictor("host", complete.PredictFunc(hostNames)),
		kongplete.WithPredictor("file", complete.PredictFiles("*")),
		kongplete.WithExitFunc(func(int) {}),
		kongplete.WithErrorHandler(func(err error) { fmt.Fprintln(errOut, "hostproof: "+err.Error()) }))
	return true
}

func hostNames(complete.Args) (names []string) {
	for _, h := range fixtures.Builtin().Hosts() {
		names = append(names, h.Name)
	}
	return names
}

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish,powershell" help:"bash, zsh, fish or powershell."`
}

// scripts have a shell ask the command for completions.
var scripts = map[string]string{
	"bash": "complete -o default -C hostproof hostproof\n",
	"zsh": "#compdef hostproof\n" +
		"autoload -U +X bashcompinit && bashcompinit\ncomplete -o default -C hostproof hostproof\n",
	"fish": `function __complete_hostproof
    set -lx COMP_LINE (commandline -cp)
    test -z (commandline -ct)
    and set COMP_LINE "$COMP_LINE "
    hostproof
end
complete -c hostproof -a "(__complete_hostproof)"
`,
	"powershell": `Register-ArgumentCompleter -Native -CommandName hostproof -ScriptBlock {
    param($word, $line, $cursor)
    $env:COMP_LINE = $line.ToString().PadRight($cursor)
    try { hostproof | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) } }
    finally { Remove-Item Env:COMP_LINE }
}
`,
}

// Run prints the script.
func (c *completionCommand) Run(s *streams) error {
	_, err := io.WriteString(s.out, scripts[c.Shell])
	return err
}

type manCommand struct{}

// Run prints the manual page, as man reads it. Its date is that of the newest fact, so that the
// same program prints the same page on any day.
func (c *manCommand) Run(s *streams, app *kong.Kong) error {
	at, err := time.Parse(time.DateOnly, thisVersion(debug.ReadBuildInfo()).Checked)
	if err != nil {
		return err
	}
	_, err = io.WriteString(s.out, manualPage(app, at))
	return err
}

func manualPage(app *kong.Kong, at time.Time) string {
	return mangokong.NewManPage(1, app.Model).Build(datedPage{roff.NewDocument(), at})
}

// datedPage is a document with a date of its own in place of today's.
type datedPage struct {
	*roff.Document
	at time.Time
}

// Heading begins the document.
func (d datedPage) Heading(section uint, title, description string, _ time.Time) {
	d.Document.Heading(section, title, description, d.at)
}
