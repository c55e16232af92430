package mockaws_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
)

// soakExchanges is how many exchanges TestSoak makes; HOSTPROOF_SOAK=1000000 for
// the long run.
func soakExchanges(t *testing.T) int {
	text := os.Getenv("HOSTPROOF_SOAK")
	if text == "" {
		return 20_000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("HOSTPROOF_SOAK=%s is no number", text)
	}
	return n
}

// TestSoak makes very many exchanges, accepted and refused, from several sides
// at once: none is lost, memory stays where it is, nothing leaks.
func TestSoak(t *testing.T) {
	n, workers := soakExchanges(t), 4
	goroutines, files := runtime.NumGoroutine(), openFiles(t)
	s, key := withOneUser(t)
	right := capture(t, key.KeyID, key.Secret)
	unknown := capture(t, "AKIAQQQQQQQQQQQQQQQQ", key.Secret)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < n; i += workers {
				sent, want := right, http.StatusOK
				if i%10 == 0 {
					sent, want = unknown, http.StatusForbidden
				}
				r := sent.request.Clone(t.Context())
				r.Body = readCloser{bytes.NewReader(sent.body)}
				rec := httptest.NewRecorder()
				if s.ServeHTTP(rec, r); rec.Code != want {
					t.Errorf("exchange %d: %d %s", i, rec.Code, rec.Body)
					return
				}
			}
		}()
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	var seen, refused int64
	for e := range s.Journal().All(0) {
		if seen++; e.Seq != seen {
			t.Fatalf("exchange %d is missing: %d follows", seen, e.Seq)
		}
		if !e.Verdict.Accepted {
			refused++
		}
	}
	if want := int64((n + 9) / 10); seen != int64(n) || refused != want {
		t.Errorf("%d exchanges, %d refused; want %d and %d", seen, refused, n, want)
	}
	if err := s.Journal().Err(); err != nil {
		t.Error(err)
	}
	if used := heap(); used > 120<<20 {
		t.Errorf("%d MB in use after %d exchanges", used>>20, n)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if now := runtime.NumGoroutine(); now > goroutines+2 {
		t.Errorf("%d goroutines, before there were %d", now, goroutines)
	}
	if now := openFiles(t); now > files+1 {
		t.Errorf("%d open files, before there were %d", now, files)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// openFiles counts this process's descriptors, where the system tells.
func openFiles(t *testing.T) int {
	t.Helper()
	list, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}
