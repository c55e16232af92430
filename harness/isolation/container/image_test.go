package container

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/image"

	"github.com/hostproof/hostproof/harness/isolation/container/testcontainers"
	"github.com/hostproof/hostproof/harness/need"
)

// TestImageBuiltWithGo is the second way: a static program, out of the source.
func TestImageBuiltWithGo(t *testing.T) {
	docker := needEngine(t)
	if _, err := exec.LookPath("go"); err != nil {
		need.Missing(t, "go", err)
	}
	var said []string
	hear(t, &said)
	files, err := fromToolchain(t.Context(), platform{"linux", goarch(t)})
	if err != nil {
		t.Fatal(err)
	}
	if len(said) != 1 || !strings.HasPrefix(said[0], "building ") {
		t.Errorf("said %q", said)
	}
	said = nil
	for range 2 {
		name, err := imported(t.Context(), docker, files, "a test")
		if err != nil {
			t.Fatal(err)
		}
		m, err := startMock(t.Context(), docker, name)
		if err != nil {
			t.Fatal(err)
		}
		if services, err := m.Admin.Services(t.Context()); err != nil || len(services) == 0 {
			t.Errorf("services %v, %v", services, err)
		}
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
		gone(t, docker, m.running.id)
	}
	if len(said) > 1 {
		t.Errorf("the image was made twice: %q", said)
	}
}

// hear takes what is said of progress until the end of the test.
func hear(t *testing.T, said *[]string) {
	before := OnProgress
	OnProgress = func(line string) { *said = append(*said, line) }
	t.Cleanup(func() { OnProgress = before })
}

func goarch(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOARCH").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestNoImage(t *testing.T) {
	needEngine(t)
	t.Setenv(ImageVariable, "")
	t.Setenv(GatewayImageVariable, "")
	t.Setenv("PATH", t.TempDir())
	before, madeBefore := sources[0].files, made
	defer func() { sources[0].files, made = before, madeBefore }()
	made = once(makeImage)
	sources[0].files = func(ctx context.Context, _ platform) (*standInFiles, error) {
		return fromExecutable(ctx, platform{"linux", "riscv64"})
	}
	for _, variable := range []string{ImageVariable, GatewayImageVariable} {
		_, err := standIn(t.Context(), variable)
		var none *ImageError
		if !errors.As(err, &none) {
			t.Fatalf("%v", err)
		}
		other := map[string]string{ImageVariable: GatewayImageVariable, GatewayImageVariable: ImageVariable}[variable]
		for _, want := range []string{"the engine wants linux/riscv64", "no go command on PATH", variable,
			"https://go.dev/dl"} {
			if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), other) ||
				strings.Contains(err.Error(), "\n") {
				t.Errorf("lacks %q, or is no line of its own: %v", want, err)
			}
		}
	}
}

func TestImageThatIsNamed(t *testing.T) {
	docker := needEngine(t)
	t.Setenv(ImageVariable, "hostproof-test/no-such:1")
	if _, err := standIn(t.Context(), ImageVariable); err == nil || !strings.Contains(err.Error(),
		"docker pull hostproof-test/no-such:1") ||
		!strings.Contains(err.Error(), ImageVariable) {
		t.Errorf("got %v", err)
	}
	resolved := mustImage(t)
	t.Setenv(ImageVariable, resolved)
	if name, err := standIn(t.Context(), ImageVariable); name != resolved || err != nil {
		t.Errorf("got %s, %v", name, err)
	}
	// An image of something else says so, and names the variable to look at.
	other, err := testcontainers.BuildImage(t.Context(), "hostproof-test-other", "1",
		"FROM scratch\nCOPY other /other\nENTRYPOINT [\"/other\"]\n",
		map[string][]byte{"other": []byte("no program")})
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(ImageVariable, other)
	if _, err := startMock(t.Context(), docker, other); err == nil || !strings.Contains(err.Error(), ImageVariable+"="+
		other) {
		t.Errorf("got %v", err)
	}
}

