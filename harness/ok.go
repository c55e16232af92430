package harness

// OK reports whether nothing went wrong in the run: the subject ended well, every
// AWS call that it made was accepted, and the diagnosis finds no problem. It is
// what hostproof run exits with, and what a matrix expects of programs of one's
// own.
func (r *Result) OK() bool {
	called := len(r.Exchanges) > 0
	return r.Interrupted == "" && !r.Failed() && (!called || r.Accepted()) && len(r.Diagnosis.Problems()) == 0
}
