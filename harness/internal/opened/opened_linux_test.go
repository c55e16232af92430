package opened

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func write(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) {
	t.Helper()
	if _, err := os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
}

// It reports how often each file was opened, whatever else in its directory
// was, and of a file that cannot be watched that nothing is known.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	opened, other, never := write(t, dir+"/a/opened"), write(t, dir+"/a/other"), write(t, dir+"/b/never")
	begin := time.Now()
	w := Watch([]File{{"opened", opened}, {"never", never}, {"missing", dir + "/c/missing"}})
	read(t, opened)
	read(t, other)
	read(t, opened)
	got := w.Close()
	if len(got) != 3 || !got[0].Seen || got[0].Count != 2 || got[0].First.Before(begin) ||
		got[0].Last.Before(got[0].First) {
		t.Errorf("got %+v", got)
	}
	if !got[1].Seen || got[1].Count != 0 || got[2].Seen {
		t.Errorf("got %+v", got)
	}
}

// A file that is replaced by renaming is still the file of that name, and one behind
// a symbolic link is followed when it moves, as Kubernetes moves tokens.
func TestWatchWhatIsReplaced(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir+"/cache")
	write(t, dir+"/..1/token")
	write(t, dir+"/..2/token")
	link := filepath.Join(dir, "token")
	if err := os.Symlink("..1/token", link); err != nil {
		t.Fatal(err)
	}
	w := Watch([]File{{"cache", file}, {"token", link}})
	if err := os.Rename(write(t, dir+"/next"), file); err != nil {
		t.Fatal(err)
	}
	read(t, file)
	read(t, link)
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..2/token", link); err != nil {
		t.Fatal(err)
	}
	w.Moved(File{"token", link})
	read(t, link)
	if got := w.Close(); got[0].Count != 1 || got[1].Count != 2 || !got[1].Seen {
		t.Errorf("got %+v", got)
	}
}

// What lies nowhere on this machine is not seen, and is not the working directory.
func TestWatchNothing(t *testing.T) {
	w := Watch([]File{{"placed elsewhere", ""}})
	read(t, "opened.go")
	if got := w.Close(); got[0].Seen || got[0].Count != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestWatchManyAtOnce(t *testing.T) {
	file := write(t, t.TempDir()+"/file")
	w := Watch([]File{{"file", file}})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				read(t, file)
				w.Moved(File{"file", file})
			}
		})
	}
	wg.Wait()
	// The kernel joins events that follow one another and are alike.
	if got := w.Close(); got[0].Count == 0 || got[0].Count > 400 {
		t.Errorf("got %+v", got)
	}
}