func TestBuiltFrom(t *testing.T) {
	for name, row := range map[string]struct {
		info      *debug.BuildInfo
		want, err string
	}{
		"installed": {&debug.BuildInfo{Main: debug.Module{Path: module, Version: "v1.2.3"}}, "v1.2.3", ""},
		"required": {&debug.BuildInfo{Main: debug.Module{Path: "example.com/app", Version: "(devel)"},
			Deps: []*debug.Module{{Path: "example.com/x", Version: "v9.9.9"}, {Path: module, Version: "v0.4.0"}}},
			"v0.4.0", ""},
		"in a clone": {&debug.BuildInfo{Main: debug.Module{Path: module, Version: "(devel)"}}, "",
			"from a clone"},
		"in a dirty clone": {&debug.BuildInfo{Main: debug.Module{Path: module,
			Version: "v0.0.0-20260101000000-0123456789ab+dirty"}}, "", "from a clone"},
		"replaced": {&debug.BuildInfo{Main: debug.Module{Path: "example.com/app"},
			Deps: []*debug.Module{{Path: module, Version: "v0.4.0", Replace: &debug.Module{Path: "../hostproof"}}}}, "",
			"from a clone"},
		"something else": {&debug.BuildInfo{Main: debug.Module{Path: "example.com/app"}}, "", "does not say"},
	} {
		got, err := builtFrom(row.info, true)
		if got != row.want || (err == nil) != (row.err == "") || err != nil && !strings.Contains(err.Error(), row.err) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := builtFrom(nil, false); err == nil {
		t.Error("a program without build information has a version")
	}
}

// TestDownload has a module proxy of its own, in a directory.
func TestDownload(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		need.Missing(t, "go", err)
	}
	const version = "v0.0.1"
	proxy := t.TempDir()
	at := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		t.Fatal(err)
	}
	goMod := "module " + module + "\n"
	for name, text := range map[string]string{version + ".mod": goMod, version + ".info": fmt.Sprintf(`{"Version": %q}`,
		version)} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	writeZip(t, filepath.Join(at, version+".zip"), map[string]string{
		module + "@" + version + "/go.mod":           goMod,
		module + "@" + version + "/command/main.go":  "package main\n\nfunc main() {}\n",
		module + "@" + version + "/command/main2.go": "package main\n",
	})
	cache := t.TempDir()
	for name, value := range map[string]string{"GOPROXY": "file://" + filepath.ToSlash(proxy), "GOSUMDB": "off",
		"GONOSUMDB": "*",
		"GONOPROXY": "none", "GOPRIVATE": "", "GOMODCACHE": cache, "GOFLAGS": "-mod=vendor"} {
		t.Setenv(name, value)
	}
	t.Cleanup(func() { _ = exec.Command(tool, "clean", "-modcache").Run() }) // its files are read-only
	dir, err := download(t.Context(), tool, version)
	if err != nil || !strings.HasPrefix(dir, cache) {
		t.Fatalf("got %s, %v", dir, err)
	}
	t.Setenv("GOFLAGS", "")
	if binary, err := buildIn(t.Context(), dir, "command", goarch(t)); err != nil || len(binary) == 0 {
		t.Errorf("%d bytes, %v", len(binary), err)
	}
	if _, err := download(t.Context(), tool, "v0.0.2"); err == nil || !strings.Contains(err.Error(),
		"v0.0.2 cannot be had") {
		t.Errorf("got %v", err)
	}
}

func writeZip(t *testing.T, name string, files map[string]string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for path, text := range files {
		part, err := w.Create(path)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestSuperfluous(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var all []image.Summary
	for i := range keptImages + 3 {
		age := time.Duration(i) * 10 * time.Hour
		all = append(all, image.Summary{ID: fmt.Sprint(i), Created: now.Add(-age).Unix()})
	}
	slices.Reverse(all)
	if got := superfluous(all, now); fmt.Sprint(got) != fmt.Sprint([]string{"10", "11", "12"}) {
		t.Errorf("old: %v", got)
	}
	for i := range all {
		all[i].Created = now.Add(-time.Hour).Unix()
	}
	if got := superfluous(all, now); len(got) != 0 {
		t.Errorf("of today: %v", got)
	}
}
