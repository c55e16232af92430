// Package expect holds Gomega matchers on a harness.Result. A matcher that
// fails prints the whole result: the exchanges, what was decided and why.
//
// # Place
//
// It is what a test imports besides the harness itself, and the only package that
// needs Gomega.
package expect
