// Package attack tries to break out, to make things lost, and to have secrets shown: by the
// built commands, as who runs the tests and, where that is root, as a user too. Each try has a
// name, and its counts are printed. harness/docs/security.md says what is promised and what
// is not.
package attack
