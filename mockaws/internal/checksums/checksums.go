// Package checksums has the hashes of the headers x-amz-checksum-*
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).
package checksums

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"hash/crc32"
	"hash/crc64"

	"github.com/cespare/xxhash/v2"
	"github.com/zeebo/xxh3"
)

// Prefix begins the name of a header with a checksum; the algorithm follows.
const Prefix = "x-amz-checksum-"

// CRC64NVME is the algorithm that S3 uses by itself where a client sends no
// checksum.
const CRC64NVME = "crc64nvme"

// Hashes make the hash of an algorithm, whose name is in lower case.
var Hashes = map[string]func() hash.Hash{
	"crc32":   func() hash.Hash { return crc32.NewIEEE() },
	"crc32c":  func() hash.Hash { return crc32.New(castagnoli) },
	CRC64NVME: func() hash.Hash { return crc64.New(nvme) },
	"md5":     md5.New,
	"sha1":    sha1.New,
	"sha256":  sha256.New,
	"sha512":  sha512.New,
	// Of 2026 (boto/botocore, s3/2006-03-01/service-2.json, ChecksumAlgorithm).
	"xxhash64":  func() hash.Hash { return xxhash.New() },
	"xxhash3":   func() hash.Hash { return xxh3.New() },
	"xxhash128": func() hash.Hash { return xxh3.New128() },
}

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	nvme       = crc64.MakeTable(0x9a6c9329ac4bc9b5) // of the NVM Express specification, reflected
)
