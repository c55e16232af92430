package pack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// packed packs for one target, with a file in place of the command.
func packed(t *testing.T, target, version string) []string {
	t.Helper()
	command := filepath.Join(t.TempDir(), "command")
	if err := os.WriteFile(command, []byte("the command"), 0o755); err != nil {
		t.Fatal(err)
	}
	of, err := Find(target)
	if err != nil {
		t.Fatal(err)
	}
	files, err := Pack(t.Context(), Settings{
		Root: "../../..", Out: t.TempDir(), Version: version, Targets: []Target{of}, Command: command,
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// file is what a package holds.
type file struct {
	data []byte
	mode os.FileMode
}

func untar(t *testing.T, name string) map[string]file {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	gz, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]file{}
	for r := tar.NewReader(gz); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[head.Name] = file{content, os.FileMode(head.Mode)}
	}
}

func unzip(t *testing.T, name string) map[string]file {
	t.Helper()
	r, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	out := map[string]file{}
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = file{data, f.Mode()}
	}
	return out
}

func TestNpm(t *testing.T) {
	files := packed(t, "windows/arm64", "1.2.3-rc.4")
	if got := filepath.Base(files[0]); got != "hostproof-win32-arm64-1.2.3-rc.4.tgz" {
		t.Errorf("the command's package is %s", got)
	}
	command := untar(t, files[0])["package/bin/hostproof.exe"]
	if string(command.data) != "the command" || command.mode != 0o755 {
		t.Errorf("the command: %q, %v", command.data, command.mode)
	}
	api := untar(t, files[2])
	var manifest struct {
		Version              string
		OptionalDependencies map[string]string
		Exports              map[string]any
	}
	if err := json.Unmarshal(api["package/package.json"].data, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != "1.2.3-rc.4" || len(manifest.OptionalDependencies) != len(Targets) ||
		manifest.OptionalDependencies["@hostproof/win32-arm64"] != "1.2.3-rc.4" {
		t.Errorf("package.json: %+v", manifest)
	}
	for _, want := range []string{"package/bin/hostproof.js", "package/LICENSE", "package/README.md",
		"package/types/schema.d.ts"} {
		if len(api[want].data) == 0 {
			t.Errorf("there is no %s", want)
		}
	}
	for _, name := range named(manifest.Exports) {
		if len(api["package/"+strings.TrimPrefix(name, "./")].data) == 0 {
			t.Errorf("package.json exports %s, which is not in the package", name)
		}
	}
}

// named are the files that exports name.
func named(exports map[string]any) (out []string) {
	for _, value := range exports {
		switch v := value.(type) {
		case string:
			out = append(out, v)
		case map[string]any:
			out = append(out, named(v)...)
		}
	}
	return out
}

func TestWheel(t *testing.T) {
	files := packed(t, "linux/arm64", "1.2.3-rc.4")
	const name = "hostproof-1.2.3rc4-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl"
	if got := filepath.Base(files[1]); got != name {
		t.Errorf("the wheel is %s", got)
	}
	wheel := unzip(t, files[1])
	command := wheel["hostproof-1.2.3rc4.data/scripts/hostproof"]
	if string(command.data) != "the command" || command.mode != 0o755 {
		t.Errorf("the command: %q, %v", command.data, command.mode)
	}
	const info = "hostproof-1.2.3rc4.dist-info/"
	if !strings.Contains(string(wheel[info+"METADATA"].data), "\nVersion: 1.2.3rc4\n") {
		t.Errorf("METADATA: %s", wheel[info+"METADATA"].data)
	}
	if n := strings.Count(string(wheel[info+"WHEEL"].data), "Tag: py3-none-m"); n != 3 {
		t.Errorf("%d tags:\n%s", n, wheel[info+"WHEEL"].data)
	}
	rows, err := csv.NewReader(bytes.NewReader(wheel[info+"RECORD"].data)).ReadAll()
	if err != nil || len(rows) != len(wheel) {
		t.Fatalf("RECORD has %d rows for %d files, %v", len(rows), len(wheel), err)
	}
	for _, row := range rows {
		sum := sha256.Sum256(wheel[row[0]].data)
		want := []string{row[0], "sha256=" + base64.RawURLEncoding.EncodeToString(sum[:]),
			fmt.Sprint(len(wheel[row[0]].data))}
		if row[0] == info+"RECORD" {
			want = []string{row[0], "", ""}
		}
		if !slices.Equal(row, want) {
			t.Errorf("RECORD: %v, want %v", row, want)
		}
	}
}

// TestReproducible: the same commit makes the same bytes.
func TestReproducible(t *testing.T) {
	first, second := packed(t, "linux/amd64", "1.2.3"), packed(t, "linux/amd64", "1.2.3")
	for i := range first {
		a, err := os.ReadFile(first[i])
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(second[i])
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs, %v", filepath.Base(first[i]), err)
		}
	}
}

func TestWhatCannotBePacked(t *testing.T) {
	linux := Targets[:1]
	for _, x := range []struct {
		s    Settings
		says string
	}{
		{Settings{Version: "1.2", Targets: linux}, "want 1.2.3"},
		{Settings{Version: "1.2.3-next.1", Targets: linux}, "want 1.2.3"},
		{Settings{Version: "1.2.3"}, "no target"},
		{Settings{Version: "1.2.3", Targets: Targets, Command: "x"}, "one target, not for 6"},
		{Settings{Version: "1.2.3", Targets: linux, Command: "no such file", Out: t.TempDir()}, "no such file"},
	} {
		if _, err := Pack(t.Context(), x.s); err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%+v: %v, want %q", x.s, err, x.says)
		}
	}
	if _, err := Find("plan9/mips"); err == nil || !strings.Contains(err.Error(), "darwin/arm64") {
		t.Errorf("an unknown target: %v", err)
	}
}
