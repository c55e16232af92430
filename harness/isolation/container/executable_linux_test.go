package container

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
)

// TestExecutable looks at what goes into an image of this very program. That it
// runs in a container is shown by every other test here.
func TestExecutable(t *testing.T) {
	made, err := fromExecutable(t.Context(), platform{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		t.Fatal(err)
	}
	about, err := dynamicOf(made.files[standin.Path])
	if err != nil {
		t.Fatal(err)
	}
	if about.loader == "" {
		if len(made.files) != 1 || made.libraries != "" {
			t.Errorf("a static program has %d files, libraries in %q", len(made.files), made.libraries)
		}
		return
	}
	if made.files[about.loader] == nil || made.libraries != libraryDir {
		t.Errorf("the loader %s is missing, libraries are in %q", about.loader, made.libraries)
	}
	for _, name := range about.needed {
		if made.files[libraryDir+"/"+name] == nil {
			t.Errorf("the library %s is missing", name)
		}
	}
}

// TestDynamicProgram packs one with a library and without: a program of this
// machine that is linked dynamically, and what it says that it has mapped.
func TestDynamicProgram(t *testing.T) {
	cat, err := exec.LookPath("cat")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(cat)
	if err != nil {
		t.Fatal(err)
	}
	about, err := dynamicOf(program)
	if err != nil {
		t.Fatal(err)
	}
	if about.loader == "" { // a system of static programs
		if made, err := pack(program, nil); err != nil || len(made.files) != 1 {
			t.Fatalf("%v", err)
		}
		return
	}
	maps, err := exec.Command(cat, "/proc/self/maps").Output()
	if err != nil {
		t.Fatal(err)
	}
	files := mapped(string(maps))
	made, err := pack(program, files)
	if err != nil || len(made.files) < 3 || made.libraries == "" {
		t.Fatalf("%v", err)
	}
	libc := slices.DeleteFunc(slices.Clone(files), func(f string) bool {
		return !strings.Contains(filepath.Base(f),
			"libc.")
	})
	if len(libc) == 0 {
		t.Fatalf("there is no C library in %q", files)
	}
	without := slices.DeleteFunc(files, func(f string) bool { return slices.Contains(libc, f) })
	if _, err := pack(program, without); err == nil || !strings.Contains(err.Error(),
		"needs the shared library libc.") ||
		!strings.Contains(err.Error(), "CGO_ENABLED=0") {
		t.Errorf("without its C library: %v", err)
	}
	if _, err := pack(program, append(files, filepath.Join(t.TempDir(), "gone.so"))); err == nil {
		t.Error("a library that cannot be read is left out")
	}
	if _, err := pack([]byte("#!/bin/sh\n"), nil); err == nil {
		t.Error("a script is a program to be put into an image")
	}
}

func TestMapped(t *testing.T) {
	const maps = `00400000-01a00000 r-xp 00000000 fe:00 1 /usr/bin/hostproof
01a00000-01b00000 rw-p 00000000 fe:00 1 /usr/bin/hostproof
7f00-7f10 r--p 00000000 fe:00 2 /usr/lib/locale/C.utf8/LC_CTYPE
7f10-7f20 r-xp 00000000 fe:00 3 /usr/lib/with a space/libc.so.6
7f20-7f30 r-xp 00000000 fe:00 4 /usr/lib/libgone.so (deleted)
7ff0-7ff8 r-xp 00000000 00:00 0 [vdso]
`
	want := []string{"/usr/bin/hostproof", "/usr/lib/with a space/libc.so.6"}
	if got := mapped(maps); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestExecutableOfAnotherPlatform(t *testing.T) {
	_, err := fromExecutable(t.Context(), platform{"linux", "riscv64"})
	if err == nil || !strings.Contains(err.Error(), "is for "+runtime.GOOS+"/"+runtime.GOARCH+
		", and the engine wants linux/riscv64") {
		t.Errorf("got %v", err)
	}
}
