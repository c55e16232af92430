// Package peers runs other AWS emulators and this project's mock, each as
// a process of its own on loopback, at a version that a lock file pins, so that
// they can be asked the same and timed alike:
//
//	go test -run Scores -v ./harness/peers -peers all      # what each judges
//	go test -run '^$' -bench . ./harness/peers -peers all  # what each costs
//
// where "all" may be names, "hostproof,moto,versitygw". They are installed on first use into the user's cache. None is
// a dependency
// of this module.
//
// # Place
//
// It compares; nothing that a user runs imports it.
package peers
