package container

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// Recipe describes an image that is made from scratch of files of this machine,
// without any registry: a program with the shared libraries that it needs and
// the folders that it reads, each at the path that it has here. It is for
// machines with the engine's own system, which is Linux.
type Recipe struct {
	// Name is the image's, without a tag: that says what is in it.
	Name string
	// Programs are executables, by path or by name on PATH.
	Programs []string
	// Trees are files and folders.
	Trees []string
	// Without are folders of Trees to leave out.
	Without []string
	// Env is the image's environment, key=value.
	Env []string
	// Entrypoint is the image's.
	Entrypoint []string
}

// Build makes the image, unless the engine has it already, and returns its name.
// Whether a file of Trees has changed is told by its size and time.
func (r Recipe) Build(ctx context.Context) (string, error) {
	docker, err := engine(ctx)
	if err != nil {
		return "", err
	}
	c := &collection{ctx: ctx, entries: map[string]entry{}, without: r.Without}
	changes, err := r.changes()
	if err == nil {
		err = c.collect(r)
	}
	if err != nil {
		return "", fmt.Errorf("image %s: %w", r.Name, err)
	}
	tag, err := c.tag(changes)
	if err != nil {
		return "", fmt.Errorf("image %s: %w", r.Name, err)
	}
	name := r.Name + ":" + tag
	if _, err := docker.ImageInspect(ctx, name); err == nil {
		return name, nil
	} else if !cerrdefs.IsNotFound(err) {
		return "", err
	}
	archive, w := io.Pipe()
	go func() { w.CloseWithError(c.write(w)) }()
	defer archive.Close()
	answer, err := docker.ImageImport(ctx, client.ImageImportSource{Source: archive, SourceName: "-"}, name,
		client.ImageImportOptions{Changes: changes})
	if err != nil {
		return "", fmt.Errorf("image %s: %w", r.Name, err)
	}
	defer answer.Close()
	return name, readImport(answer)
}

// readImport reads what the engine says of an import; what goes wrong half-way is
// in there.
func readImport(r io.Reader) error {
	for d := json.NewDecoder(r); ; {
		var m struct{ Error string }
		switch err := d.Decode(&m); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case m.Error != "":
			return errors.New(oneLine(m.Error))
		}
	}
}

// changes are the instructions of a Dockerfile that say how the image runs.
func (r Recipe) changes() ([]string, error) {
	var out []string
	for _, kv := range r.Env {
		name, value, ok := strings.Cut(kv, "=")
		if !ok || name == "" || strings.ContainsAny(value, "\"\\\n$") {
			return nil, fmt.Errorf("variable %q cannot be in an image: want key=value without quotes", name)
		}
		out = append(out, fmt.Sprintf("ENV %s=%q", name, value))
	}
	if len(r.Entrypoint) > 0 {
		argv, err := json.Marshal(r.Entrypoint)
		if err != nil {
			return nil, err
		}
		out = append(out, "ENTRYPOINT "+string(argv))
	}
	return out, nil
}

// collection is what goes into an image, by path.
type collection struct {
	ctx     context.Context
	entries map[string]entry
	without []string
	// programs are the paths that are told apart by what is in them: a build makes
	// the same program with another time.
	programs []string
}

type entry struct {
	info fs.FileInfo
	link string
}

func (c *collection) collect(r Recipe) error {
	var binaries []string
	for _, p := range r.Programs {
		path, err := exec.LookPath(p)
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err != nil {
			return err
		}
		if err := c.add(path); err != nil {
			return err
		}
		binaries = append(binaries, path)
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
		c.programs = append(c.programs, path)
	}
	for _, t := range r.Trees {
		found, err := c.tree(t)
		if err != nil {
			return err
		}
		binaries = append(binaries, found...)
	}
	libraries, err := needed(c.ctx, binaries)
	if err != nil {
		return err
	}
	for _, l := range libraries {
		if err := c.add(l); err != nil {
			return err
		}
	}
	return nil
}

// tree adds a folder, and returns the libraries in it.
func (c *collection) tree(root string) (libraries []string, err error) {
	root, err = filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(c.without, path):
			return fs.SkipDir
		}
		if name := d.Name(); d.Type().IsRegular() && (strings.Contains(name, ".so") || strings.HasSuffix(name,
			".node")) {
			libraries = append(libraries, path)
		}
		return c.add(path)
	})
	return libraries, err
}

