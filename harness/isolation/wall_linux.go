package isolation

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// hiddenPlaces of a machine have its secrets, its services' sockets, its logs.
var hiddenPlaces = []string{
	"/run", "/var/run", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/kubelet",
	"/var/lib/cloud", "/var/lib/private", "/var/spool", "/var/mail", "/var/log", "/var/backups", "/boot",
	"/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/security/opasswd", "/etc/sudoers",
	"/etc/sudoers.d", "/etc/ssh", "/etc/ssl/private", "/etc/docker", "/etc/kubernetes", "/etc/rancher",
	"/etc/letsencrypt", "/etc/wireguard", "/etc/NetworkManager/system-connections",
}

// shownInHome are entries of a home that begin with a dot and are shown: toolchains, and what
// they have downloaded. Any other one is hidden, for that is where credentials are.
var shownInHome = setOf(
	".asdf", ".bun", ".bundle", ".cabal", ".cache", ".cargo", ".conda", ".deno", ".dotnet", ".fnm", ".gem", ".ghcup",
	".goenv", ".gradle", ".ivy2", ".jabba", ".jenv", ".julia", ".local", ".m2", ".mix", ".nix-profile", ".node-gyp",
	".nodebrew", ".nodenv", ".npm", ".npm-global", ".nuget", ".nvm", ".opam", ".phpenv", ".pnpm", ".pnpm-store",
	".poetry", ".pub-cache", ".pyenv", ".rbenv", ".rustup", ".rvm", ".rye", ".sbt", ".sdkman", ".stack", ".swiftly",
	".tfenv", ".toolbox", ".uv", ".virtualenvs", ".volta", ".yarn",
)

// hiddenInHome are places in what is shown.
var hiddenInHome = []string{
	".cargo/credentials", ".cargo/credentials.toml", ".m2/settings.xml", ".m2/settings-security.xml",
	".gradle/gradle.properties", ".gem/credentials", ".nuget/NuGet/NuGet.Config", ".local/share/keyrings",
	".local/share/kwalletd", ".local/share/com.vercel.cli", ".local/share/containers", ".local/state",
	".cache/google-chrome", ".cache/chromium", ".cache/mozilla", ".cache/keyring", "snap",
}

// writableNowhere are directories that a subject may not write, even if it works there: a change
// there would be one of the machine.
var writableNowhere = setOf("/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/opt",
	"/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/usr", "/usr/local", "/var", "/var/lib")

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// homes are this user's home, by the variable and by the system's table.
func homes() []string {
	var list []string
	if dir := os.Getenv("HOME"); filepath.IsAbs(dir) {
		list = append(list, filepath.Clean(dir))
	}
	if u, err := user.Current(); err == nil && filepath.IsAbs(u.HomeDir) {
		list = append(list, filepath.Clean(u.HomeDir))
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(dir string) bool { return dir == "/" })
}

// wall says what a subject gets of this machine's files, and which places it needs.
func (c *Config) wall() (w nsinit.Wall, needs []string) {
	own := homes()
	w = nsinit.Wall{Private: []string{"/tmp", "/var/tmp"}}
	env := environment(c.Env)
	for _, dir := range append([]string{c.Dir, env["HOME"], env["TMPDIR"]}, c.Write...) {
		asked := slices.Contains(c.Write, dir)
		dir = resolved(dir)
		if dir == "" || slices.Contains(w.Private, dir) || !asked && harmful(dir, own) {
			continue
		}
		w.Writable = append(w.Writable, dir)
		if !asked {
			w.ReadOnly = append(w.ReadOnly, filepath.Join(dir, ".git"))
		}
	}
	needs = c.needed(env)
	w.Hide = hidden(own, needs)
	return w, needs
}

// environment is one as a map.
func environment(list []string) map[string]string {
	env := make(map[string]string, len(list))
	for _, kv := range list {
		name, value, _ := strings.Cut(kv, "=")
		env[name] = value
	}
	return env
}

// resolved is an existing directory without symbolic links; else empty.
func resolved(dir string) string {
	if !filepath.IsAbs(dir) {
		return ""
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return ""
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return ""
	}
	return dir
}

// harmful says of a directory that who writes there changes the machine or its user's home.
func harmful(dir string, homes []string) bool {
	return writableNowhere[dir] || slices.ContainsFunc(homes, func(home string) bool { return within(home, dir) })
}

// within says whether a path is a directory or lies in it.
func within(path, dir string) bool {
	return path == dir || dir == "/" || strings.HasPrefix(path, dir+"/")
}

// needed are the places that a subject was given: they are not hidden.
func (c *Config) needed(env map[string]string) []string {
	list := append([]string{c.Dir}, c.Read...)
	list = append(list, c.Write...)
	for name, value := range env {
		if pathVariable(name) {
			list = append(list, filepath.SplitList(value)...)
		}
	}
	list = append(list, c.Argv[1:]...)
	if program := lookIn(env["PATH"], c.Argv[0]); program != "" {
		list = append(list, program)
	}
	var places []string
	for _, p := range list {
		if !filepath.IsAbs(p) {
			continue
		}
		places = append(places, filepath.Clean(p))
		if to, err := filepath.EvalSymlinks(p); err == nil {
			places = append(places, to)
		}
	}
	return places
}

// pathVariable says whether a variable leads a program to what it needs to run.
func pathVariable(name string) bool {
	if strings.HasPrefix(name, "XDG_") || name == "HOME" {
		return false
	}
	return name == "VIRTUAL_ENV" || strings.HasSuffix(name, "PATH") || strings.HasSuffix(name, "_HOME") ||
		strings.HasSuffix(name, "_ROOT") || strings.HasSuffix(name, "_DIR")
}

// lookIn finds a program in a PATH.
func lookIn(path, name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	for _, dir := range filepath.SplitList(path) {
		if p, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return p
		}
	}
	return ""
}

// hidden are the places that a subject does not see.
func hidden(own, needed []string) []string {
	var hide []string
	add := func(path string) {
		if !slices.ContainsFunc(needed, func(p string) bool { return within(p, path) }) {
			hide = append(hide, path)
		}
	}
	for _, p := range hiddenPlaces {
		add(p)
	}
	others, _ := filepath.Glob("/home/*")
	for _, home := range append(others, "/root") {
		if !slices.Contains(own, home) {
			add(home)
		}
	}
	for _, home := range own {
		entries, _ := os.ReadDir(home) // what we cannot read, it cannot
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), ".") && !shownInHome[e.Name()] {
				add(filepath.Join(home, e.Name()))
			}
		}
		for _, p := range hiddenInHome {
			add(filepath.Join(home, p))
		}
	}
	return hide
}
