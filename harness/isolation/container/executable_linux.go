package container

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
)

// libraryDir is where an image has the shared libraries of the stand-in.
const libraryDir = standin.Path + ".lib"

// fromExecutable is this program itself. If it is linked dynamically, its loader
// and the shared libraries that it runs with come along.
func fromExecutable(_ context.Context, p platform) (*standInFiles, error) {
	if here := (platform{runtime.GOOS, runtime.GOARCH}); here != p {
		return nil, fmt.Errorf("this program, which could be put into one, is for %s, and the engine wants %s", here, p)
	}
	program, err := os.ReadFile("/proc/self/exe") // even if it was replaced or removed meanwhile
	if errors.Is(err, fs.ErrPermission) {
		return nil, errors.New("this program, which could be put into one, cannot be read by who runs it (chmod a+r)")
	}
	if err != nil {
		return nil, fmt.Errorf("this program cannot be put into one: %w", err)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return nil, fmt.Errorf("this program cannot be put into one: %w", err)
	}
	packed, err := pack(program, mapped(string(maps)))
	if err != nil {
		return nil, fmt.Errorf("this program cannot be put into one: %w", err)
	}
	return packed, nil
}

// pack is a program with its loader and those of the files that are its
// libraries.
func pack(program []byte, candidates []string) (*standInFiles, error) {
	out := &standInFiles{files: map[string][]byte{standin.Path: program}}
	about, err := dynamicOf(program)
	if err != nil {
		return nil, err
	}
	if about.loader == "" {
		return out, nil // static
	}
	out.libraries = libraryDir
	if out.files[about.loader], err = os.ReadFile(about.loader); err != nil {
		return nil, err
	}
	needed, found := about.needed, map[string]bool{}
	for _, file := range candidates {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("it uses %s, which cannot be read: %w", file, err)
		}
		library, err := dynamicOf(data)
		if err != nil || library.loader != "" && library.name == "" {
			continue // no library: the program, a catalogue of messages
		}
		if library.name == "" {
			library.name = path.Base(file)
		}
		found[library.name] = true
		needed = append(needed, library.needed...)
		out.files[path.Join(libraryDir, library.name)] = data
	}
	for _, name := range needed {
		if !found[name] {
			return nil, fmt.Errorf("it needs the shared library %s, which is not at hand: build it with CGO_ENABLED=0",
				name)
		}
	}
	return out, nil
}

// mapped are the files that a process has mapped, as the kernel lists them:
// proc_pid_maps(5).
func mapped(maps string) (files []string) {
	seen := map[string]bool{}
	for line := range strings.Lines(maps) {
		// address perms offset dev inode path
		i := strings.IndexByte(line, '/')
		if i < 0 {
			continue
		}
		file := strings.TrimSpace(line[i:])
		executable := strings.Contains(strings.Fields(line)[1], "x")
		if executable && !seen[file] && !strings.HasSuffix(file, " (deleted)") {
			seen[file] = true
			files = append(files, file)
		}
	}
	return files
}

// dynamicLinking is what a binary says of its dynamic linking.
type dynamicLinking struct {
	loader string   // a path; empty in a static program, and in most libraries
	name   string   // of a library, by which others need it
	needed []string // names of libraries
}

func dynamicOf(binary []byte) (d dynamicLinking, err error) {
	f, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return d, err
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			text := make([]byte, p.Filesz)
			if _, err := p.ReadAt(text, 0); err != nil {
				return d, err
			}
			d.loader = strings.TrimRight(string(text), "\x00")
		}
	}
	if d.loader != "" && !path.IsAbs(d.loader) {
		return d, errors.New("its loader has no absolute path: " + d.loader)
	}
	if d.needed, err = f.ImportedLibraries(); err != nil {
		return d, err
	}
	names, err := f.DynString(elf.DT_SONAME)
	if len(names) > 0 {
		d.name = names[0]
	}
	return d, err
}
