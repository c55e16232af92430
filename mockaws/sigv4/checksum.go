package sigv4

import (
	"encoding/base64"
	"strings"

	"github.com/hostproof/hostproof/mockaws/internal/checksums"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const checksumPrefix = checksums.Prefix

// unchecked are checksums that S3 knows and this package cannot compute.
var unchecked = map[string]bool{"xxhash3": true, "xxhash64": true, "xxhash128": true}

// verifyChecksum checks one x-amz-checksum-* header or trailer. Other names are
// none of its business.
func verifyChecksum(name, claimed string, payload []byte) *verdict.Refusal {
	algorithm, ok := strings.CutPrefix(name, checksumPrefix)
	if !ok || algorithm == "type" || algorithm == "algorithm" || algorithm == "mode" || unchecked[algorithm] {
		return nil
	}
	newHash, ok := checksums.Hashes[algorithm]
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
