// Package facts is what the rules of the diagnosis look at: what the host offers,
// what the program asked for and found, and what the judge decided.
//
// A run fills all of it ([OfRun]).
package facts
