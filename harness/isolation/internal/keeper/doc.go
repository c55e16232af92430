// Package keeper ends what a program leaves behind, also what left its session and its
// process group, as a daemon does. The program is started by a process of its own, the
// keeper, which the kernel makes the parent of every orphan below it
// (PR_SET_CHILD_SUBREAPER, prctl(2), Linux 3.4). It needs no privilege.
//
// The keeper is this program itself, run again: importing the package turns a process whose
// argv[0] is [Marker] into one, before main starts.
//
// It holds what does not resist. A program may end its keeper, which is of the same user,
// and what runs as another user, by sudo, cannot be ended.
package keeper

// Marker is the argv[0] of a keeper.
const Marker = "hostproof-keeper"
