// Package spool keeps records in the order in which they came: the newest in
// memory, as bytes without pointers, the older ones in a file.
//
// A million records cost the garbage collector nothing and memory no more than
// the budget. With a file of its own a spool outlives the process: a record is
// in the file before Append returns, so that a process that is killed loses
// none, and Open finds them again.
//
// # What a file promises
//
// A record that Append took is handed to the operating system, so that no end of
// the process loses it. It is forced to the disk (fsync) at most a second later, and by
// Close: a machine that loses its power may lose the records of its last second.
// Open says what it cannot read and keeps everything else: see Damage.
package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"slices"
	"sync"
	"time"
)

// DefaultBudget is how many bytes of records are kept in memory.
const DefaultBudget = 32 << 20

// chunkSize is about how many bytes go to the file at once.
const chunkSize = 1 << 20

// headerSize of a record: a marker (4 bytes), its length (4), its number (8), the
// checksum of its content (4) and the checksum of these 20 bytes (4), little-endian.
const headerSize = 24

// maxRecord bounds a record, in bytes.
const maxRecord = 1 << 30

// marker begins every record, so that the next one is found after a damaged one.
const marker = "\xc1rec"

var checksums = crc32.MakeTable(crc32.Castagnoli)

// Spool is safe for concurrent use. Make one with New or Open.
type Spool struct {
	mu       sync.Mutex
	chunks   []*chunk // oldest first; the last one grows
	last     int64    // number of the newest record
	inMemory int      // bytes
	spare    []byte   // the memory of a chunk that went to the file
	budget   int
	disk     sync.RWMutex // held for reading while the file is read or forced to the disk
	file     *os.File     // nil until there is something to write
	size     int64        // of the file
	end      int64        // of the file, once everything is written; for one of the user's
	named    bool         // the file is the user's: every record goes there at once
	failed   error        // why nothing can be written any more
	syncing  *time.Timer  // forces to the disk what was written since; nil: all is there
	damage   []string
}

// chunk is a run of records, headers included.
type chunk struct {
	first  int64    // number of its first record
	ends   []uint32 // offsets in the chunk
	data   []byte   // nil once it is only in the file
	offset int64    // in the file
	lost   int64    // so many records cannot be read, and the chunk has no others
}

// count is the number of the chunk's records.
func (c *chunk) count() int64 { return c.lost + int64(len(c.ends)) }

// New makes a spool that lives as long as the process. A budget of 0 is
// DefaultBudget.
func New(budget int) *Spool {
	if budget <= 0 {
		budget = DefaultBudget
	}
	return &Spool{budget: budget}
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
	s.end += int64(len(c.data) - start)
	err := s.persist(c)
	return s.last, err
}

// Flush writes what Append could not write, for lack of room for example. Its error
// says why that still is so.
func (s *Spool) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.named {
		return nil
	}
	if s.failed == nil {
		return s.flush()
	}
	return s.failed
}

// growing is the chunk for a record of n bytes.
func (s *Spool) growing(n int) *chunk {
	if len(s.chunks) > 0 {
		if c := s.chunks[len(s.chunks)-1]; c.data != nil && len(c.data)+headerSize+n <= chunkSize {
			return c
		}
	}
	c := &chunk{first: s.last, offset: s.end}
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
func (s *Spool) persist(growing *chunk) error {
	if s.failed != nil {
		return s.failed
	}
	if s.named {
		if err := s.flush(); err != nil {
			return err // and the next record tries again
		}
	}
	for _, old := range s.chunks {
		if s.failed != nil || s.inMemory <= s.budget || old == growing {
			break
		}
		s.failed = s.evict(old)
	}
	return s.failed
}

// flush writes to the user's file what is not in it yet.
func (s *Spool) flush() error {
	for _, c := range s.chunks[s.firstUnwritten():] {
		if err := s.write(c.data[s.size-c.offset:]); err != nil {
			return err
		}
	}
	if s.syncing == nil && s.file != nil {
		s.syncing = time.AfterFunc(syncAfter, s.sync)
	}
	return nil
}

// firstUnwritten is the index of the first chunk that the file does not have wholly.
func (s *Spool) firstUnwritten() int {
	i := len(s.chunks)
	for i > 0 && s.chunks[i-1].offset+int64(len(s.chunks[i-1].data)) > s.size {
		i--
	}
	return i
}

// syncAfter is how long a record may be with the operating system alone.
const syncAfter = time.Second

// sync forces to the disk what was written.
func (s *Spool) sync() {
	s.disk.RLock()
	defer s.disk.RUnlock()
	s.mu.Lock()
	file := s.file
	s.syncing = nil
	s.mu.Unlock()
	if file == nil {
		return // closed
	}
	if err := file.Sync(); err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = fmt.Errorf("records that were written did not reach the disk: %w", err)
	}
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
	start := len(b)
	b = append(b, marker...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(record)))
	b = binary.LittleEndian.AppendUint64(b, uint64(number))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(record, checksums))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], checksums))
	return append(b, record...)
}

// Read calls yield with the records after a number, oldest first, until it
// returns false. A record's bytes are valid for the call only; they are nil for a
// record that cannot be read.
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
		if c.first+c.count() > after+1 {
			out = append(out, *c)
		}
	}
	return out, s.file
}

func (c *chunk) read(file *os.File, after int64, yield func(int64, []byte) bool) (bool, error) {
	for i := range c.lost {
		if number := c.first + i; number > after && !yield(number, nil) {
			return false, nil
		}
	}
	data := c.data
	if data == nil && len(c.ends) > 0 {
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
	s.chunks, s.inMemory, s.size, s.end, s.damage = nil, 0, 0, 0, nil
	if s.file == nil {
		return nil
	}
	if s.named {
		s.size = int64(len(fileHeader))
		s.end = s.size
	}
	if err := s.file.Truncate(s.size); err != nil {
		return err
	}
	s.failed = nil
	if !s.named {
		return nil
	}
	// An empty record carries the number over to the next process.
	err := s.write(appendFrame(nil, s.last, nil))
	s.end = s.size
	return err
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
	var err error
	if s.named {
		err = errors.Join(s.failed, s.flush(), s.file.Sync())
		if s.syncing != nil {
			s.syncing.Stop()
		}
	}
	err = errors.Join(err, s.file.Close())
	if !s.named {
		_ = os.Remove(s.file.Name()) // most systems have done so already
	}
	s.file, s.failed = nil, os.ErrClosed
	s.chunks = slices.DeleteFunc(s.chunks, func(c *chunk) bool { return c.data == nil && c.lost == 0 })
	return err
}
