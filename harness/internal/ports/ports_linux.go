package ports

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// listens is the state of a listening socket in /proc/net/tcp
// (include/net/tcp_states.h, TCP_LISTEN).
const listens = "0A"

// socket is a listening socket as /proc/net/tcp has it.
type socket struct {
	port  uint16
	inode string
}

// OfNamespace are the TCP ports at which something listens in the network
// namespace of a process, in order. What cannot be read counts as none.
func OfNamespace(pid int) []uint16 {
	return sorted(listening(pid), func(socket) bool { return true })
}

// OfGroup are the TCP ports at which the processes of a process group listen, in
// order. What cannot be read counts as none.
func OfGroup(group int) []uint16 {
	inodes := map[string]bool{}
	for _, p := range Processes() {
		if p.Group == group {
			addSockets(inodes, p.PID)
		}
	}
	return sorted(listening(os.Getpid()), func(s socket) bool { return inodes[s.inode] })
}

func sorted(sockets []socket, wanted func(socket) bool) []uint16 {
	var out []uint16
	for _, s := range sockets {
		if wanted(s) {
			out = append(out, s.port)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// listening are the listening sockets of a process's network namespace.
func listening(pid int) (out []socket) {
	for _, table := range []string{"tcp", "tcp6"} {
		f, err := os.Open(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			if s, ok := parse(lines.Text()); ok {
				out = append(out, s)
			}
		}
		_ = f.Close() // it was read only
	}
	return out
}

// parse reads a line: number, local address, remote address, state, and in the
// tenth column the inode (Documentation/networking/proc_net_tcp.rst).
func parse(line string) (socket, bool) {
	columns := strings.Fields(line)
	if len(columns) < 10 || columns[3] != listens {
		return socket{}, false
	}
	_, hex, _ := strings.Cut(columns[1], ":")
	port, err := strconv.ParseUint(hex, 16, 16)
	return socket{uint16(port), columns[9]}, err == nil
}

// addSockets adds the inodes of the sockets that a process has open.
func addSockets(inodes map[string]bool, pid int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid)) // the pattern is right
	for _, file := range files {
		target, err := os.Readlink(file)
		if inode, ok := strings.CutPrefix(target, "socket:["); ok && err == nil {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
}
