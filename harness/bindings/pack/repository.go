package pack

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
)

// repository is a folder in the layout of a Maven repository, with a checksum beside each
// file (https://maven.apache.org/repository/layout.html). Maven Central wants MD5 and
// SHA-1 (https://central.sonatype.org/publish/requirements/).
type repository struct{ dir, version string }

// write writes a file of an artefact, whose name ends with the suffix.
func (r repository) write(artifact, suffix string, data []byte) error {
	dir := filepath.Join(r.dir, "io", "github", "hostproof", artifact, r.version)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	file := filepath.Join(dir, artifact+"-"+r.version+suffix)
	for end, content := range map[string][]byte{
		"":        data,
		".md5":    fmt.Appendf(nil, "%x", md5.Sum(data)),
		".sha1":   fmt.Appendf(nil, "%x", sha1.Sum(data)),
		".sha256": fmt.Appendf(nil, "%x", sha256.Sum256(data)),
	} {
		if err := os.WriteFile(file+end, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
