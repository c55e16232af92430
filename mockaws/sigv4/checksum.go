package sigv4

import (
	"encoding/base64"
	"strings"

	"github.com/hostproof/hostproof/mockaws/internal/checksums"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

const checksumPrefix = checksums.Prefix

// verifyChecksum checks one x-amz-checksum-* header or trailer. Other names are
// none of its business.
func verifyChecksum(name, claimed string, payload []byte) *verdict.Refusal {
	algorithm, ok := strings.CutPrefix(name, checksumPrefix)
	if !ok || algorithm == "type" || algorithm == "algorithm" || algorithm == "mode" {
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
	if sum, err := base64.StdEncoding.DecodeString(claimed); err != nil || len(sum) != h.Size() {
		return refuse(verdict.OtherChecksum{Algorithm: strings.ToUpper(algorithm), Header: name, Malformed: true},
			name+" is not the base64 of a checksum of its algorithm")
	}
	return refuse(verdict.OtherChecksum{Algorithm: strings.ToUpper(algorithm), Claimed: claimed, Computed: computed},
		name+" is "+claimed+", and the payload's is "+computed)
}
