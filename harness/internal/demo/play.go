package demo

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
)

// Settings are what a demo runs with.
type Settings struct {
	// Out takes the stories, Err the progress of long work.
	Out, Err io.Writer
	// Colour is for a terminal, and Live for one that shows progress in place.
	Colour, Live bool
	// Isolation is isolation.Auto, Sandbox or Endpoint.
	Isolation isolation.Mode
	// Self is the command that runs RunStandIn with the version that follows.
	Self []string
	// Next is the command to try next.
	Next string
}

// stage is where the stories are played.
type stage struct {
	Settings
	*page
	report Report

	backend isolation.Backend
	why     string // it is not the sandbox, where that is so
	node    nodeJS
	// uninstallable says why an installation failed; no other is then tried, since
	// each waits for a network that may not be there.
	uninstallable string
	// lacks is what the demo does not show.
	lacks []lack
}

// lack is what a demo does not show, all for one reason.
type lack struct {
	what []string
	why  string
}

func (l lack) String() string { return strings.Join(l.what, ", and ") + ": " + l.why }

// Report is what came of a demo.
type Report struct {
	// Differences are what was not as known; none is what should be.
	Differences []string
	// Results has the result of each run, in order.
	Results []*harness.Result
}

// sceneTime is what a program has, in which it needs a second or two.
const sceneTime = 30 * time.Second

// Play plays the stories and prints each. An error means that the harness failed
// or the context ended.
func Play(ctx context.Context, stories []Story, set Settings) (*Report, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s := &stage{Settings: set, page: &page{out: &reader{set.Out, stop}, colour: set.Colour}}
	choice, err := isolation.Choose(ctx, set.Isolation)
	if err != nil {
		return nil, err
	}
	if s.backend, s.why = choice.Backend, choice.Why; s.why == "" {
		s.why = fmt.Sprintf("isolation %s was asked for", s.backend.Name())
	}
	s.node = findNode(ctx)
	s.opening()
	as := 0
	for i, story := range stories {
		before := len(s.report.Differences)
		if err := s.play(ctx, i+1, story); err != nil {
			return nil, err
		}
		if len(s.report.Differences) == before {
			as++
		}
	}
	s.closing(as, len(stories))
	return &s.report, nil
}

// miss notes what is not shown, and why.
func (s *stage) miss(what, why string) {
	for i := range s.lacks {
		if s.lacks[i].why == why {
			s.lacks[i].what = append(s.lacks[i].what, what)
			return
		}
	}
	s.lacks = append(s.lacks, lack{[]string{what}, why})
}

func (s *stage) opening() {
	how := "in a sandbox that reaches nothing but a mock of AWS, which judges every call"
	if !s.backend.OwnNetwork() {
		how = "led to a mock of AWS, which judges every call"
		s.miss("the sandbox, in which programs find AWS's own host names and nothing else", s.why)
	}
	s.text("", "Two programs that fail where they are hosted, why, and what mends them. "+
		"They run for real, on simulated hosts, "+how+".")
}

// play plays one story.
func (s *stage) play(ctx context.Context, number int, story Story) error {
	s.title(fmt.Sprintf("%d. %s", number, story.Title))
	s.text("", story.Intro)
	c, err := s.cast(ctx, story)
	if err != nil {
		return err
	}
	s.text("", c.part.About)
	if c.instead != "" {
		s.miss(c.part.Lacks, c.instead)
		s.text("", "Why not the library itself: "+c.instead)
	}
	for _, act := range []act{{story.Red, c.part.Red, true}, {story.Green, c.part.Green, false}} {
		r, err := s.run(ctx, c, act.Scene)
		if err != nil {
			return err
		}
		s.report.Results = append(s.report.Results, r)
		d := act.Want.differences(c.part, r)
		s.result(act, c, r, d)
		for _, one := range d {
			one = fmt.Sprintf("story %d, %s: %s", number, act.Where, r.Scrub(one))
			s.report.Differences = append(s.report.Differences, one)
		}
	}
	return nil
}

// act is a scene with the line of code that it is about.
type act struct {
	Scene
	code    string
	explain bool // also why, and what to change
}

// run runs a scene's program on its host.
func (s *stage) run(ctx context.Context, c cast, scene Scene) (*harness.Result, error) {
	opts := append(scene.Options(c.part), harness.WithIsolation(s.backend.Name()), harness.WithTimeout(sceneTime))
	d, err := harness.Start(ctx, scene.Host, opts...)
	if err != nil {
		return nil, cmp.Or(context.Cause(ctx), err)
	}
	defer d.Close(context.WithoutCancel(ctx))
	done := s.progress("Running the program " + scene.Where)
	defer done()
	argv := append(c.argv[:len(c.argv):len(c.argv)], scene.Version)
	r, err := d.Run(ctx, harness.Command(argv[0], argv[1:]...))
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return r, err
}

// result prints what came of a scene.
func (s *stage) result(a act, c cast, r *harness.Result, differences []string) {
	s.gap()
	label := green
	if r.Failed() || len(r.Exchanges) > 0 && !r.Accepted() {
		label = red
	}
	s.labelled(label, a.Where)
	s.code(a.code)
	if r.Failed() {
		s.text(indent, "it prints  "+shorten(r.Scrub(said(r, c.part.Says))))
	}
	for _, line := range calls(r) {
		s.text(indent, r.Scrub(line))
	}
	if problems := r.Diagnosis.Problems(); a.explain && len(problems) > 0 {
		s.gap()
		s.labelled(plain("why"), r.Scrub(problems[0].What+" "+problems[0].Why))
		s.gap()
		s.labelled(plain("change"), r.Scrub(problems[0].Change))
	}
	for _, d := range differences {
		s.labelled(red.as("DIFFERS"), r.Scrub(d))
	}
}

// said is the line of what a program printed that its story is about, or else
// the last.
func said(r *harness.Result, says string) string {
	lines := strings.Split(strings.TrimSpace(printed(r)), "\n")
	for _, line := range lines {
		if strings.Contains(line, says) {
			return line
		}
	}
	return lines[len(lines)-1]
}

// calls says of each AWS call what became of it.
func calls(r *harness.Result) []string {
	if len(r.Exchanges) == 0 {
		return []string{"no AWS call reached the mock"}
	}
	var out []string
	for i := range r.Exchanges {
		e := &r.Exchanges[i]
		if e.Verdict.Accepted {
			out = append(out, name(e)+" accepted as "+e.Verdict.Principal)
			continue
		}
		out = append(out, fmt.Sprintf("%s refused: %d %s", name(e), e.Status, e.Code))
	}
	return out
}

func (s *stage) closing(asKnown, stories int) {
	s.title("What came of it")
	s.text("", fmt.Sprintf("%d of %d stories came out as known.", asKnown, stories))
	if len(s.report.Differences) > 0 {
		s.gap()
		s.text("", "Not as known:")
		s.list(s.report.Differences)
	}
	s.gap()
	s.text("", "Not shown here:")
	for _, l := range s.lacks {
		s.list([]string{l.String()})
	}
	s.list([]string{"AWS itself and the hosts themselves: the mock verifies signatures, tokens and policies and " +
		"runs no model; the hosts are as documented and observed, each fact with its source"})
	s.gap()
	s.text("", "Next, a program of your own:")
	s.gap()
	s.code(s.Next)
}
