package suite

import (
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness/need"
)

// Run runs a package's specs: all with HOSTPROOF_FULL=1 and in a suite that names
// no others, and in a plain run those whose text fits one of the expressions,
// which are a representative of each language and of each thing that the suite
// shows. Who chooses specs with ginkgo's own flags gets what those choose.
//
// What a plain run left out, and what was skipped for lack of something, is said
// in one line when the suite ends.
func Run(t *testing.T, name string, plain ...string) {
	gomega.RegisterFailHandler(ginkgo.Fail)
	config, reporter := ginkgo.GinkgoConfiguration()
	short := len(plain) > 0 && !need.Full() && !chosen(config)
	if short {
		config.FocusStrings = plain
	}
	ginkgo.BeforeEach(needMock)
	ginkgo.AfterSuite(removeSuiteDirs)
	ginkgo.ReportAfterSuite("what was left out", func(r ginkgo.Report) {
		if line := leftOut(r, short); line != "" {
			say(name + ": " + line + "\n")
		}
		gomega.Expect(fitNothing(r, plain)).To(gomega.BeEmpty(), "no spec is called like this, in any run")
	})
	ginkgo.RunSpecs(t, name, config, reporter)
}

// chosen says whether whoever runs the tests has chosen specs.
func chosen(c types.SuiteConfig) bool {
	return c.LabelFilter != "" || len(c.FocusStrings)+len(c.SkipStrings)+len(c.FocusFiles)+len(c.SkipFiles) > 0
}

// leftOut says what did not run: how many specs, why, and what would run them.
func leftOut(r ginkgo.Report, short bool) string {
	const inBeforeAll = "Spec skipped because Skip() was called in BeforeAll" // of the spec before it
	reasons, last := map[string]int{}, ""
	out, all := 0, 0
	for _, s := range r.SpecReports {
		switch {
		case s.LeafNodeType != types.NodeTypeIt:
			continue
		case s.State == types.SpecStateSkipped && s.Failure.Message != "":
			if s.Failure.Message != inBeforeAll {
				last = s.Failure.Message
			}
			reasons[last]++
		case s.State == types.SpecStateSkipped:
			out++ // a focus skips without a word
		}
		all++
	}
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		parts = append(parts, fmt.Sprintf("skipped %d: %s", reasons[reason], reason))
	}
	if short && out > 0 {
		parts = append(parts, fmt.Sprintf("left out %d: a plain run is short, %s=1 runs them", out, need.FullVariable))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("of %d specs %s", all, strings.Join(parts, "; "))
}

// fitNothing are the expressions that no spec's text fits.
func fitNothing(r ginkgo.Report, expressions []string) []string {
	return slices.DeleteFunc(slices.Clone(expressions), func(expression string) bool {
		e := regexp.MustCompile(expression)
		return slices.ContainsFunc(r.SpecReports, func(s types.SpecReport) bool { return e.MatchString(s.FullText()) })
	})
}

// say shows a line: go test keeps what a passing package prints to itself, so it
// also goes to the terminal of the go command.
func say(line string) {
	_, _ = io.WriteString(os.Stdout, line)
	need.Tell(line)
}
