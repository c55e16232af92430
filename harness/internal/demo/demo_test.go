package demo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/internal/deploy"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// TestMain makes this binary the demo's program in Go, too.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "--stand-in" {
		if !RunStandIn(context.Background(), os.Args[2], os.Stdout, os.Stderr) {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func settings(t *testing.T, out io.Writer, mode isolation.Mode) Settings {
	t.Helper()
	t.Setenv(deploy.MockVariable, "embedded")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Settings{
		Out: out, Err: io.Discard, Isolation: mode, Self: []string{self, "--stand-in"},
		Next: "hostproof run --host vercel",
	}
}

// withoutNode empties PATH.
func withoutNode(t *testing.T) { t.Setenv("PATH", t.TempDir()) }

// play plays stories with the programs in Go.
func play(t *testing.T, stories []Story) (report *Report, out string) {
	t.Helper()
	withoutNode(t)
	var b bytes.Buffer
	report, err := Play(t.Context(), stories, settings(t, &b, isolation.Endpoint))
	if err != nil {
		t.Fatal(err)
	}
	return report, b.String()
}

// fitsAndTellsNoSecret is what holds for all that a demo prints.
func fitsAndTellsNoSecret(t *testing.T, report *Report, out string) {
	t.Helper()
	for line := range strings.SplitSeq(out, "\n") {
		if len([]rune(line)) > 80 && len(strings.Fields(line)) > 1 && !strings.HasPrefix(line, indent) {
			t.Errorf("a line of more than 80 columns: %q", line)
		}
	}
	if len(report.Results) == 0 {
		t.Error("no result to look for secrets of")
	}
	for _, r := range report.Results {
		NewWithT(t).Expect(r).To(expect.NoSecretIn([]byte(out)))
	}
	if strings.Contains(out, "\x1b") {
		t.Error("colours without a terminal")
	}
}

func TestWithoutNode(t *testing.T) {
	report, out := play(t, Stories())
	if len(report.Differences) > 0 {
		t.Errorf("not as known: %q", report.Differences)
	}
	for _, want := range []string{
		"The security token included in", "NewStaticCredentialsProvider",
		"accepted as arn:aws:iam::111122223333:user/app",
		"no AWS call reached the mock", "assumed-role/app-compute/compute", "2 of 2 stories came out as known",
		"stands in for @ai-sdk/amazon-bedrock 3.0.70", "there is no Node.js on this machine",
		"isolation endpoint was asked for", "outside of the sandbox it would call the real AWS",
		"the service role builds, deploys and writes logs",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
			t.Errorf("not printed: %q", want)
		}
	}
	if !strings.HasSuffix(out, "hostproof run --host vercel\n") {
		t.Error("the last line is not the command to try next")
	}
	fitsAndTellsNoSecret(t, report, out)
	if t.Failed() {
		t.Log(out)
	}
}

func TestInTheSandbox(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	withoutNode(t)
	var b bytes.Buffer
	report, err := Play(t.Context(), Stories(), settings(t, &b, isolation.Sandbox))
	if err != nil || len(report.Differences) > 0 {
		t.Fatalf("%v, %+v\n%s", err, report, b.String())
	}
	fitsAndTellsNoSecret(t, report, b.String())
	for _, r := range report.Results {
		if r.Isolation != string(isolation.Sandbox) {
			t.Errorf("%s ran in isolation %s", r.Subject, r.Isolation)
		}
	}
}

// TestTheRealLibraries installs them from npm.
func TestTheRealLibraries(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	if n := findNode(t.Context()); n.unfit("page") != "" {
		need.Missing(t, "node", errors.New(n.unfit("page")))
	}
	var b bytes.Buffer
	report, err := Play(t.Context(), Stories(), settings(t, &b, isolation.Sandbox))
	if err != nil {
		t.Fatal(err)
	}
	if _, why, found := strings.Cut(b.String(), "it cannot be installed here"); found {
		need.Missing(t, "node", errors.New("the demo's libraries cannot be installed"+shorten(why)))
	}
	if len(report.Differences) > 0 || strings.Contains(b.String(), "stands in for") {
		t.Errorf("not as known: %q\n%s", report.Differences, b.String())
	}
	for _, want := range []string{"AI_APICallError: The security token",
		"Could not load credentials from any providers"} {
		if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
			t.Errorf("not printed: %q\n%s", want, b.String())
		}
	}
	fitsAndTellsNoSecret(t, report, b.String())
}

