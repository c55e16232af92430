package deploy

import (
	"path/filepath"

	"github.com/hostproof/hostproof/harness/internal/opened"
	"github.com/hostproof/hostproof/harness/ledger"
)

// unwatched is set by the measurement of what watching costs.
var unwatched bool

// watchFiles begins to watch which of the host's files the subject opens.
func (x *run) watchFiles() {
	d := x.deployment
	l := d.layouts[x.execution.backend.Name()]
	if l == nil || unwatched || len(d.host.Files) == 0 {
		return
	}
	var files []opened.File
	for _, f := range d.host.Files {
		path := l.values["file."+f.Name]
		files = append(files, opened.File{Path: path, At: l.onThisMachine(path)})
	}
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	l.opened = opened.Watch(files)
}

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

// seenFiles ends the watching and tells what was seen.
func (x *run) seenFiles() (out []ledger.FileAccess) {
	d := x.deployment
	l := d.layouts[x.execution.backend.Name()]
	d.secretsMu.Lock()
	defer d.secretsMu.Unlock()
	if l == nil || l.opened == nil {
		return nil
	}
	for i, a := range l.opened.Close() {
		f := d.host.Files[i]
		out = append(out, ledger.FileAccess{Path: a.Path, Declared: f.Path, Program: f.Perm()&0o100 != 0, Seen: a.Seen,
			Count: a.Count, First: a.First, Last: a.Last})
	}
	l.opened = nil
	return out
}
