package container

import (
	"archive/tar"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/client"
)

// importing bounds how long an engine may take to store an image.
const importing = 2 * time.Minute

// imported is the image of files that are in memory. Its name has a hash of what
// is in it, so that the next run finds it made.
func imported(ctx context.Context, docker *client.Client, s *standInFiles, from string) (string, error) {
	changes, err := s.changes()
	if err != nil {
		return "", err
	}
	name := standInName + ":" + s.tag(changes)
	if _, err := docker.ImageInspect(ctx, name); err == nil {
		return name, nil
	} else if !cerrdefs.IsNotFound(err) {
		return "", err
	}
	progress("making the container image %s from %s (%d MB, once)", name, from, s.size()>>20+1)
	whole, cancel := context.WithTimeout(ctx, importing)
	defer cancel()
	archive, w := io.Pipe()
	go func() { w.CloseWithError(s.write(w)) }()
	defer archive.Close()
	answer, err := docker.ImageImport(whole, client.ImageImportSource{Source: archive, SourceName: "-"}, name,
		client.ImageImportOptions{Changes: changes})
	if err != nil {
		return "", fmt.Errorf("image %s: %w", name, err)
	}
	defer answer.Close()
	if err := readImport(answer); err != nil {
		return "", fmt.Errorf("image %s: %w", name, err)
	}
	forgetOld(ctx, docker)
	return name, nil
}

// changes are the instructions of a Dockerfile that say how the image runs.
func (s *standInFiles) changes() ([]string, error) {
	argv, err := json.Marshal(entrypoint)
	if err != nil {
		return nil, err
	}
	changes := []string{"ENTRYPOINT " + string(argv), fmt.Sprintf("LABEL %s=%s", label, standInName)}
	if s.libraries != "" {
		changes = append(changes, "ENV LD_LIBRARY_PATH="+s.libraries)
	}
	return changes, nil
}

func (s *standInFiles) size() (n int) {
	for _, data := range s.files {
		n += len(data)
	}
	return n
}

func (s *standInFiles) tag(changes []string) string {
	h := sha256.New()
	for _, p := range slices.Sorted(maps.Keys(s.files)) {
		fmt.Fprintf(h, "%q %d\n", p, len(s.files[p]))
		h.Write(s.files[p])
	}
	fmt.Fprintf(h, "%q", changes)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func (s *standInFiles) write(to io.Writer) error {
	w := tar.NewWriter(to)
	made := map[string]bool{".": true}
	for _, p := range slices.Sorted(maps.Keys(s.files)) {
		name := path.Clean(p)[1:]
		for _, d := range missing(name, made) {
			if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: d + "/", Mode: 0o755}); err != nil {
				return err
			}
		}
		data := s.files[p]
		h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o755, Size: int64(len(data))}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return w.Close()
}

// What is kept of the images that were made here: each other program, and each
// build of it, is one more.
const (
	keptImages = 10
	keptFor    = 24 * time.Hour
)

// forgetOld removes the images of before that nothing uses. What cannot be
// removed is no reason not to start.
func forgetOld(ctx context.Context, docker *client.Client) {
	ours := make(client.Filters).Add("label", label+"="+standInName)
	all, err := docker.ImageList(ctx, client.ImageListOptions{Filters: ours})
	if err != nil {
		return
	}
	for _, old := range superfluous(all.Items, time.Now()) {
		_, _ = docker.ImageRemove(ctx, old, client.ImageRemoveOptions{})
	}
}

// superfluous are the images that are old and not among the newest.
func superfluous(all []image.Summary, now time.Time) (ids []string) {
	slices.SortFunc(all, func(a, b image.Summary) int { return cmp.Compare(b.Created, a.Created) })
	for i, im := range all {
		if i >= keptImages && now.Sub(time.Unix(im.Created, 0)) > keptFor {
			ids = append(ids, im.ID)
		}
	}
	return ids
}
