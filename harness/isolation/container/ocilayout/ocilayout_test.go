package ocilayout

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/standin"
	"github.com/hostproof/hostproof/harness/need"
)

var release = Release{Version: "1.2.3", Revision: "abc", Created: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}

// programs are stand-ins for what Build makes.
var programs = map[Platform][]byte{{"linux", "amd64"}: []byte("for amd64"), {"linux", "arm64"}: []byte("for arm64")}

// read is the index of a layout, held to the rules of the format.
func read(t *testing.T, dir string) v1.ImageIndex {
	t.Helper()
	l, err := layout.FromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	top, err := l.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	m, err := top.IndexManifest()
	if err != nil || len(m.Manifests) != 1 ||
		m.Manifests[0].Annotations["org.opencontainers.image.ref.name"] != "1.2.3" {
		t.Fatalf("%v: %+v", err, m)
	}
	index, err := top.ImageIndex(m.Manifests[0].Digest)
	if err == nil {
		err = validate.Index(index)
	}
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// layer is the one layer of an image.
func layer(t *testing.T, image v1.Image) *tar.Reader {
	t.Helper()
	layers, err := image.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	r, err := layers[0].Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return tar.NewReader(r)
}

// contents are the files of an image's layer, with their modes.
func contents(t *testing.T, image v1.Image) map[string]tar.Header {
	t.Helper()
	out := map[string]tar.Header{}
	for files := layer(t, image); ; {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out["/"+strings.TrimSuffix(h.Name, "/")] = *h
	}
}

// TestImages looks at each image as an engine does.
func TestImages(t *testing.T) {
	for _, i := range Images {
		dir := t.TempDir()
		if err := release.Write(dir, i, Platforms, programs); err != nil {
			t.Fatal(err)
		}
		index := read(t, dir)
		m, err := index.IndexManifest()
		if err != nil || len(m.Manifests) != 2 {
			t.Fatalf("%s: %v, %+v", i.Name, err, m)
		}
		for n, p := range Platforms {
			if got := m.Manifests[n].Platform; got.OS != p.OS || got.Architecture != p.Arch {
				t.Errorf("%s: platform %+v, want %s", i.Name, got, p)
			}
			image, err := index.Image(m.Manifests[n].Digest)
			if err != nil {
				t.Fatal(err)
			}
			look(t, i, p, image)
		}
	}
}

func look(t *testing.T, i Image, p Platform, image v1.Image) {
	t.Helper()
	c, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if c.OS != p.OS || c.Architecture != p.Arch || !c.Created.Equal(release.Created) ||
		c.Config.User != "65532:65532" ||
		!slices.Equal(c.Config.Entrypoint, []string{i.Path}) || !slices.Equal(c.Config.Cmd, i.Cmd) ||
		len(c.Config.Env) > 0 || len(c.Config.ExposedPorts) != len(i.Ports) ||
		c.Config.Labels["org.opencontainers.image.version"] != "1.2.3" {
		t.Errorf("%s for %s: %+v", i.Name, p, c)
	}
	files := contents(t, image)
	if f := files[i.Path]; f.Mode != 0o755 || f.Size != int64(len(programs[p])) || f.Uid != 0 {
		t.Errorf("%s for %s: the program is %+v", i.Name, p, f)
	}
	if files["/tmp"].Mode != 0o1777 {
		t.Errorf("%s: /tmp is %+v", i.Name, files["/tmp"])
	}
	for path, f := range files { // from scratch: nothing else is there
		above := strings.HasPrefix(i.Path, path+"/")
		if path != i.Path && path != "/tmp" && !above || !f.ModTime.Equal(release.Created) {
			t.Errorf("%s has %s, %+v", i.Name, path, f)
		}
	}
}

// TestGatewayIsWhereItKnowsItself: the program knows by its path what it is.
func TestGatewayIsWhereItKnowsItself(t *testing.T) {
	i := Images[len(Images)-1]
	if i.Path != standin.Path || len(i.Cmd) > 0 {
		t.Errorf("got %+v", i)
	}
}

// digests are the files of a layout with what is in them; the names of blobs are their
// digests.
func digests(t *testing.T, dir string) string {
	t.Helper()
	var b bytes.Buffer
	if err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		b.WriteString(rel + "\x00" + string(data) + "\x00")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestImagesAreTheSameEachTime(t *testing.T) {
	var all []string
	for range 2 {
		dir := t.TempDir()
		if err := release.Write(dir, Images[1], Platforms, programs); err != nil {
			t.Fatal(err)
		}
		all = append(all, digests(t, dir))
	}
	if all[0] != all[1] {
		t.Error("the same programs make other images")
	}
}

func TestAProgramThatLacks(t *testing.T) {
	err := release.Write(t.TempDir(), Images[0], Platforms, map[Platform][]byte{Platforms[0]: []byte("x")})
	if err == nil || !strings.Contains(err.Error(), "image hostproof: there is no program for linux/arm64") {
		t.Errorf("got %v", err)
	}
}

// TestImageOfARealProgram builds the mock, and runs it out of its image.
func TestImageOfARealProgram(t *testing.T) {
	need.InFull(t) // it builds the command
	if runtime.GOOS != "linux" {
		need.Missing(t, "sandbox", errors.New("the program in an image is Linux's"))
	}
	p := Platform{"linux", runtime.GOARCH}
	var built [][]byte
	for range 2 {
		program, err := release.Build(t.Context(), "../../../..", Images[1], p)
		if err != nil {
			t.Fatal(err)
		}
		built = append(built, program)
	}
	if !bytes.Equal(built[0], built[1]) {
		t.Error("the same commit makes other programs")
	}
	dir := t.TempDir()
	if err := release.Write(dir, Images[1], []Platform{p}, map[Platform][]byte{p: built[0]}); err != nil {
		t.Fatal(err)
	}
	index := read(t, dir)
	m, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	image, err := index.Image(m.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	files := layer(t, image)
	for {
		h, err := files.Next()
		if err != nil {
			t.Fatal(err)
		}
		if "/"+h.Name == Images[1].Path {
			break
		}
	}
	file := filepath.Join(t.TempDir(), "mockaws")
	out, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.Copy(out, files); errors.Join(err, out.Close()) != nil {
		t.Fatal(err)
	}
	if text, err := exec.CommandContext(t.Context(), file, "--help").CombinedOutput(); err != nil ||
		!strings.Contains(string(text), "A mock AWS that really judges credentials") {
		t.Errorf("%v: %s", err, text)
	}
}
