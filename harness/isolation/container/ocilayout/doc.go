// Package ocilayout makes the images of a release without an engine or a registry: OCI
// image layouts (https://github.com/opencontainers/image-spec/blob/main/image-layout.md)
// with one static program each, for several machines, from scratch, for a user that is
// not root. The same programs make the same images, byte for byte.
package ocilayout
