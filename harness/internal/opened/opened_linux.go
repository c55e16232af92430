package opened

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// platform is an inotify instance with a watch on each directory that has one of the
// files: a file that is written anew by renaming is still seen.
type platform struct {
	mu   sync.Mutex
	file *os.File // nil where the kernel gives none
	// by is the files of a watch by their names.
	by   map[int32]map[string]*Access
	note func(*Access, time.Time)
	done chan struct{}
}

func (p *platform) open() {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return // the limit of instances is reached, say: nothing is seen
	}
	p.file, p.by, p.done = os.NewFile(uintptr(fd), "inotify"), map[int32]map[string]*Access{}, make(chan struct{})
}

// add watches one more file, and reports whether it can.
func (p *platform) add(path string, a *Access) bool {
	if p.file == nil || path == "" { // nowhere on this machine
		return false
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	raw, err := p.file.SyscallConn()
	if err != nil {
		return false
	}
	watch := -1
	if err := raw.Control(func(fd uintptr) {
		watch, err = unix.InotifyAddWatch(int(fd), filepath.Dir(target), unix.IN_OPEN)
	}); err != nil || watch < 0 {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	names := p.by[int32(watch)]
	if names == nil {
		names = map[string]*Access{}
		p.by[int32(watch)] = names
	}
	names[filepath.Base(target)] = a
	return true
}

// read notes what happens until close.
func (p *platform) read(note func(*Access, time.Time)) {
	if p.file == nil {
		return
	}
	p.note = note
	go func() {
		defer close(p.done)
		buf := make([]byte, bufferSize)
		for {
			n, err := p.file.Read(buf)
			if err != nil {
				return
			}
			p.events(buf[:n])
		}
	}()
}

// bufferSize has room for some hundred events, in bytes.
const bufferSize = 16 << 10

// events takes what the kernel wrote apart
// (https://man7.org/linux/man-pages/man7/inotify.7.html).
func (p *platform) events(b []byte) {
	now := time.Now()
	for len(b) >= unix.SizeofInotifyEvent {
		watch := int32(binary.NativeEndian.Uint32(b))
		length := binary.NativeEndian.Uint32(b[12:])
		b = b[unix.SizeofInotifyEvent:]
		if int(length) > len(b) {
			return
		}
		name := bytes.TrimRight(b[:length], "\x00")
		b = b[length:]
		p.mu.Lock()
		a := p.by[watch][string(name)]
		p.mu.Unlock()
		if a != nil {
			p.note(a, now)
		}
	}
}

// close reads what is left: the program has ended.
func (p *platform) close() {
	if p.file == nil {
		return
	}
	_ = p.file.SetReadDeadline(time.Unix(1, 0))
	<-p.done
	if raw, err := p.file.SyscallConn(); err == nil {
		_ = raw.Control(p.drain)
	}
	// The kernel waits until the watches are no longer in use, for some hundredths of a
	// second: no run needs to wait for that.
	go p.file.Close()
}

// drain reads what the queue has, without waiting.
func (p *platform) drain(fd uintptr) {
	buf := make([]byte, bufferSize)
	for {
		n, err := unix.Read(int(fd), buf)
		if err != nil || n <= 0 {
			return
		}
		p.events(buf[:n])
	}
}
