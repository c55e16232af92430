// Package mutation asks whether the tests would notice a bug: it changes the code
// by a little and wants the tests of that place to fail.
//
// There are two kinds of changes. The pinned ones (pinned.yaml) are bugs that no
// test noticed once: a row that is missing, two rules in the wrong order, a value
// of a host that is not what its source says. A general tool makes no such changes;
// of the 73 that were found first, two are what one makes. Each names the package
// whose tests have to notice it. The others are made by gremlins
// (https://gremlins.dev), which turns comparisons and sums round: of a package that
// has changed, the share that is noticed may not fall below the package's floor
// (floors.yaml). And a sample can be drawn by chance, uniformly over the lines of code
// and of the hosts' YAML: the share of it that is noticed says what the tests are worth
// where no bug was found yet.
//
//	go run ./harness/internal/mutation/check pinned            all of them, some minutes
//	go run ./harness/internal/mutation/check pinned H05 E01    these
//	go run ./harness/internal/mutation/check file FILE         others, in the form of pinned.yaml
//	go run ./harness/internal/mutation/check changed REF       the packages that differ from REF
//	go run ./harness/internal/mutation/check floors            all packages with a floor
//	go run ./harness/internal/mutation/check draw 5 100 >F      100 changes by chance, for "file F"
//
// A change is noticed where tests fail because of it: they pass without it, and fail again
// with it. The exit code is 1 where something passes unnoticed, 2 where nothing can be said.
//
// To pin a bug: add it to pinned.yaml with the code before and after, see the check
// say that it is NOT NOTICED, write the test, and see it noticed. A pinned change
// whose code has moved is found again by its text; one whose code is gone is an
// error, and is to be changed or taken out.
package mutation
