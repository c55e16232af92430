// Package need is for tests that want something of the machine, such as a
// Docker engine or Node, or that are too long for a plain `go test ./...`.
// Without it they are skipped with the reason, which is shown even where the
// package passes; where it is required they fail.
//
// Two environment variables are read, and a value that means nothing ends the
// test binary before its first test: [Variable] and [FullVariable].
//
// # Place
//
// Only tests import it.
package need
