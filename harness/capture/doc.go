// Package capture takes the shape of the host that it runs on, without any
// value: which variables, files and credential endpoints there are, how long
// their values are, how they begin where that beginning is public knowledge
// (AKIA, IQoJ...), and which of them are equal. Equality shows in hashes that are
// salted anew at each capture, with a salt that is thrown away.
//
// What a host showed is an Observation. Fixture makes of it a host that package
// fixtures can load, with made-up values of the same shape.
//
// # Place
//
// It runs on a real host and makes what package fixtures loads; the harness is not
// needed for it.
package capture
