// Package opened sees which of some files are opened while a program runs. On Linux
// that takes no privilege: inotify reports every open of a file, by any process
// and under whichever mount. A path that is looked for and not there is not seen by
// it, and neither is a file on another system.
package opened

import (
	"sync"
	"time"
)

// File is a file that is watched.
type File struct {
	// Path is how the program finds it, and At where it is on this machine.
	Path, At string
}

// Access is what was seen of a file.
type Access struct {
	Path string
	// Seen says that an open would have been noticed.
	Seen        bool
	Count       int
	First, Last time.Time
}

// Watcher watches files until Close. All methods can be used at any time.
type Watcher struct {
	mu    sync.Mutex
	files []*Access
	watch platform
}

// Watch begins to watch files. What cannot be watched is not seen, which Access says.
func Watch(files []File) *Watcher {
	w := &Watcher{}
	w.watch.open()
	for _, f := range files {
		a := &Access{Path: f.Path}
		w.files = append(w.files, a)
		a.Seen = w.watch.add(f.At, a)
	}
	w.watch.read(w.note)
	return w
}

// Moved says that a watched file is another one from now on, such as the next version
// of a token.
func (w *Watcher) Moved(f File) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.files {
		if a.Path == f.Path {
			a.Seen = w.watch.add(f.At, a) && a.Seen
		}
	}
}

func (w *Watcher) note(a *Access, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if a.Count == 0 {
		a.First = at
	}
	a.Count++
	a.Last = at
}

// Close ends the watching and tells what was seen, in the order of the files.
func (w *Watcher) Close() (out []Access) {
	w.watch.close()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.files {
		out = append(out, *a)
	}
	return out
}
