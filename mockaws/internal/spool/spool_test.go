package spool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func record(i int64) []byte {
	return fmt.Appendf(nil, "record %d %s", i, strings.Repeat("x", int(i%3000)))
}

// check reads everything after a number and compares it.
func check(t *testing.T, s *Spool, after, first, last int64) {
	t.Helper()
	want := first
	err := s.Read(after, func(n int64, got []byte) bool {
		if n != want || !bytes.Equal(got, record(n)) {
			t.Fatalf("record %d is %.40q, want record %d", n, got, want)
		}
		want++
		return true
	})
	if err != nil || want != last+1 {
		t.Fatalf("read up to record %d of %d: %v", want-1, last, err)
	}
}

func fill(t testing.TB, s *Spool, n int) {
	t.Helper()
	for range n {
		next := s.Last() + 1
		if got, err := s.Append(record(next)); err != nil || got != next {
			t.Fatalf("append: %d, %v", got, err)
		}
	}
}

func TestSpillsBeyondItsBudget(t *testing.T) {
	s := New(2 << 20)
	defer s.Close()
	fill(t, s, 10_000) // 15 MB
	if s.inMemory > s.budget+chunkSize || s.size == 0 {
		t.Errorf("%d bytes in memory, %d in the file", s.inMemory, s.size)
	}
	check(t, s, 0, 1, 10_000)
	check(t, s, 4321, 4322, 10_000)
	check(t, s, 10_000, 10_001, 10_000)
	if err := s.Clear(); err != nil {
		t.Fatal(err)
	}
	check(t, s, 0, 10_001, 10_000)
	fill(t, s, 5_000)
	check(t, s, 0, 10_001, 15_000)
}

func TestOutlivesItsProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	s, err := Open(path, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 3_000)
	// The process is killed, and the last record is cut.
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	for _, cut := range []int{0, 1, headerSize + 1} {
		if err := os.WriteFile(path, whole[:len(whole)-cut], 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := Open(path, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		last := int64(3_000)
		if cut > 0 {
			last--
		}
		check(t, again, 0, 1, last)
		fill(t, again, 10)
		check(t, again, 100, 101, last+10)
		again.Close()
	}
}

// What was left of a record that was being written is gone for good: shorter ones
// after it leave nothing of it behind.
func TestNothingIsLeftOfACutRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	s, err := Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 1)
	s.Close()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := appendFrame(nil, 2, bytes.Repeat([]byte("x"), 1000))[:900]
	if err := os.WriteFile(path, append(whole, cut...), 0o600); err != nil {
		t.Fatal(err)
	}
	for last := int64(2); last < 5; last++ {
		if s, err = Open(path, 0); err != nil {
			t.Fatal(err)
		}
		fill(t, s, 1)
		check(t, s, 0, 1, last)
		s.Close()
	}
}

func TestNumbersGoOnAfterClear(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	s, err := Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 7)
	if err := s.Clear(); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if s, err = Open(path, 0); err != nil || s.Last() != 7 {
		t.Fatalf("%v: last is %d", err, s.Last())
	}
	fill(t, s, 3)
	check(t, s, 0, 8, 10)
	s.Close()
}

// frames is a file of these records.
func frames(numbers ...int64) []byte {
	b := []byte(fileHeader)
	for _, n := range numbers {
		b = appendFrame(b, n, record(n))
	}
	return b
}

// TestRefusesWhatIsNotItsOwn opens files of others, and files that cannot be: each stays as
// it is.
func TestRefusesWhatIsNotItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	for content, says := range map[string]string{
		"{\n  \"name\": \"precious\"\n}\n": "is no journal",
		"---\na: 1\n":                      "is no journal",
		"a: 1\n...":                        "is no journal",
		"# A page\n":                       "is no journal",
		"PK\x03\x04 a zip":                 "is no journal",
		"abc":                              "is no journal",
		"\x00":                             "is no journal",
		strings.Repeat("\x00", 1<<20):      "is no journal",
		strings.Repeat("words ", 20):       "is no journal",
		fileHeader[:10]:                    "is no journal",
		strings.Replace(string(frames(1)), "1\n", "2\n", 1): "is no journal",
		string(frames(1, 2, 4)):                             "record 4 follows record 2",
		string(frames(1, 2, 2)):                             "record 2 follows record 2",
		string(frames(1, 2, 1)):                             "record 1 follows record 2",
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path, 0)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%.20q: got %v, want %q", content, err, says)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != content {
			t.Errorf("%.20q: the file is %.20q now, %v", content, now, err)
		}
	}
	if _, err := Open(t.TempDir(), 0); err == nil || !strings.Contains(err.Error(), "a directory") {
		t.Errorf("a directory: %v", err)
	}
}

