package checksums

import (
	"encoding/base64"
	"encoding/hex"
	"testing"
)

// The check values of the digits 1 to 9, of the catalogue of parametrised CRC
// algorithms (https://reveng.sourceforge.io/crc-catalogue/all.htm) and of RFC 1321,
// and what coreutils' sha*sum print.
func TestCheckValues(t *testing.T) {
	for algorithm, want := range map[string]string{
		"crc32":     "cbf43926",
		"crc32c":    "e3069283",
		"crc64nvme": "ae8b14860a799888",
		"md5":       "25f9e794323b453885f5181f1b624d0b",
		"sha1":      "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
		"sha256":    "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
		"sha512": "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274a" +
			"d27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85",
	} {
		h := Hashes[algorithm]()
		h.Write([]byte("123456789"))
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s: got %s, want %s", algorithm, got, want)
		}
	}
}

// Checksums of the text "abcdefg" as versity/versitygw has them in the tests that it
// holds against AWS (tests/integration/unsigned_streaming_payload_trailer.go).
func TestPublishedChecksums(t *testing.T) {
	for algorithm, want := range map[string]string{
		"crc32":     "MSpqpg==",
		"crc32c":    "5if0QQ==",
		"crc64nvme": "SmzZ/LTp1CA=",
		"sha1":      "L7XhNBn8iSRoZeejJPR27GJOh0A=",
		"sha256":    "fRpUEnsiJQL1t5tfsIAwYRUqRPkrN+I8ZSe69mXU2po=",
		"sha512":    "1xakGIVptoqxtt+sF45XARTN8Oo6HMDjFIbD5BJBvGp2Qk6MN6sm8Jb8he+YhsjLY0GH9P3f9kX7CZ8f9UxrjA==",
		"md5":       "esZsDxSN6VGbi9JkMSxNZA==",
		"xxhash64":  "GGCUDikCgi0=",
		"xxhash3":   "WkDcP9RMBS8=",
		"xxhash128": "Kq/YOGmlnDE/55jA7aptxg==",
	} {
		h := Hashes[algorithm]()
		h.Write([]byte("abcdefg"))
		if got := base64.StdEncoding.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s: got %s, want %s", algorithm, got, want)
		}
	}
}
