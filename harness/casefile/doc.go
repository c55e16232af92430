// Package casefile reads and replays customers' bugs: one bug, one file.
//
// A case is a txtar archive (https://pkg.go.dev/golang.org/x/tools/txtar). Its
// comment says what the bug is, in four paragraphs:
//
//	Issue: https://github.com/OWNER/REPO/issues/N
//	Symptom: what the reporter saw
//	Cause: why
//	Forced: how this file makes it happen
//
// Its file case.yaml has the settings and the expectations, as [Case] describes
// them; hosts/NAME/host.yaml, if any, are hosts of the case's own, in the format
// of package fixtures, and hosts/NAME/capture.json what hostproof capture
// --observation printed on a customer's host; locks/FILE and locks/RUN/FILE are the
// lock files of the packages that the case names, such as
// locks/broken/package-lock.json, for all runs and for one (package packages); all
// other files are the program, laid out in a directory of its own.
//
// A case runs at least twice: with the broken version of a library, where it
// must go wrong exactly as was reported, and with the version that mended it or
// with the workaround, where it must go well.
//
// # Place
//
// It stands on the harness: a case is a project, a host and an expectation in one
// file. Command hostproof replays it, and scenarios/cases holds the files.
package casefile
