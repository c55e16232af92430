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
	// The process is killed: nobody closes, and the last record is cut.
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
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

func TestDamageIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	s, err := Open(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 5)
	s.Close()
	whole, _ := os.ReadFile(path)
	damaged := slices.Clone(whole)
	damaged[headerSize+2] ^= 1
	frames := func(numbers ...int64) (b []byte) {
		for _, n := range numbers {
			b = appendFrame(b, n, record(n))
		}
		return b
	}
	for name, content := range map[string][]byte{
		"a record is damaged":       damaged,
		"no journal":                bytes.Repeat([]byte("words "), 20),
		"record 4 follows record 2": frames(1, 2, 4), // one is missing
		"record 2 follows record 2": frames(1, 2, 2),
		"record 1 follows record 2": frames(1, 2, 1),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, 0); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(),
			path) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
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
	f.Add(appendFrame(appendFrame(nil, 1, []byte("one")), 2, []byte("two")))
	f.Add(appendFrame(nil, 9, nil))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "journal")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, 0)
		if err != nil {
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