// TestWhatDiffersIsSeen: each row makes one thing of a story otherwise.
func TestWhatDiffersIsSeen(t *testing.T) {
	for _, row := range []struct {
		name, says string
		story      Story
		change     func(*Story)
	}{
		{"a host without the foreign token", "bedrock:Converse was accepted, and is known to be refused",
			foreignToken, func(s *Story) { s.Red.Host = "vercel-fluid" }},
		{"the mended program from the start", "the program ended well, and is known to fail",
			foreignToken, func(s *Story) { s.Red.Version = mended }},
		{"a program that was not mended", "bedrock:Converse was refused (UnrecognizedClientException)",
			foreignToken, func(s *Story) { s.Green.Version = asReported }},
		{"another reason", "bedrock:Converse was refused for token-for-other-key, not for denied",
			foreignToken, func(s *Story) { s.Red.Want.Refused = verdict.Denied }},
		{"another code", "not with AccessDeniedException",
			foreignToken, func(s *Story) { s.Red.Want.Code = "AccessDeniedException" }},
		{"another finding", "the diagnosis names mixed-credentials, not wrong-secret",
			foreignToken, func(s *Story) { s.Red.Want.Finding = diagnose.WrongSecret }},
		{"other words", "the program does not print \"Invalid\"",
			foreignToken, func(s *Story) { s.StandIn.Says = "Invalid" }},
		{"another principal", "not as arn:aws:iam::111122223333:user/other",
			foreignToken, func(s *Story) { s.Green.Want.Accepted = "arn:aws:iam::111122223333:user/other" }},
		{"another call", "the program made no s3:GetObject call",
			foreignToken, func(s *Story) { s.StandIn.Call = "s3:GetObject" }},
		{"a compute role from the start", "the program made an AWS call, bedrock:Converse, and is known to make none",
			noComputeRole, func(s *Story) { s.Red = s.Green; s.Red.Want = Want{Finding: diagnose.NoCall} }},
		{"no compute role in the end", "the program made no bedrock:Converse call",
			noComputeRole, func(s *Story) { want := s.Green.Want; s.Green = s.Red; s.Green.Want = want }},
	} {
		t.Run(row.name, func(t *testing.T) {
			story := row.story
			row.change(&story)
			report, out := play(t, []Story{story})
			if all := strings.Join(report.Differences, "\n"); !strings.Contains(all, row.says) {
				t.Errorf("differences %q, want %q in them", all, row.says)
			}
			if !strings.Contains(out, "DIFFERS") || !strings.Contains(out, "0 of 1 stories came out as known.") {
				t.Errorf("it is not printed:\n%s", out)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	withoutNode(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Play(ctx, Stories(), settings(t, io.Discard, isolation.Endpoint)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, err := filepath.Glob(filepath.Join(tmp, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// unread is a pipe whose reader has gone.
type unread struct{}

func (unread) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestNobodyReads(t *testing.T) {
	withoutNode(t)
	_, err := Play(t.Context(), Stories(), settings(t, unread{}, isolation.Endpoint))
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

func TestVersionsOfNode(t *testing.T) {
	for _, row := range []struct{ name, node, says string }{
		{"old", "#!/bin/sh\necho v16.20.2\n", "it needs Node.js 18 or newer, and here is 16"},
		{"broken", "#!/bin/sh\nexit 3\n", "node --version fails here (exit status 3)"},
		{"something else", "#!/bin/sh\necho 'node of a network'\n", "node --version prints no version here"},
		{"good", "#!/bin/sh\necho v18.0.0\n", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			for name, script := range map[string]string{"node": row.node, "npm": "#!/bin/sh\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if got := findNode(t.Context()).unfit("chat"); got != row.says {
				t.Errorf("got %q, want %q", got, row.says)
			}
		})
	}
	if least, err := leastNode("page"); err != nil || least != 20 {
		t.Errorf("the page needs Node.js %d, %v", least, err)
	}
}

// TestLockFiles: what is installed has a hash for each package, and no registry
// is named.
func TestLockFiles(t *testing.T) {
	for _, folder := range []string{"chat", "page"} {
		data, err := programs.ReadFile("programs/" + folder + "/package-lock.json")
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		packages := strings.Count(text, `"node_modules/`)
		if hashes := strings.Count(text, `"integrity": "sha512-`); packages < 10 || hashes != packages {
			t.Errorf("%s: %d hashes of %d packages", folder, hashes, packages)
		}
		if strings.Contains(text, `"resolved"`) {
			t.Errorf("%s names a registry", folder)
		}
	}
}

func TestColour(t *testing.T) {
	var b bytes.Buffer
	(&page{out: &b, colour: true}).labelled(red, "text")
	if got := b.String(); got != "\x1b[31;1mred    \x1b[0m text\n" {
		t.Errorf("got %q", got)
	}
}
