package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/internal/opened"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/mockaws"
)

// tokenFile is one of the host's files with a token, in a directory of this
// machine, so that it can be written anew while a subject reads it.
type tokenFile struct {
	dir, name string
	mode      os.FileMode
	kubelet   bool // with links, as in a projected volume of Kubernetes
	number    int  // of the next version
}

// write puts a token in the place of the one before, at once.
func (f *tokenFile) write(token string) error {
	f.number++
	version := fmt.Sprintf("..%d", f.number)
	if !f.kubelet {
		next := filepath.Join(f.dir, version)
		if err := writeFile(next, token, f.mode); err != nil {
			return err
		}
		return os.Rename(next, filepath.Join(f.dir, f.name))
	}
	// The names follow the kubelet's atomic writer
	// (https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go):
	// token -> ..data/token, ..data -> ..2026_11_21_10_00_00.123456789.
	if err := writeFile(filepath.Join(f.dir, version, f.name), token, f.mode); err != nil {
		return err
	}
	next := filepath.Join(f.dir, "..data_tmp")
	if err := os.Symlink(version, next); err != nil {
		return err
	}
	if err := os.Rename(next, filepath.Join(f.dir, "..data")); err != nil {
		return err
	}
	if f.number == 1 {
		if err := os.Symlink(filepath.Join("..data", f.name), filepath.Join(f.dir, f.name)); !errors.Is(err,
			fs.ErrExist) {
			return err
		}
		return nil // of a deployment before
	}
	return os.RemoveAll(filepath.Join(f.dir, fmt.Sprintf("..%d", f.number-1)))
}

func writeFile(path, content string, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		return err
	}
	return os.Chmod(path, mode) // not subject to the umask
}

// volumes is where Kubernetes mounts tokens, each in a directory of its own.
const volumes = "/var/run/secrets/"

// links says that everybody may make symbolic links. On Windows it takes a privilege
// (https://learn.microsoft.com/en-us/windows/device-security/security-policy-settings/create-symbolic-links).
const links = runtime.GOOS != "windows"

// placeToken puts a token's file where the subject sees it change.
func (l *layout) placeToken(place isolation.FilePlace, token string, f fixtures.File) error {
	path := place.Path
	if l.tokenFiles[path] == nil {
		placed := &tokenFile{name: filepath.Base(path), mode: f.Perm(), dir: filepath.Dir(path),
			kubelet: strings.HasPrefix(f.Path, volumes) && links}
		if place.Shown {
			dir, err := os.MkdirTemp(l.temporary, "volume-")
			if err != nil {
				return err
			}
			if err := os.Chmod(dir, 0o755); err != nil {
				return err
			}
			placed.dir = dir
		}
		if l.tokenFiles == nil {
			l.tokenFiles = map[string]*tokenFile{}
		}
		l.tokenFiles[path] = placed
	}
	placed := l.tokenFiles[path]
	if place.Shown {
		l.files = append(l.files, isolation.File{Path: filepath.Dir(path), From: placed.dir})
	}
	return placed.write(token)
}

// rotate writes the files of tokens anew.
func (l *layout) rotate(files []fixtures.File, home string, values map[string]string, now time.Time) error {
	for _, f := range files {
		if !ofToken(f) {
			continue
		}
		declared, content, err := f.Expand(values)
		if err != nil {
			return err
		}
		path := l.backend.PlaceFile(declared, home).Path
		placed := l.tokenFiles[path]
		if placed == nil {
			return &SettingError{fmt.Sprintf("isolation %s cannot rotate %s while a subject runs: use %s",
				l.backend.Name(),
				path, namesOf(func(b isolation.Backend) bool { return b.PlaceFile(declared, home).Live }))}
		}
		if l.formers == nil {
			l.formers = map[string]diagnose.Rotated{}
		}
		l.formers[mockaws.Fingerprint(l.contents[path])] = diagnose.Rotated{File: path, Until: now}
		l.contents[path] = content
		if err := placed.write(content); err != nil {
			return err
		}
		if l.opened != nil {
			l.opened.Moved(opened.File{Path: path, At: filepath.Join(placed.dir, placed.name)})
		}
	}
	return nil
}

// ofToken reports whether a file is a token and nothing else.
func ofToken(f fixtures.File) bool {
	return strings.HasPrefix(f.Content, "${token.") && strings.HasSuffix(f.Content, "}") && strings.Count(f.Content,
		"$") == 1
}
