package canonical

import "strings"

// unreserved are the characters that the specification never encodes (RFC 3986,
// section 2.3).
var unreserved = func() (t [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") {
		t[c] = true
	}
	return
}()

const upperHex = "0123456789ABCDEF"

// AppendEncoded appends a byte in percent-encoding, with capital letters.
func AppendEncoded(b []byte, c byte) []byte {
	if unreserved[c] {
		return append(b, c)
	}
	return append(b, '%', upperHex[c>>4], upperHex[c&15])
}

// unhex reads the escape at s[i], which is a percent sign.
func unhex(s string, i int) (byte, bool) {
	if i+2 >= len(s) {
		return 0, false
	}
	hi, ok1 := HexDigit(s[i+1])
	lo, ok2 := HexDigit(s[i+2])
	return hi<<4 | lo, ok1 && ok2
}

// HexDigit is the value of a hexadecimal digit, of either case; false for another byte.
func HexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func isLowerHex(c byte) bool { return 'a' <= c && c <= 'f' }

// Decode undoes percent-encoding; a wrong escape stays as it is.
func Decode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if c, ok := unhex(s, i); ok {
				b = append(b, c)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// IsHexSHA256 says whether s is a SHA-256 hash in hexadecimal digits.
func IsHexSHA256(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if _, ok := HexDigit(s[i]); !ok {
			return false
		}
	}
	return true
}
