// Package facts is what the rules of the diagnosis look at: what the host offers,
// what the program asked for and found, and what the judge decided.
//
// A run fills all of it ([OfRun]). A captured request fills what it shows
// ([OfRequest]): then nothing is known of the host, and no sentence may say where a
// value came from.
package facts
