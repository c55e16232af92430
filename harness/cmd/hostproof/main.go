// Command hostproof runs programs on simulated hosts.
//
// It exits with 0 when all went as expected; 1 when a call was refused, the
// subject failed or the diagnosis found a problem; 2 for a wrong command line; 3
// when the harness itself failed; and with 128 and the signal's number when a
// signal interrupted it: 130 for SIGINT, 143 for SIGTERM, 129 for SIGHUP.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	_ "github.com/hostproof/hostproof/harness/isolation/container" // HOSTPROOF_MOCK=container
)

// The exit codes.
const (
	exitRefused = 1
	exitUsage   = 2
	exitHarness = 3
)

const description = "Prove code that uses AWS credentials on simulated hosts.\n\n" +
	"Exit codes: 0 all is fine; 1 a problem was found; 2 the command line is wrong; 3 the harness itself failed; " +
	"128 and its number for a signal that interrupted it (130 for Ctrl-C)."

type commands struct {
	Init       initCommand       `cmd:"" help:"Look at a project, say what was found, and write a first test for its runner and a workflow; nothing is overwritten."`
	Demo       demoCommand       `cmd:"" help:"Play two bugs on real programs: each fails on its host, why, and mended. Needs no file and no setting."`
	Hosts      hostsCommand      `cmd:"" help:"List the hosts by vendor; with a word, those that have it."`
	Show       showCommand       `cmd:"" help:"Show one host: its variables with their sources, and what is not simulated."`
	Facts      factsCommand      `cmd:"" help:"List what is said of hosts and libraries by age: source, day, confidence, and when to read it again."`
	Run        runCommand        `cmd:"" help:"Run a program on a host; print its AWS calls and the diagnosis."`
	Serve      serveCommand      `cmd:"" help:"Keep a host up and print its environment as export lines, until interrupted."`
	Stdio      stdioCommand      `cmd:"" help:"Deploy and run on request, for programs in other languages: JSON-RPC, one line a message, on standard input and output."`
	Replay     replayCommand     `cmd:"" help:"Replay customers' bugs: run each case and compare with what it expects."`
	Case       caseCommand       `cmd:"" help:"Write a case for a customer's bug from its report, with the customer's own versions."`
	Matrix     matrixCommand     `cmd:"" help:"Run subjects with every strategy on every host; write a report as HTML, JSON and JUnit XML."`
	Merge      mergeCommand      `cmd:"" help:"Merge the reports of shards into one."`
	Explain    explainCommand    `cmd:"" help:"Explain a captured request (curl, raw HTTP, HAR, an SDK's debug log) or an error message."`
	Probe      probeCommand      `cmd:"" help:"Ask any endpoint to judge right and wrong credentials, and score it by what AWS answers."`
	Completion completionCommand `cmd:"" help:"Print the script by which a shell completes commands, flags and names of hosts."`
	Man        manCommand        `cmd:"" whole:"" help:"Print the manual page."`
	Version    versionCommand    `cmd:"" help:"Print the version of this program, and of what it knows."`
	Capture    captureCommand    `cmd:"" help:"Write the shape of the host that this runs on as a fixture: names, lengths, known beginnings, never values."`
}

// exitError ends the program with a code.
type exitError struct {
	code int
	err  error // nil: everything was said already
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
	board    *board // on err; made when it is needed
}

func run(args []string, in io.Reader, out, errOut io.Writer) int {
	exited := -1
	if len(args) > 0 && args[0] == "--version" {
		args = append([]string{"version"}, args[1:]...)
	}
	parser, err := kong.New(narrowed(args), append(grammar, kong.Name("hostproof"), kong.Writers(out, errOut),
		kong.Exit(func(code int) { exited = code }),
		kong.Description(description))...)
	if err != nil {
		fmt.Fprintln(errOut, "hostproof: "+err.Error())
		return exitHarness
	}
	if completes(parser, errOut) {
		return 0
	}
	ctx, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help
	}
	if err != nil {
		fmt.Fprintln(errOut, "hostproof: "+err.Error()+" (see hostproof --help)")
		return exitUsage
	}
	ctx.Bind(&streams{in: in, out: out, err: errOut})
	return code(ctx.Run(), errOut)
}

func code(err error, errOut io.Writer) int {
	var e *exitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &e):
		e = &exitError{exitHarness, err}
	}
	if e.err != nil {
		fmt.Fprintln(errOut, "hostproof: "+e.err.Error())
	}
	return e.code
}
