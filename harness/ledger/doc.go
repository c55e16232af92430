// Package ledger is what became of a run, as plain data: what the program found
// in its environment, what it asked for and with which answer, which AWS calls it
// made and how they were judged, and what the diagnosis says.
//
// It runs nothing. Package harness fills a Result, package diagnose explains it,
// and reports, matchers and case files read it.
package ledger
