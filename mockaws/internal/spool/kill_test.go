package spool

import (
	"bufio"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

const childVariable = "SPOOL_TEST_CHILD"

// TestMain is, in a child process of TestKilled, who writes until it is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv(childVariable); path != "" {
		os.Exit(write(path))
	}
	os.Exit(m.Run())
}

// write appends records, and says the number of each on standard output once Append has
// returned.
func write(path string) int {
	s, err := Open(path, 1<<20)
	if err != nil {
		println(err.Error())
		return 1
	}
	for {
		n, err := s.Append(record(s.Last() + 1))
		if err != nil {
			println(err.Error())
			return 1
		}
		if _, err := os.Stdout.Write(binary.LittleEndian.AppendUint64(nil, uint64(n))); err != nil {
			return 0 // killed, nearly
		}
	}
}

// TestKilled kills a writer with SIGKILL at any moment, again and again, and leaves at
// times what a power failure would: a torn record, zeros. Each record that Append took is
// there afterwards. HOSTPROOF_SOAK=1000000 is the long run.
func TestKilled(t *testing.T) {
	goal := int64(10_000)
	if text := os.Getenv("HOSTPROOF_SOAK"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		goal = n
	}
	path := filepath.Join(t.TempDir(), "journal")
	random := rand.New(rand.NewPCG(1, 2))
	var last int64
	lives := 0
	for ; last < goal; lives++ {
		least := last
		last = liveOnce(t, path, last, min(goal/8, 50_000)+random.Int64N(500))
		if last < least {
			t.Fatalf("life %d: %d records, there were %d", lives, last, least)
		}
		if lives%2 == 1 {
			tear(t, path, random, last+1)
		}
	}
	s, err := Open(path, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	check(t, s, 0, 1, last)
	t.Logf("%d records in %d lives, 0 lost", last, lives)
}

// liveOnce has a child write so many records and kills it. It returns the number of the last
// record that is in the file, which is that of the last one it heard of, or a later one.
func liveOnce(t *testing.T, path string, last, records int64) int64 {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), childVariable+"="+path), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	heard, numbers := last, bufio.NewReader(out)
	var b [8]byte
	for _, err = io.ReadFull(numbers, b[:]); err == nil; _, err = io.ReadFull(numbers, b[:]) {
		n := int64(binary.LittleEndian.Uint64(b[:]))
		if n != heard+1 {
			t.Fatalf("record %d follows record %d", n, heard)
		}
		if heard = n; heard == last+records {
			_ = cmd.Process.Kill() // and what it has said until then is read
		}
	}
	_ = cmd.Wait()
	s, err := Open(path, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Last() < heard || len(s.Damage()) > 0 {
		t.Fatalf("%d records, and Append took %d; damage: %q", s.Last(), heard, s.Damage())
	}
	return s.Last()
}

// tear leaves at the end of a file what was being written when the power failed.
func tear(t *testing.T, path string, random *rand.Rand, next int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	torn := appendFrame(nil, next, record(next))
	torn = torn[:random.IntN(len(torn))]
	if random.IntN(2) == 0 {
		torn = make([]byte, 1+random.IntN(10_000))
	}
	if _, err := f.Write(torn); err != nil {
		t.Fatal(err)
	}
}
