// Package measure counts what makes code easy or hard to live in: which files of a
// package hang together in one knot, how many names a package shows, how much a
// line carries. The figures are for people who change the layout: measured before
// and after, they say whether it got better.
//
//	go run ./harness/internal/measure/house        this checkout
//	go run ./harness/internal/measure/house DIR    another one, such as an older commit's
//	go run ./harness/internal/measure/request      what one request passes in the mock
//
// It reads source and types, and never judges: a limit belongs into a test.
package measure
