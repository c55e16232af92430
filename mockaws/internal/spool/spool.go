// Package spool keeps records in the order in which they came: the newest in
// memory, as bytes without pointers, the older ones in a file.
//
// A million records cost the garbage collector nothing and memory no more than
// the budget. With a file of its own a spool outlives the process: a record is
// in the file before Append returns, so that a process that is killed loses
// none, and Open finds them again.
package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"sync"
)

// DefaultBudget is how many bytes of records are kept in memory.
const DefaultBudget = 32 << 20

// chunkSize is about how many bytes go to the file at once.
const chunkSize = 1 << 20

// headerSize of a record: its length and checksum (4 bytes each) and its
// number (8 bytes), little-endian.
const headerSize = 16

// maxRecord bounds a record, in bytes.
const maxRecord = 1 << 30

var checksums = crc32.MakeTable(crc32.Castagnoli)

// Spool is safe for concurrent use. Make one with New or Open.
type Spool struct {
	mu       sync.Mutex
	chunks   []*chunk // oldest first; the last one grows
	last     int64    // number of the newest record
	inMemory int      // bytes
	spare    []byte   // the memory of a chunk that went to the file
	budget   int
	disk     sync.RWMutex // held for reading while records are read from the file
	file     *os.File     // nil until there is something to write
	size     int64        // of the file
	named    bool         // the file is the user's: every record goes there at once
	failed   error        // why nothing can be written any more
}

// chunk is a run of records, headers included.
type chunk struct {
	first  int64    // number of its first record
	ends   []uint32 // offsets in the chunk
	data   []byte   // nil once it is only in the file
	offset int64    // in the file
}

// New makes a spool that lives as long as the process. A budget of 0 is
// DefaultBudget.
func New(budget int) *Spool {
	if budget <= 0 {
		budget = DefaultBudget
	}
	return &Spool{budget: budget}
}

// Open makes a spool that keeps its records in a file, with what an earlier
// process left there. A record at the end that was not written wholly is
// dropped; any other damage is an error.
func Open(path string, budget int) (*Spool, error) {
	s := New(budget)
	s.named = true
	var err error
	if s.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), s.file.Close())
	}
	return s, nil
}

// Last is the number of the newest record, 0 before the first.
func (s *Spool) Last() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Append adds a record and returns its number, from 1. The record is kept in
// memory when it cannot be written; the error says why it could not.
func (s *Spool) Append(record []byte) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	c := s.growing(len(record))
	start := len(c.data)
	c.data = appendFrame(c.data, s.last, record)
	c.ends = append(c.ends, uint32(len(c.data)))
	s.inMemory += len(c.data) - start
	err := s.persist(c, start)
	return s.last, err
}

// growing is the chunk for a record of n bytes.
func (s *Spool) growing(n int) *chunk {
	if len(s.chunks) > 0 {
		if c := s.chunks[len(s.chunks)-1]; c.data != nil && len(c.data)+headerSize+n <= chunkSize {
			return c
		}
	}
	c := &chunk{first: s.last, offset: s.size}
	if len(s.chunks) > 0 { // the first one grows: most spools stay small
		c.data = s.buffer(headerSize + n)
	}
	s.chunks = append(s.chunks, c)
	return c
}

func (s *Spool) buffer(n int) []byte {
	if b := s.spare; b != nil && n <= cap(b) {
		s.spare = nil
		return b
	}
	return make([]byte, 0, max(chunkSize, n))
}

// persist writes what must be in the file by now.
func (s *Spool) persist(c *chunk, start int) error {
	if s.failed != nil {
		return s.failed
	}
	if s.named {
		s.failed = s.write(c.data[start:])
	}
	for _, old := range s.chunks {
		if s.failed != nil || s.inMemory <= s.budget || old == c {
			break
		}
		s.failed = s.evict(old)
	}
	return s.failed
}

func (s *Spool) evict(c *chunk) error {
	if c.data == nil {
		return nil
	}
	if !s.named {
		c.offset = s.size
		if err := s.write(c.data); err != nil {
			return err
		}
	}
	s.inMemory -= len(c.data)
	if cap(c.data) == chunkSize && s.disk.TryLock() { // nobody reads, so nobody holds its bytes
		s.spare = c.data[:0]
		s.disk.Unlock()
	}
	c.data = nil
	return nil
}

