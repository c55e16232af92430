package casefile

import (
	"golang.org/x/tools/txtar"

	"github.com/hostproof/hostproof/harness/casefile/packages"
	"github.com/hostproof/hostproof/harness/project"
)

// Case is one bug.
type Case struct {
	Name string `yaml:"-"` // the file's name without .txtar
	File string `yaml:"-"`
	// Of the comment.
	Issues  []string `yaml:"-"` // public URLs
	Symptom string   `yaml:"-"`
	Cause   string   `yaml:"-"`
	Forced  string   `yaml:"-"`

	Class    Class `yaml:"class"`
	Settings `yaml:",inline"`
	// Broken goes wrong as reported.
	Broken *Run `yaml:"broken"`
	// Fixed is the version with the bug mended, Workaround what one can do without:
	// at least one of the two.
	Fixed      *Run `yaml:"fixed"`
	Workaround *Run `yaml:"workaround"`

	files []txtar.File // of the archive, but case.yaml, hosts/ and locks/
	hosts []txtar.File
	locks []txtar.File
}

// Class is a kind of credential bug.
type Class string

// Classes says what each class is.
var Classes = map[Class]string{
	"A": "a static key with a session token that is not its own",
	"B": "a temporary key without its token",
	"C": "credentials or a region from another source than was meant",
	"D": "expired credentials that nobody refreshed",
	"E": "a source that the library does not support",
	"F": "a malformed value, or a wrong clock",
	"G": "a source that failed on the way",
}

// Settings are how a program is deployed. Each run may add to the case's: what
// it names itself wins, maps and lists are joined, and clocks add up.
type Settings struct {
	Host string `yaml:"host"`
	// Project has the same keys here as in every front end. Its isolation may also be
	// "any": the program works with endpoint variables, too. The default is sandbox.
	project.Project `yaml:",inline"`
	// Subject is what is installed: a folder of fixtures/subjects. Libraries are
	// the versions of it that the program finds, by name.
	Subject   string            `yaml:"subject"`
	Libraries map[string]string `yaml:"libraries"`
	// Packages are the customer's own versions, under the keys npm, pip, go, cargo and
	// maven. The case holds their lock files.
	Packages packages.Set `yaml:",inline"`
	// Program is the command line. Its first word may be "subject": the program that
	// Subject is, or that Packages of Go or Cargo make.
	Program []string `yaml:"program"`
}

// Run is one run of the program.
type Run struct {
	Name     string `yaml:"-"` // broken, fixed or workaround
	Settings `yaml:",inline"`
	Expect   Expectation `yaml:"expect"`
}

// Expectation is the required outcome of a run.
type Expectation struct {
	Exit   *int     `yaml:"exit"`
	Stdout []string `yaml:"stdout"` // parts of what it prints
	Stderr []string `yaml:"stderr"`
	// Calls are the AWS calls that it makes, each time with this verdict, or the nth
	// time.
	Calls   []Call `yaml:"calls"`
	NoCalls bool   `yaml:"noCalls"` // it makes none
	// Findings are in the diagnosis, hazards among them; NoProblems: it finds
	// nothing wrong, hazards apart.
	Findings   []Finding `yaml:"findings"`
	NoProblems bool      `yaml:"noProblems"`
}

// Call is an AWS call, by operation (bedrock:Converse) or by IAM action
// (bedrock:InvokeModel), with what is decided about it: accepted or refused.
type Call struct {
	Call     string `yaml:"call"`
	Accepted string `yaml:"accepted"` // as this principal, an ARN; * is any session name
	Refused  string `yaml:"refused"`  // with this AWS error code
	Message  string `yaml:"message"`  // a part of AWS's message
	Region   string `yaml:"region"`   // where it goes
	// Nth is the one of the calls of this name that is meant, 1 for the first; 0
	// stands for each.
	Nth int `yaml:"nth"`
}

// Finding is a finding of the diagnosis.
type Finding struct {
	Kind      string   `yaml:"kind"`
	Variables []string `yaml:"variables"` // that it names, among others
	// Says are words of the true cause, as the issue's resolution has it: each stands
	// in the finding, whatever its case. A|B is one of the two.
	Says []string `yaml:"says"`
}

// Runs are the case's runs in order.
func (c *Case) Runs() []*Run {
	var out []*Run
	for _, r := range []*Run{c.Broken, c.Fixed, c.Workaround} {
		if r != nil {
			out = append(out, r)
		}
	}
	return out
}
