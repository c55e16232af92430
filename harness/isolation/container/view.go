package container

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/hostproof/hostproof/harness/isolation"
)

// view is the file system of a container that has not started.
type view struct {
	ctx    context.Context
	docker *client.Client
	id     string
	user   string // of the image
}

// maxLinks bounds a chain of symbolic links, as the kernel does.
const maxLinks = 40

// stat finds what a path leads to, and where.
func (v *view) stat(p string) (resolved string, mode fs.FileMode, err error) {
	for range maxLinks {
		r, err := v.docker.ContainerStatPath(v.ctx, v.id, client.ContainerStatPathOptions{Path: p})
		if err != nil {
			return "", 0, err
		}
		// The engine gives the target as a path in the container.
		if r.Stat.Mode&fs.ModeSymlink == 0 || r.Stat.LinkTarget == "" || r.Stat.LinkTarget == p {
			return p, r.Stat.Mode, nil
		}
		p = r.Stat.LinkTarget
	}
	return "", 0, fmt.Errorf("%s: too many links", p)
}

// Exists says whether there is a file.
func (v *view) Exists(p string) bool {
	_, mode, err := v.stat(p)
	return err == nil && !mode.IsDir()
}

// Resolve is where a path leads.
func (v *view) Resolve(p string) string {
	resolved, _, err := v.stat(p)
	if err != nil {
		return ""
	}
	return resolved
}

// maxRead bounds what is read of a file in a container, in bytes.
const maxRead = 4 << 20

// Read is a file's content.
func (v *view) Read(p string) []byte {
	resolved, mode, err := v.stat(p)
	if err != nil || !mode.IsRegular() {
		return nil
	}
	r, err := v.docker.CopyFromContainer(v.ctx, v.id, client.CopyFromContainerOptions{SourcePath: resolved})
	if err != nil {
		return nil
	}
	defer r.Content.Close()
	archive := tar.NewReader(r.Content)
	if _, err := archive.Next(); err != nil {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(archive, maxRead))
	if err != nil {
		return nil
	}
	return data
}

// place puts files into the container, those that go into one directory at once.
func (v *view) place(files []isolation.File) error {
	below := make(map[string][]isolation.File)
	known := make(map[string]string)
	for _, f := range files {
		if isolation.OfTheKernel(f.Path) {
			kernel, _, _ := strings.Cut(f.Path[1:], "/")
			return fmt.Errorf("cannot place %s: /%s is the kernel's; isolation sandbox can", f.Path, kernel)
		}
		if !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path || f.Path == "/" {
			return fmt.Errorf("cannot place %q: give a clean absolute path", f.Path)
		}
		dir, err := v.deepest(path.Dir(f.Path), known)
		if err != nil {
			return err
		}
		below[dir] = append(below[dir], f)
	}
	uid, gid := v.owner()
	for dir, files := range below {
		if err := v.copy(dir, files, uid, gid); err != nil {
			return err
		}
	}
	return nil
}

// deepest is the deepest directory that exists above a path or at it.
func (v *view) deepest(dir string, known map[string]string) (string, error) {
	if found, ok := known[dir]; ok {
		return found, nil
	}
	for d := dir; ; d = path.Dir(d) {
		_, mode, err := v.stat(d)
		switch {
		case err == nil && mode.IsDir():
			known[dir] = d
			return d, nil
		case err == nil:
			return "", fmt.Errorf("cannot place files below %s: it is no directory", d)
		case !cerrdefs.IsNotFound(err) || d == "/":
			return "", err
		}
	}
}

func (v *view) copy(dir string, files []isolation.File, uid, gid int) error {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	made := map[string]bool{".": true}
	for _, f := range files {
		name := strings.TrimPrefix(strings.TrimPrefix(f.Path, dir), "/")
		for _, d := range missing(name, made) {
			if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: d + "/", Mode: 0o755}); err != nil {
				return err
			}
		}
		h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(f.Data)), Mode: int64(f.Mode.Perm()),
			Uid: uid, Gid: gid}
		switch {
		case f.Mode.IsDir():
			h.Typeflag, h.Name, h.Size = tar.TypeDir, name+"/", 0
		case f.Mode == 0:
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write(f.Data); err != nil {
				return err
			}
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, err := v.docker.CopyToContainer(v.ctx, v.id, client.CopyToContainerOptions{DestinationPath: dir, Content: &b,
		CopyUIDGID: false})
	if err != nil {
		return fmt.Errorf("cannot place files in %s: %s", dir, oneLine(err.Error()))
	}
	return nil
}

// missing are the directories above a name that are to be made, topmost first.
func missing(name string, made map[string]bool) []string {
	var dirs []string
	for d := path.Dir(name); !made[d]; d = path.Dir(d) {
		made[d] = true
		dirs = append(dirs, d)
	}
	slices.Reverse(dirs)
	return dirs
}

// owner is the user of the image, by number; who is not in the image's table of
// users is root.
func (v *view) owner() (uid, gid int) {
	user, group, _ := strings.Cut(v.user, ":")
	if n, err := strconv.Atoi(user); err == nil {
		uid = n
		gid, _ = strconv.Atoi(group)
		return uid, gid
	}
	if user == "" || user == "root" {
		return 0, 0
	}
	for line := range strings.Lines(string(v.Read("/etc/passwd"))) {
		if f := strings.Split(line, ":"); len(f) > 3 && f[0] == user {
			uid, _ = strconv.Atoi(f[2])
			gid, _ = strconv.Atoi(f[3])
		}
	}
	return uid, gid
}
