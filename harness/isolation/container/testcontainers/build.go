package testcontainers

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/testcontainers/testcontainers-go"

	"github.com/hostproof/hostproof/harness/isolation/container/internal/engine"
)

// BuildImage builds an image from a Dockerfile and files, all executable, that
// exist only in memory. The image stays, so that the next run finds it built.
func BuildImage(ctx context.Context, repo, tag, dockerfile string, files map[string][]byte) (string, error) {
	context, err := archive(dockerfile, files)
	if err != nil {
		return "", err
	}
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return "", engine.Unavailable(err)
	}
	defer provider.Close()
	name, err := provider.BuildImage(ctx,
		&testcontainers.ContainerRequest{FromDockerfile: testcontainers.FromDockerfile{
			ContextArchive: context, Repo: repo, Tag: tag, KeepImage: true,
		}})
	if err != nil {
		return "", fmt.Errorf("building image %s:%s: %w", repo, tag, err)
	}
	return name, nil
}

func archive(dockerfile string, files map[string][]byte) (io.ReadSeeker, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(name string, mode int64, data []byte) error {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err := w.Write(data)
		return err
	}
	if err := add("Dockerfile", 0o644, []byte(dockerfile)); err != nil {
		return nil, err
	}
	for name, data := range files {
		if err := add(name, 0o755, data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return bytes.NewReader(b.Bytes()), nil
}
