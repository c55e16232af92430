package starter

import (
	_ "embed"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed signs.yaml
var signsFile []byte

// Sign is what a file says about where a project is deployed. The one without a file is
// for a project whose files say nothing.
type Sign struct {
	File     string   `yaml:"file"`
	Contains string   `yaml:"contains"`
	Hosts    []string `yaml:"hosts"`
	Says     string   `yaml:"says"`
}

func signs() (out []Sign) {
	if err := yaml.Unmarshal(signsFile, &out); err != nil {
		panic("starter: signs.yaml: " + err.Error())
	}
	return out
}

// Otherwise are the hosts of a project whose files name none.
func Otherwise() (hosts []string) {
	for _, s := range signs() {
		if s.File == "" {
			hosts = append(hosts, s.Hosts...)
		}
	}
	return hosts
}

// hostsOf finds the signs of a project, and the hosts that they speak of, each once.
func hostsOf(project fs.FS) (found []Sign, hosts []string) {
	for _, s := range signs() {
		files, err := fs.Glob(project, s.File)
		if err != nil {
			panic("starter: signs.yaml: " + err.Error())
		}
		for _, file := range files {
			if s.Contains != "" && !strings.Contains(read(project, file), s.Contains) {
				continue
			}
			found = append(found, Sign{File: file, Says: s.Says, Hosts: s.Hosts})
			for _, h := range s.Hosts {
				if !slices.Contains(hosts, h) {
					hosts = append(hosts, h)
				}
			}
			break
		}
	}
	return found, hosts
}

// maxFile bounds what is read of a file, in bytes.
const maxFile = 1 << 20

// read is a file's text; empty for one that is not there, or is too long to be written
// by hand.
func read(project fs.FS, name string) string {
	info, err := fs.Stat(project, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return ""
	}
	data, err := fs.ReadFile(project, name)
	if err != nil {
		return ""
	}
	return string(data)
}

func exists(project fs.FS, name string) bool {
	_, err := fs.Stat(project, name)
	return err == nil
}
