package spool

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// fileHeader begins a file of records. A file that begins in another way belongs to
// something else, and is left as it is.
const fileHeader = "mockaws journal, version 1\n\x00\x00\x00\x00\x00"

// Open makes a spool that keeps its records in a file, with what an earlier
// process left there. It takes a new or an empty file, or one that a spool has
// made, and any other is refused and not changed. No other process can open the
// file until Close, or the end of this process. A record at the end that was not
// written wholly is dropped, with zeros that a power failure has left; Damage tells of
// all that is wrong besides.
func Open(path string, budget int) (*Spool, error) {
	s := New(budget)
	s.named = true
	var err error
	if s.file, err = openFile(path); err != nil {
		return nil, err
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.file.Close())
	}
	return s, nil
}

// openFile opens a regular file, and makes it where there is none.
func openFile(path string) (*os.File, error) {
	// Asked before, because to open a pipe is to wait for its other end.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file but a %s", path, kindOf(info.Mode()))
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(fmt.Errorf("%s is no regular file", path), err, f.Close())
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return f, nil
}

func kindOf(m os.FileMode) string {
	switch {
	case m.IsDir():
		return "directory"
	case m&os.ModeNamedPipe != 0:
		return "pipe"
	case m&os.ModeSocket != 0:
		return "socket"
	}
	return "device"
}

// errInUse says that a second process asks for a file.
var errInUse = errors.New("another process keeps its records in this file; give each its own")

// Damage says what Open could not read, one line each: the records that are lost are
// read as nil. It is empty for a sound file.
func (s *Spool) Damage() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.damage
}

// load finds the records of an earlier process.
func (s *Spool) load() error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	w := &window{file: s.file, total: info.Size()}
	if w.total == 0 {
		return s.begin()
	}
	head, err := w.at(0, len(fileHeader))
	if err != nil {
		return err
	}
	if string(head) != fileHeader {
		return fmt.Errorf("this file is no journal: it begins with %.20q; it was not changed. "+
			"Name a new file, or a journal of this version", head)
	}
	s.size = int64(len(fileHeader))
	for s.size < w.total {
		h, whole, err := w.frame(s.size)
		switch {
		case err != nil:
			return err
		case !whole:
			if err := s.passOver(w); err != nil {
				return err
			}
		default:
			if err := s.found(h); err != nil {
				return err
			}
		}
	}
	s.end = s.size
	return nil
}

// begin makes a new file.
func (s *Spool) begin() error {
	err := s.write([]byte(fileHeader))
	if err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		return errors.Join(err, s.file.Truncate(0))
	}
	s.end = s.size
	return nil
}

// found takes in a whole record, which lies at the end of what was read so far.
func (s *Spool) found(h frameHeader) error {
	next := s.size + headerSize + int64(h.length)
	if h.length == 0 { // of Clear
		s.last, s.size = h.number, next
		return nil
	}
	if number := h.number; number != s.last+1 && s.last != 0 {
		return fmt.Errorf("at byte %d: record %d follows record %d; the file was not changed", s.size, number, s.last)
	}
	var c *chunk
	if len(s.chunks) > 0 {
		c = s.chunks[len(s.chunks)-1]
	}
	if c == nil || c.lost > 0 || c.first+c.count() != h.number || next-c.offset > chunkSize ||
		c.offset+int64(c.ends[len(c.ends)-1]) != s.size {
		c = &chunk{first: h.number, offset: s.size}
		s.chunks = append(s.chunks, c)
	}
	c.ends = append(c.ends, uint32(next-c.offset))
	s.last, s.size = h.number, next
	return nil
}

// passOver goes on behind bytes that are no whole record. Only what was being written when a
// process or its machine ended is dropped.
func (s *Spool) passOver(w *window) error {
	unfinished, err := w.unfinished(s.size)
	if err != nil {
		return err
	}
	if unfinished {
		w.total = s.size
		return s.file.Truncate(s.size)
	}
	from := s.size
	next, h, err := w.search(from+1, s.last)
	if err != nil {
		return err
	}
	lost := int64(1)
	if next < w.total {
		lost = h.number - s.last - 1
	}
	s.damage = append(s.damage, fmt.Sprintf("bytes %d to %d are damaged: %s", from, next-1,
		lostRecords(s.last+1, lost)))
	if lost > 0 {
		s.chunks = append(s.chunks, &chunk{first: s.last + 1, offset: from, lost: lost})
	}
	s.last, s.size = s.last+lost, next
	return nil
}