// add adds a path: the folders above it, and where it leads if it is a link.
func (c *collection) add(path string) error {
	if path == "/" {
		return nil
	}
	if _, ok := c.entries[path]; ok {
		return nil
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	parent := filepath.Dir(path)
	resolved, err := filepath.EvalSymlinks(parent)
	if err != nil {
		return err
	}
	if err := c.add(parent); err != nil {
		return err
	}
	if resolved != parent { // a folder above is a link
		return c.add(filepath.Join(resolved, filepath.Base(path)))
	}
	if info.Mode()&fs.ModeSymlink == 0 {
		if info.IsDir() || info.Mode().IsRegular() {
			c.entries[path] = entry{info: info}
		}
		return nil
	}
	target, err := os.Readlink(path)
	if err != nil {
		return err
	}
	c.entries[path] = entry{info, target}
	if !filepath.IsAbs(target) {
		target = filepath.Join(parent, target)
	}
	if _, err := os.Lstat(target); err != nil {
		return nil // it leads nowhere here, either
	}
	return c.add(target)
}

// resolved are the lines of ldd that name a file.
var resolved = regexp.MustCompile(`(?m)^\s+(?:\S+ => )?(/\S+) \(0x[0-9a-f]+\)$`)

// needed are the shared libraries that dynamic binaries need, with the loader
// and what the C library loads by itself to look up names.
func needed(ctx context.Context, binaries []string) ([]string, error) {
	binaries = slices.DeleteFunc(binaries, func(path string) bool { return !dynamic(path) })
	if len(binaries) == 0 {
		return nil, nil
	}
	ldd, err := exec.LookPath("ldd")
	if err != nil {
		return nil, errors.New("there is no ldd to tell the libraries of programs: install it, or use static programs")
	}
	found := map[string]bool{}
	for batch := range slices.Chunk(binaries, 200) {
		out, err := exec.CommandContext(ctx, ldd, batch...).Output()
		if len(out) == 0 && err != nil {
			return nil, fmt.Errorf("ldd: %w", err)
		}
		for _, m := range resolved.FindAllStringSubmatch(string(out), -1) {
			found[m[1]] = true
		}
	}
	for _, path := range slices.Collect(maps.Keys(found)) {
		for _, name := range []string{"libnss_dns.so.2", "libnss_files.so.2"} {
			if p := filepath.Join(filepath.Dir(path), name); strings.HasPrefix(filepath.Base(path), "libc.so") &&
				fileExists(p) {
				found[p] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

func fileExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// dynamic says whether a file is a binary that needs libraries.
func dynamic(path string) bool {
	f, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return f.SectionByType(elf.SHT_DYNAMIC) != nil
}

// tag is a hash of what is collected.
func (c *collection) tag(changes []string) (string, error) {
	h := sha256.New()
	for _, path := range slices.Sorted(maps.Keys(c.entries)) {
		if strings.Contains(path, "/__pycache__/") {
			continue // what Python makes of files that are told apart themselves
		}
		e := c.entries[path]
		fmt.Fprintf(h, "%s %v %q", path, e.info.Mode(), e.link)
		switch {
		case slices.Contains(c.programs, path):
			if err := copyFile(h, path); err != nil {
				return "", err
			}
		case e.info.Mode().IsRegular():
			fmt.Fprintf(h, " %d %d", e.info.Size(), e.info.ModTime().UnixNano())
		}
		fmt.Fprintln(h)
	}
	fmt.Fprintf(h, "%q", changes)
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

func copyFile(to io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(to, f)
	return err
}

func (c *collection) write(to io.Writer) error {
	w := tar.NewWriter(to)
	if _, ok := c.entries["/tmp"]; !ok {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "tmp/", Mode: 0o1777}); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(c.entries)) {
		if err := writeEntry(w, path, c.entries[path]); err != nil {
			return err
		}
	}
	return w.Close()
}

func writeEntry(w *tar.Writer, path string, e entry) error {
	h, err := tar.FileInfoHeader(e.info, e.link)
	if err != nil {
		return err
	}
	h.Name = strings.TrimPrefix(filepath.ToSlash(path), "/")
	h.Uid, h.Gid, h.Uname, h.Gname = 0, 0, "", ""
	if e.info.IsDir() {
		h.Name += "/"
		h.Mode |= 0o555 // the image's user need not be who made it here
	}
	if !e.info.Mode().IsRegular() {
		return w.WriteHeader(h)
	}
	if err := w.WriteHeader(h); err != nil {
		return err
	}
	return copyFile(w, path)
}
