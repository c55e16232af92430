package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// CheckProgram is nil if a program can be started that is named as in Command and
// runs in a directory, else a *SettingError that says what is there instead.
func CheckProgram(name, dir string) error {
	_, err := findProgram(name, dir)
	return err
}

// findProgram is the path of a program, which is looked up in the harness's PATH
// or, where it has a slash, from the directory that it runs in. The error says
// what is there instead.
func findProgram(name, dir string) (string, error) {
	cannot := func(format string, args ...any) (string, error) {
		return "", &SettingError{fmt.Sprintf("the subject %q cannot be started: ", name) + fmt.Sprintf(format, args...)}
	}
	if !strings.ContainsAny(name, `/`+string(filepath.Separator)) {
		path, err := exec.LookPath(name)
		if err == nil || errors.Is(err, exec.ErrDot) {
			return path, nil
		}
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return cannot("there is no such program on PATH; a file of that name is here: write ./%s", name)
		}
		return cannot("there is no such program on PATH; install it or give its path")
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return cannot("there is no such file")
	case err != nil:
		return cannot("%v", errors.Unwrap(err))
	case info.IsDir():
		return cannot("it is a directory: name the program in it")
	}
	if _, err := exec.LookPath(path); err != nil {
		return cannot("the file is not executable: chmod +x %s, or name what runs it, as in sh %s", name, name)
	}
	return path, nil
}
