package deploy

import (
	"path/filepath"

	"github.com/hostproof/hostproof/harness/internal/opened"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
)

// watchFiles begins to watch which of the host's files a subject opens. What the kernel
// shows is none of them: it leads to no credentials, and what the sandbox puts in its
// place is not seen.
func (ev *environment) watchFiles(mode isolation.Mode) {
	l := ev.layouts[mode]
	if l == nil || withoutLedger || len(ev.host.Files) == 0 {
		return
	}
	var files []opened.File
	l.watched = nil
	for _, f := range ev.host.Files {
		if isolation.OfTheKernel(f.Path) {
			continue
		}
		l.watched = append(l.watched, f)
		path := l.values["file."+f.Name]
		files = append(files, opened.File{Path: path, At: l.onThisMachine(path)})
	}
	ev.mu.Lock()
	defer ev.mu.Unlock()
	l.opened = opened.Watch(files)
}

// seenFiles ends the watching and tells what was seen.
func (ev *environment) seenFiles(mode isolation.Mode) (out []ledger.FileAccess) {
	l := ev.layouts[mode]
	ev.mu.Lock()
	defer ev.mu.Unlock()
	if l == nil || l.opened == nil {
		return nil
	}
	for i, a := range l.opened.Close() {
		f := l.watched[i]
		out = append(out, ledger.FileAccess{Path: a.Path, Declared: f.Path, Program: f.Perm()&0o100 != 0, Seen: a.Seen,
			Count: a.Count, First: a.First, Last: a.Last})
	}
	l.opened = nil
	return out
}

// withoutLedger is set by the measurement of what the ledger costs: no file is watched, and
// nothing is derived.
var withoutLedger bool

// onThisMachine is where a file lies that a subject finds at a path; what the
// isolation itself places lies nowhere here.
func (l *layout) onThisMachine(path string) string {
	if placed := l.tokenFiles[path]; placed != nil {
		return filepath.Join(placed.dir, placed.name)
	}
	for _, f := range l.files {
		if f.Path == path {
			return ""
		}
	}
	return path
}
