// Package fault is misbehaviour injected on purpose: what kind, where, and how
// many times. It strikes by count and never by chance, so that a test which was
// red once is red every time.
//
// There are three planes: the calls of AWS's services, the requests to a host's
// credential endpoints, and the names that a program looks up. A Plan holds the
// faults of one of them; the server of the plane takes them as requests come.
//
// # Place
//
// The mock, the metadata endpoints and the resolver of the isolation take faults
// from it.
package fault