// TestDamageIsSaid damages one place of a file: every record elsewhere is there, the one that
// is not is said, and nothing of the file is dropped.
func TestDamageIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	sound := frames(1, 2, 3, 4, 5)
	at := func(n int64) int { return len(framesBefore(n)) }
	for name, row := range map[string]struct {
		place  int
		lost   []int64
		damage string
	}{
		"a marker":       {at(2), []int64{2}, "record 2 cannot be read"},
		"a length":       {at(2) + 7, []int64{2}, "record 2 cannot be read"},
		"a number":       {at(3) + 8, []int64{3}, "record 3 cannot be read"},
		"a content":      {at(1) + headerSize, []int64{1}, "record 1 cannot be read"},
		"the last one's": {at(5) + headerSize + 2, []int64{5}, "record 5 cannot be read"},
	} {
		damaged := slices.Clone(sound)
		damaged[row.place] ^= 0x55
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := s.Damage(); len(d) != 1 || !strings.Contains(d[0], row.damage) {
			t.Errorf("%s: said %q, want %q", name, d, row.damage)
		}
		fill(t, s, 2)
		var next int64
		err = s.Read(0, func(n int64, got []byte) bool {
			next++
			if n != next || (got == nil) != slices.Contains(row.lost, n) || got != nil && !bytes.Equal(got, record(n)) {
				t.Errorf("%s: record %d is %.20q, want record %d", name, n, got, next)
			}
			return true
		})
		if err != nil || next != 7 {
			t.Errorf("%s: read %d records, %v", name, next, err)
		}
		s.Close()
		if now, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(now, damaged) {
			t.Errorf("%s: the file was changed, %v", name, err)
		}
	}
}

// framesBefore is a file of the records before one.
func framesBefore(n int64) []byte {
	b := []byte(fileHeader)
	for i := int64(1); i < n; i++ {
		b = appendFrame(b, i, record(i))
	}
	return b
}

// TestDropsZerosAtTheEnd: a power failure may leave a file longer than what was written.
func TestDropsZerosAtTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	for _, zeros := range []int{1, headerSize, 5000, 3 << 20} {
		if err := os.WriteFile(path, append(frames(1, 2, 3), make([]byte, zeros)...), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, 0)
		if err != nil || s.Last() != 3 || len(s.Damage()) > 0 {
			t.Fatalf("%d zeros: %v, last %d, %v", zeros, err, s.Last(), s.Damage())
		}
		fill(t, s, 1)
		check(t, s, 0, 1, 4)
		s.Close()
	}
}

// TestOneProcessAtATime opens a file twice. Locks are of the open file, so that one process
// is enough to see it.
func TestOneProcessAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	s, err := Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 3)
	if _, err := Open(path, 0); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("opened twice: %v", err)
	}
	check(t, s, 0, 1, 3)
	s.Close()
	if s, err = Open(path, 0); err != nil || s.Last() != 3 {
		t.Fatalf("%v: last is %d", err, s.Last())
	}
	s.Close()
}

// TestWritesLaterWhatItCouldNot: a disk that is full for a while loses nothing.
func TestWritesLaterWhatItCouldNot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	s, err := Open(path, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 500)
	writable := s.file
	if s.file, err = os.Open(path); err != nil { // reads only
		t.Fatal(err)
	}
	for range 2_000 { // 3 MB: more than a chunk, and than the budget
		if _, err := s.Append(record(s.Last() + 1)); err == nil {
			t.Fatal("a file that cannot be written took a record")
		}
	}
	if err := s.Flush(); err == nil {
		t.Error("it was written all the same")
	}
	check(t, s, 0, 1, 2_500)
	s.file.Close()
	s.file = writable
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	fill(t, s, 500)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(path, 0); err != nil {
		t.Fatal(err)
	}
	check(t, s, 0, 1, 3_000)
	s.Close()
}

// TestKeepsWhatItCannotWrite closes the file under the spool, as a full disk
// would.
func TestKeepsWhatItCannotWrite(t *testing.T) {
	s := New(1 << 20)
	fill(t, s, 3_000)
	s.file.Close()
	var failed error
	for range 3_000 {
		if _, err := s.Append(record(s.Last() + 1)); err != nil {
			failed = err
		}
	}
	if failed == nil {
		t.Error("no error of the file")
	}
	from := int64(0)
	for _, c := range s.chunks {
		if c.data != nil {
			from = c.first
			break
		}
	}
	check(t, s, from-1, from, 6_000)
}

func TestReadsWhileItGrows(t *testing.T) {
	s := New(1 << 20)
	defer s.Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 400 {
				if _, err := s.Append(fmt.Appendf(nil, "%d %s", i, strings.Repeat("y", 2000))); err != nil {
					t.Error(err)
				}
				if i%50 == 0 {
					n := int64(0)
					err := s.Read(0, func(number int64, _ []byte) bool { n++; return number == n })
					if err != nil || n == 0 {
						t.Errorf("read %d records: %v", n, err)
					}
				}
			}
		}()
	}
	wg.Wait()
	if s.Last() != 1600 {
		t.Errorf("last is %d", s.Last())
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte{})
	f.Add(frames(1, 2))
	f.Add(appendFrame([]byte(fileHeader), 9, nil))
	f.Add(append(frames(1), 0, 0, 0))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "journal")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, 0)
		if err != nil {
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, content) {
				t.Fatalf("a refused file was changed: %v", err)
			}
			return
		}
		defer s.Close()
		last := s.Last()
		if n, err := s.Append([]byte("more")); err != nil || n != last+1 {
			t.Fatalf("append: %d, %v", n, err)
		}
		if err := s.Read(0, func(int64, []byte) bool { return true }); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	s := New(0)
	defer s.Close()
	p := bytes.Repeat([]byte("x"), 1500)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Append(p); err != nil {
			b.Fatal(err)
		}
	}
}
