package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// settlePaths makes the paths of the settings write and read absolute, and refuses one where
// nothing is.
func (s *Settings) settlePaths() error {
	s.write, s.read = nil, nil
	for _, text := range s.Write {
		path, info, err := existing("write", text)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return &SettingError{fmt.Sprintf("write: %s is no directory", text)}
		}
		s.write = append(s.write, path)
	}
	for _, text := range s.Read {
		path, _, err := existing("read", text)
		if err != nil {
			return err
		}
		s.read = append(s.read, path)
	}
	return nil
}

// existing is a place of this machine, whose path may begin with ~/ for the user's home.
func existing(setting, text string) (string, os.FileInfo, error) {
	path := text
	if rest, ok := strings.CutPrefix(text, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", nil, &SettingError{fmt.Sprintf("%s: %s: %v", setting, text, err)}
		}
		path = filepath.Join(home, rest)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, &SettingError{fmt.Sprintf("%s: there is nothing at %s", setting, path)}
	}
	return path, info, nil
}
