// Package report writes what a matrix of runs came to: a table for the
// terminal, JSON, JUnit XML and one self-contained HTML page. None of them holds
// a secret: of secret values there are lengths, prefixes and where they came
// from.
//
// # Place
//
// It writes the data of package ledger and of package matrix, and runs nothing.
package report
