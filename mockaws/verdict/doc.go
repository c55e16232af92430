// Package verdict holds the words in which the mock says what it decided:
// a Verdict is either accepted as a principal, or refused at a stage for a
// Reason. A Reason says what is wrong with the request; the AWS error code that
// a client sees is its translation by service and protocol, made elsewhere.
//
// The package has no dependencies, so that every judge can speak it.
package verdict