func lostRecords(first, n int64) string {
	switch n {
	case 0:
		return "no record is lost"
	case 1:
		return fmt.Sprintf("record %d cannot be read", first)
	}
	return fmt.Sprintf("records %d to %d cannot be read", first, first+n-1)
}

// window reads a file in pieces.
type window struct {
	file  *os.File
	total int64 // bytes of the file
	start int64
	data  []byte
}

// at is n bytes of the file, or fewer at its end. They are valid until the next call.
func (w *window) at(offset int64, n int) ([]byte, error) {
	n = int(min(int64(n), w.total-offset))
	if offset < w.start || offset+int64(n) > w.start+int64(len(w.data)) {
		size := min(int64(max(n, chunkSize)), w.total-offset)
		if int64(cap(w.data)) < size {
			w.data = make([]byte, size)
		}
		w.start, w.data = offset, w.data[:size]
		if got, err := w.file.ReadAt(w.data, offset); err != nil && !errors.Is(err, io.EOF) {
			w.data = nil
			return nil, fmt.Errorf("at byte %d: %w", offset+int64(got), err)
		}
	}
	from := offset - w.start
	return w.data[from : from+int64(n)], nil
}

type frameHeader struct {
	length  uint32
	number  int64
	content uint32 // checksum
}

// parseHeader reads a record's header, if these bytes begin with a sound one.
func parseHeader(b []byte) (frameHeader, bool) {
	if len(b) < headerSize || string(b[:len(marker)]) != marker ||
		crc32.Checksum(b[:headerSize-4], checksums) != binary.LittleEndian.Uint32(b[headerSize-4:]) {
		return frameHeader{}, false
	}
	h := frameHeader{length: binary.LittleEndian.Uint32(b[4:]), number: int64(binary.LittleEndian.Uint64(b[8:])),
		content: binary.LittleEndian.Uint32(b[16:])}
	return h, h.length <= maxRecord && h.number >= 0
}

// frame reads the record at an offset, and says whether it is there and sound.
func (w *window) frame(offset int64) (h frameHeader, whole bool, err error) {
	b, err := w.at(offset, headerSize)
	if err != nil {
		return h, false, err
	}
	h, sound := parseHeader(b)
	if !sound || offset+headerSize+int64(h.length) > w.total {
		return h, false, nil
	}
	b, err = w.at(offset, headerSize+int(h.length))
	if err != nil {
		return h, false, err
	}
	return h, crc32.Checksum(b[headerSize:], checksums) == h.content, nil
}

// unfinished says whether the file ends, from an offset on, with what is left of one
// record that was being written: its beginning, or zeros for which the file was made longer.
func (w *window) unfinished(offset int64) (bool, error) {
	b, err := w.at(offset, headerSize)
	if err != nil {
		return false, err
	}
	if len(b) < headerSize && bytes.HasPrefix([]byte(marker), b[:min(len(b), len(marker))]) {
		return true, nil
	}
	if h, sound := parseHeader(b); sound && offset+headerSize+int64(h.length) > w.total {
		return true, nil
	}
	for ; offset < w.total; offset += int64(len(b)) {
		if b, err = w.at(offset, chunkSize); err != nil {
			return false, err
		}
		if len(bytes.TrimLeft(b, "\x00")) > 0 {
			return false, nil
		}
	}
	return true, nil
}

// search finds the next whole record from an offset on, of a higher number than the last
// one's: where it is, or the end of the file.
func (w *window) search(from, last int64) (int64, frameHeader, error) {
	start := from
	for from < w.total {
		b, err := w.at(from, chunkSize)
		if err != nil {
			return 0, frameHeader{}, err
		}
		i := bytes.Index(b, []byte(marker))
		if i < 0 {
			from += int64(max(1, len(b)-len(marker)+1))
			continue
		}
		from += int64(i)
		h, whole, err := w.frame(from)
		if err != nil {
			return 0, h, err
		}
		// Each record that is lost in between took some room.
		if whole && h.number > last && h.number-last-1 <= (from-start)/headerSize+1 {
			return from, h, nil
		}
		from++
	}
	return w.total, frameHeader{}, nil
}
