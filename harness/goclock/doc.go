// Package goclock builds Go programs whose clock can be set from outside.
//
// Go reads the wall clock from the kernel's own page and not through the C
// library, so that no preloaded library can move it. A program that is built
// with the overlay of this package, and is otherwise as it was, adds to time.Now
// what the file says that HOSTPROOF_CLOCK_FILE names; without the variable its
// clock is the machine's:
//
//	overlay, err := goclock.Overlay(dir)
//	exec.Command("go", "build", "-overlay", overlay, "./cmd/app")
//
// Timers and deadlines run in real time, as they do on a machine whose wall
// clock is set.
//
// # Place
//
// Subjects written in Go are built with it; nothing else imports it.
package goclock
