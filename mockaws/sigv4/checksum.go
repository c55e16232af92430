package sigv4

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"strings"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

const checksumPrefix = "x-amz-checksum-"

// checksums are the algorithms of x-amz-checksum-*
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html).
var checksums = map[string]func() hash.Hash{
	"crc32":     func() hash.Hash { return crc32.NewIEEE() },
	"crc32c":    func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
	"crc64nvme": func() hash.Hash { return crc64.New(crc64NVME) },
	"md5":       md5.New,
	"sha1":      sha1.New,
	"sha256":    sha256.New,
	"sha512":    sha512.New,
}

// crc64NVME is the polynomial of the NVM Express specification, reflected.
var crc64NVME = crc64.MakeTable(0x9a6c9329ac4bc9b5)

// unchecked are checksums that S3 knows and this package cannot compute.
var unchecked = map[string]bool{"xxhash3": true, "xxhash64": true, "xxhash128": true}

// verifyChecksum checks one x-amz-checksum-* header or trailer. Other names are
// none of its business.
func verifyChecksum(name, claimed string, payload []byte) *verdict.Refusal {
	algorithm, ok := strings.CutPrefix(name, checksumPrefix)
	if !ok || algorithm == "type" || algorithm == "algorithm" || algorithm == "mode" || unchecked[algorithm] {
		return nil
	}
	newHash, ok := checksums[algorithm]
	if !ok {
		return refuse(verdict.BadTrailer{Problem: "unknown algorithm", Trailer: name},
			"no checksum algorithm "+algorithm+" is known")
	}
	h := newHash()
	h.Write(payload)
	computed := base64.StdEncoding.EncodeToString(h.Sum(nil))
	if claimed == computed {
		return nil
	}
	return refuse(verdict.OtherChecksum{Algorithm: strings.ToUpper(algorithm), Claimed: claimed, Computed: computed},
		name+" is "+claimed+", and the payload's is "+computed)
}