func (s *Spool) write(p []byte) error {
	if s.file == nil {
		var err error
		if s.file, err = temporary(); err != nil {
			return err
		}
	}
	n, err := s.file.WriteAt(p, s.size)
	if err != nil {
		return fmt.Errorf("after %d bytes: %w", s.size+int64(n), err)
	}
	s.size += int64(n)
	return nil
}

// temporary is a file that nobody else sees and that ends with the process.
func temporary() (*os.File, error) {
	f, err := os.CreateTemp("", "spool-")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // where an open file cannot be removed, Close tries again
	return f, nil
}

func appendFrame(b []byte, number int64, record []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(record)))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(record, checksums))
	b = binary.LittleEndian.AppendUint64(b, uint64(number))
	return append(b, record...)
}

// Read calls yield with the records after a number, oldest first, until it
// returns false. A record's bytes are valid for the call only.
func (s *Spool) Read(after int64, yield func(number int64, record []byte) bool) error {
	s.disk.RLock()
	defer s.disk.RUnlock()
	chunks, file := s.snapshot(after)
	for _, c := range chunks {
		if ok, err := c.read(file, after, yield); err != nil || !ok {
			return err
		}
	}
	return nil
}

// snapshot is the chunks as they are now: what is appended later lies behind
// their ends.
func (s *Spool) snapshot(after int64) ([]chunk, *os.File) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []chunk
	for _, c := range s.chunks {
		if c.first+int64(len(c.ends)) > after+1 {
			out = append(out, *c)
		}
	}
	return out, s.file
}

func (c *chunk) read(file *os.File, after int64, yield func(int64, []byte) bool) (bool, error) {
	data := c.data
	if data == nil {
		data = make([]byte, c.ends[len(c.ends)-1])
		if _, err := file.ReadAt(data, c.offset); err != nil {
			return false, err
		}
	}
	start := uint32(0)
	for i, end := range c.ends {
		number := c.first + int64(i)
		if number > after && !yield(number, data[start+headerSize:end:end]) {
			return false, nil
		}
		start = end
	}
	return true, nil
}

// Clear forgets all records; numbers go on.
func (s *Spool) Clear() error {
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chunks, s.inMemory, s.size = nil, 0, 0
	if s.file == nil {
		return nil
	}
	if err := s.file.Truncate(0); err != nil {
		return err
	}
	s.failed = nil
	if !s.named {
		return nil
	}
	// An empty record carries the number over to the next process.
	return s.write(appendFrame(nil, s.last, nil))
}

// Close gives the file back. Records that are in memory can still be read.
func (s *Spool) Close() error {
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if !s.named {
		_ = os.Remove(s.file.Name()) // most systems have done so already
	}
	s.file, s.failed = nil, os.ErrClosed
	s.chunks = slices.DeleteFunc(s.chunks, func(c *chunk) bool { return c.data == nil })
	return err
}

// load finds the records of an earlier process.
func (s *Spool) load() error {
	r := &counting{r: s.file}
	var c *chunk
	for {
		number, n, err := frame(r)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return s.file.Truncate(s.size) // what was being written when the process ended
		case err != nil:
			return fmt.Errorf("at byte %d: %w", s.size, err)
		}
		if n == 0 {
			s.last, s.size, c = number, r.n, nil
			continue
		}
		if number != s.last+1 && s.last != 0 {
			return fmt.Errorf("at byte %d: record %d follows record %d", s.size, number, s.last)
		}
		if c == nil || r.n-c.offset > chunkSize {
			c = &chunk{first: number, offset: s.size}
			s.chunks = append(s.chunks, c)
		}
		c.ends = append(c.ends, uint32(r.n-c.offset))
		s.last, s.size = number, r.n
	}
}

// frame reads one record and checks it.
func frame(r io.Reader) (number int64, size uint32, err error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return 0, 0, err
	}
	size = binary.LittleEndian.Uint32(h[:])
	if size > maxRecord {
		return 0, 0, errors.New("this is no journal")
	}
	sum := crc32.New(checksums)
	if _, err := io.CopyN(sum, r, int64(size)); err != nil {
		return 0, 0, io.ErrUnexpectedEOF
	}
	if sum.Sum32() != binary.LittleEndian.Uint32(h[4:]) {
		return 0, 0, errors.New("a record is damaged")
	}
	return int64(binary.LittleEndian.Uint64(h[8:])), size, nil
}

type counting struct {
	r io.Reader
	n int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
