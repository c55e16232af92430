package isolation

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// viewFiles are the files that a Config places.
func viewFiles(files []File) []nsinit.File {
	var view []nsinit.File
	for _, f := range files {
		view = append(view, nsinit.File{Path: f.Path, Data: f.Data, Mode: uint32(f.Mode), From: f.From})
	}
	return view
}

// viewFiles are the files by which a subject trusts the CA.
func (t trust) viewFiles() []nsinit.File {
	var view []nsinit.File
	for _, p := range slices.Sorted(maps.Keys(t.files)) {
		view = append(view, nsinit.File{Path: p, Data: t.files[p]})
	}
	return view
}

// paths are those that show something of ours.
func paths(files []nsinit.File) []string {
	var p []string
	for _, f := range files {
		if !f.Existing || exists(f.Path) {
			p = append(p, f.Path)
		}
	}
	return p
}

// resolverFiles are the files by which a subject finds its resolver, and no
// other way to learn an address.
func resolverFiles() []nsinit.File {
	hosts := "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"
	if name, err := os.Hostname(); err == nil && name != "localhost" {
		hosts += fmt.Sprintf("%s %s\n", nsinit.SubjectIPv4.Addr(), name)
	}
	// "search ." because without it the domain of the host's own name is searched.
	resolv := fmt.Sprintf("nameserver %s\nsearch .\n", resolverAddr.Addr())
	return []nsinit.File{
		{Path: "/etc/resolv.conf", Data: []byte(resolv)},
		{Path: "/etc/hosts", Data: []byte(hosts), Existing: true},
		{Path: "/etc/nsswitch.conf", Data: nameServiceSwitch(), Existing: true},
	}
}

// nameServiceSwitch is this machine's nsswitch.conf, but with host names by
// files and DNS alone: other services, such as resolve, ask a daemon of the
// machine through a Unix socket.
func nameServiceSwitch() []byte {
	data, _ := os.ReadFile("/etc/nsswitch.conf")
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(strings.TrimSpace(line), "hosts:") {
			b.WriteString(line)
		}
	}
	b.WriteString("\nhosts: files dns\n")
	return []byte(b.String())
}

// here is the view of a subject in the sandbox: this machine's files.
type here struct{}

func (here) Exists(path string) bool { return exists(path) }

func (here) Read(path string) []byte {
	data, _ := os.ReadFile(path) // unreadable to us is unreadable to the subject
	return data
}

func (here) Resolve(path string) string {
	resolved, _ := filepath.EvalSymlinks(path)
	return resolved
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
