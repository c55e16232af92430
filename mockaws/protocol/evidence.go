package protocol

import "regexp"

// Evidence is how it is known that AWS answers so.
type Evidence string

// The kinds of evidence, from the best.
const (
	Recorded     Evidence = "recorded"   // an answer of AWS that somebody has shown
	Documented   Evidence = "documented" // AWS's documentation, its models, or the code of the program that answers
	Inferred     Evidence = "likely"
	NoneKnown    Evidence = "unverified"
	WithoutProof Evidence = "verified without a source that says it" // a defect of a table
)

// EvidenceOf is the evidence for an answer of that confidence from that source.
func EvidenceOf(c Confidence, source string) Evidence {
	switch {
	case c == Likely:
		return Inferred
	case c != Verified:
		return NoneKnown
	case recordedIn.MatchString(source):
		return Recorded
	case documentedIn.MatchString(source):
		return Documented
	}
	return WithoutProof
}

// Evidence is that of the row.
func (r *Row) Evidence() Evidence { return EvidenceOf(r.Confidence, r.Source) }

// recordedIn are sources that show an answer of AWS: a report with its number, and tests
// and snapshots whose authors made them against AWS. That another implementation answers
// so is none, even if it was compared with AWS; neither is a chart.
var recordedIn = regexp.MustCompile(`^[\w.-]+/[\w.-]+#\d+` +
	`|[:,] recorded (from AWS|\d{4}-\d\d-\d\d)|\bAWS-validated\b|\btests, run against AWS$|/aws-config/test-data\b`)

// documentedIn are addresses of documentation, AWS's models, and files of programs that
// run in AWS's place, as "owner/repository: path".
var documentedIn = regexp.MustCompile(`^https://|^boto/botocore\b|^[\w.-]+/[\w.-]+: \S+`)
