// Package isolation runs a program where it cannot tell a mock from AWS.
//
// The sandbox (Linux 5.2 or newer, no Docker, as root or as anyone) starts an unmodified
// program in namespaces of its own: user, network, mount, process, IPC, UTS and,
// but for control groups of version 1, cgroup. In there the
// real AWS hostnames, the metadata addresses such as 169.254.169.254 and the
// names that a [Config] declares lead to http.Handlers of this process, over
// TLS under a CA of the run. Everything else is refused at once and recorded
// as an [Attempt].
//
// # How it is made
//
// [Start] runs this very binary again (/proc/self/exe) in new namespaces. A
// package initialiser sees the marker in argv[0], before main or any test
// starts, and turns the process into the sandbox's init: process 1, which
// prepares the namespaces, starts the subject, and takes everything down with
// it when it dies. It dies with the subject, with a timeout, and with the
// harness, even by SIGKILL.
//
// There are two network namespaces. The subject is in one, with lo and an eth0
// whose other end is in the second, called outside here. Outside, every
// address that exists is local (one route of type local for 0.0.0.0/0 and one
// for ::/0), so that the kernel itself answers: with a listener of ours where
// there is one, else with a TCP reset or an ICMP port unreachable. Raw
// sockets see these refusals, and that is the record: what the kernel did, not
// what somebody predicted. (Multicast and broadcast get no answer, and are not
// recorded.) No interface of either namespace is connected to
// the machine, so nothing can leave, by construction. Why not one namespace
// where everything is local: there, a subject that listens on port 80 would
// meet our own listeners as EADDRINUSE, and its wildcard listeners would catch
// its own calls to other hosts.
//
// Each name gets its own address, out of the ranges that are set aside for
// benchmarks (198.18.0.0/15, RFC 2544; 2001:2::/48, RFC 5180), so that a
// refused connection is known by name. The subject itself is 192.0.2.2 and
// 2001:db8::2.
//
// # Containers
//
// Package container runs an image instead, as a [Network] of which a gateway in
// a container is in charge: the same namespaces, resolver, certificates and
// record.
//
// # What it has of the machine
//
// All files are read-only and without devices, but for the working directory (not what
// lies in its .git), the directories of the variables HOME and TMPDIR, and Config.Write; a
// working directory that is the user's home, or has it in it, or belongs to the system stays
// read-only, too. /tmp and /var/tmp can be written, and what is written there is gone
// afterwards. /dev has what a container has there; /dev/shm is empty. Hidden are /run, the
// homes of others, in the user's own home what begins with a dot but for toolchains, and
// places with a machine's secrets; a place that the subject's arguments or its variables such
// as PATH name is not, nor is Config.Read. A filter denies system calls that reach what
// namespaces do not bound: keyrings, mounts, BPF, io_uring, AF_VSOCK, typing into terminals.
//
// # Who it is, and what it may use
//
// Started as root, a subject is root inside, and outside a user that nobody else is: its ids 0
// to 65535 are others there, and its files are shown through mounts that translate their owners.
// That takes Linux 5.12, file systems that can be translated (mount_setattr(2) lists them; an
// overlay is none), and a harness that is root of the machine and not of a namespace.
//
// Config.Bounds are for processes and threads (RLIMIT_NPROC of its user namespace), for memory (the
// init adds up all its processes twenty times a second, or less often if that takes long, and
// ends it; what it takes between two looks is not held), and for files (the size of the layer
// for /tmp, /var/tmp and /dev/shm, RLIMIT_FSIZE elsewhere). How many files it writes elsewhere
// has no bound, nor has what it uses of processors but by Config.Timeout.
//
// # What it does not hide
//
// Started as root, a subject reads files of root alone that are not hidden. Unix sockets in the
// file system, where they are not hidden, can be called. A program that ships its
// own list of CAs and reads no variable named in [Process.Wiring] refuses the
// run's CA; [Process.TLSFailures] tells. [Lacks] says what this kernel does not give.
package isolation
