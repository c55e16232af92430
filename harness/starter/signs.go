package starter

import (
	_ "embed"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/fixtures"
)

//go:embed signs.yaml
var signsFile []byte

// Sign is what a file says about where a project is deployed. The one without a file is
// for a project whose files say nothing.
type Sign struct {
	File     string `yaml:"file"`
	Contains string `yaml:"contains"`
	// Vendor is that of the hosts, as fixtures name it, where the file says no more.
	Vendor string   `yaml:"vendor"`
	Hosts  []string `yaml:"hosts"`
	Says   string   `yaml:"says"`
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
		if s.File = s.foundIn(project); s.File != "" {
			found = append(found, s)
		}
	}
	named := map[string][]string{}
	for _, s := range found {
		for _, name := range s.Hosts {
			vendor := vendorOf(name)
			named[vendor] = append(named[vendor], name)
		}
	}
	for i, s := range found {
		if s.Vendor != "" && len(named[s.Vendor]) > 0 {
			found[i].Hosts = named[s.Vendor]
		} else if s.Vendor != "" {
			found[i].Hosts = shapesOf(s.Vendor)
		}
		for _, h := range found[i].Hosts {
			if !slices.Contains(hosts, h) {
				hosts = append(hosts, h)
			}
		}
	}
	return found, hosts
}

// foundIn is the first file of a project that is such a sign; empty for none.
func (s *Sign) foundIn(project fs.FS) string {
	files, err := fs.Glob(project, s.File)
	if err != nil {
		panic("starter: signs.yaml: " + err.Error())
	}
	i := slices.IndexFunc(files, func(file string) bool {
		return s.Contains == "" || strings.Contains(read(project, file), s.Contains)
	})
	if i < 0 {
		return ""
	}
	return files[i]
}

func vendorOf(host string) string {
	h, err := fixtures.Builtin().Host(host)
	if err != nil {
		panic("starter: signs.yaml: " + err.Error())
	}
	return h.Vendor
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
