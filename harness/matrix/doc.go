// Package matrix runs subjects with every strategy on every host, in parallel,
// and compares what comes of it with what is known.
//
// # Place
//
// It runs the harness once for each cell; package report writes what came of it.
package matrix
