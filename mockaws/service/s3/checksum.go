package s3

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/internal/checksums"
	"github.com/hostproof/hostproof/mockaws/service"
)

// The types of a checksum: of the whole object, or of its parts' checksums.
const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"
)

// checksum is the checksum of an object or a part; the zero value means no checksum.
type checksum struct{ algorithm, kind, value string }

// headers are those that show the checksum.
func (s checksum) headers() map[string]string {
	if s.algorithm == "" {
		return map[string]string{}
	}
	return map[string]string{checksums.Prefix + s.algorithm: s.value, checksums.Prefix + "type": s.kind}
}

func checksumOf(algorithm string, pieces ...[]byte) checksum {
	h := checksums.Hashes[algorithm]()
	for _, p := range pieces {
		h.Write(p)
	}
	return checksum{algorithm, fullObject, base64.StdEncoding.EncodeToString(h.Sum(nil))}
}

// bodyChecksum is the checksum that came with the body, in a header or a
// trailer: it was compared with the body already. Without one it is computed
// with the given algorithm. In the query of a presigned URL S3 ignores it
// (aws/aws-sdk-go-v2#2610, localstack/localstack#12169).
func bodyChecksum(c *service.Call, algorithm string) (checksum, error) {
	for _, name := range checksumNames(c) {
		algorithm = strings.TrimPrefix(name, checksums.Prefix)
		if checksums.Hashes[algorithm] == nil {
			return checksum{}, missing(c, "the checksum "+name)
		}
	}
	return checksumOf(algorithm, c.Input.Body), nil
}

// checksumNames are the names, in lower case, of the checksums that a request
// carries in headers and announces as trailers.
func checksumNames(c *service.Call) []string {
	var names []string
	for header := range c.Input.Header {
		name := strings.ToLower(header)
		algorithm, ok := strings.CutPrefix(name, checksums.Prefix)
		if ok && algorithm != "type" && algorithm != "mode" && algorithm != "algorithm" {
			names = append(names, name)
		}
	}
	for trailer := range strings.SplitSeq(c.Input.Header.Get("X-Amz-Trailer"), ",") {
		if name := strings.ToLower(strings.TrimSpace(trailer)); strings.HasPrefix(name, checksums.Prefix) {
			names = append(names, name)
		}
	}
	return names
}

// checkBodyChecksums compares the checksum headers of a request whose body is a
// document, such as DeleteObjects; it must have one, or Content-MD5.
func checkBodyChecksums(c *service.Call) error {
	names := checksumNames(c)
	if len(names) == 0 && c.Input.Header.Get("Content-Md5") == "" {
		return fail("MissingChecksum")
	}
	for _, name := range names {
		algorithm := strings.TrimPrefix(name, checksums.Prefix)
		claimed := c.Input.Header.Get(name)
		switch {
		case claimed == "": // a trailer, compared already
		case checksums.Hashes[algorithm] == nil:
			return missing(c, "the checksum "+name)
		case checksumOf(algorithm, c.Input.Body).value != claimed:
			return fail("BadDigest", "algorithm", strings.ToUpper(algorithm))
		}
	}
	return checkContentMD5(c)
}

// compositeOf is the checksum of parts' checksums, "<base64>-<number of parts>".
func compositeOf(algorithm string, parts []part) checksum {
	h := checksums.Hashes[algorithm]()
	for i := range parts {
		sum, err := base64.StdEncoding.DecodeString(parts[i].checksum.value)
		if err != nil {
			panic("service: a checksum of our own does not decode: " + err.Error())
		}
		h.Write(sum)
	}
	return checksum{algorithm, composite, base64.StdEncoding.EncodeToString(h.Sum(nil)) + "-" +
		strconv.Itoa(len(parts))}
}
