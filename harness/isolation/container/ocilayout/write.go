package ocilayout

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Release is what the images of a release have in common.
type Release struct {
	Version string
	// Revision is the commit that they are made of.
	Revision string
	// Created is the time of the commit: the images are the same whenever they are made.
	Created time.Time
}

// Write makes the layout of an image in an empty folder. Programs are the static
// executables by platform.
func (r Release) Write(dir string, i Image, platforms []Platform, programs map[Platform][]byte) error {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range platforms {
		program := programs[p]
		if len(program) == 0 {
			return fmt.Errorf("image %s: there is no program for %s", i.Name, p)
		}
		image, err := r.image(i, p, program)
		if err != nil {
			return fmt.Errorf("image %s for %s: %w", i.Name, p, err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: p.OS, Architecture: p.Arch}},
		})
	}
	l, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	return l.AppendIndex(index, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": r.Version, // tools that read layouts choose by it
	}))
}

func (r Release) image(i Image, p Platform, program []byte) (v1.Image, error) {
	files, err := i.files(program, r.Created)
	if err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(files)), nil
	}, tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err := mutate.Append(base, mutate.Addendum{
		Layer: layer, MediaType: types.OCILayer,
		History: v1.History{Created: v1.Time{Time: r.Created}, CreatedBy: "hostproof", Comment: i.Path},
	})
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	return mutate.ConfigFile(image, r.config(i, p, config))
}

// config is how the image runs, over the one that it has.
func (r Release) config(i Image, p Platform, old *v1.ConfigFile) *v1.ConfigFile {
	c := old.DeepCopy()
	c.OS, c.Architecture, c.Created = p.OS, p.Arch, v1.Time{Time: r.Created}
	c.Config = v1.Config{
		User: User, Entrypoint: []string{i.Path}, Cmd: i.Cmd, WorkingDir: "/",
		Labels: map[string]string{
			"org.opencontainers.image.title":       i.Name,
			"org.opencontainers.image.source":      "https://github.com/hostproof/hostproof",
			"org.opencontainers.image.licenses":    "Apache-2.0",
			"org.opencontainers.image.version":     r.Version,
			"org.opencontainers.image.revision":    r.Revision,
			"org.opencontainers.image.description": i.Title,
		},
	}
	if len(i.Ports) > 0 {
		c.Config.ExposedPorts = map[string]struct{}{}
	}
	for _, port := range i.Ports {
		c.Config.ExposedPorts[port] = struct{}{}
	}
	return c
}

// files is the image's one layer: the program, the folders above it, and a folder for
// temporary files.
func (i Image) files(program []byte, modified time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(h tar.Header, data []byte) error {
		h.ModTime, h.Size, h.Format = modified, int64(len(data)), tar.FormatPAX
		if err := w.WriteHeader(&h); err != nil {
			return err
		}
		_, err := w.Write(data)
		return err
	}
	folders := []tar.Header{{Typeflag: tar.TypeDir, Name: "tmp/", Mode: 0o1777}}
	for dir := path.Dir(i.Path); dir != "/"; dir = path.Dir(dir) {
		folders = append([]tar.Header{{Typeflag: tar.TypeDir, Name: strings.TrimPrefix(dir, "/") + "/", Mode: 0o755}},
			folders...)
	}
	for _, folder := range folders {
		if err := add(folder, nil); err != nil {
			return nil, err
		}
	}
	file := tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(i.Path, "/"), Mode: 0o755}
	if err := add(file, program); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}
