package s3

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// S3 gives back what is not US-ASCII in another form than it was sent: user-defined metadata
// as encoded words of RFC 2047
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html), other headers
// in ISO-8859-1. The forms are those of localstack/localstack's AWS-validated snapshots
// (test_post_object_with_unicode_metadata, test_put_unicode_metadata_with_sig_s3).

// encodedWord is a value of user-defined metadata as S3 gives it back: as it is where it is
// US-ASCII, in the form Q where more than half of its UTF-16 units are, in the form B
// otherwise.
func encodedWord(value string) string {
	plain, other := 0, 0
	for _, unit := range utf16.Encode([]rune(value)) {
		if plainUnit(unit) {
			plain++
		} else {
			other++
		}
	}
	switch {
	case other == 0 || !utf8.ValidString(value):
		return value
	case plain > other:
		return "=?UTF-8?Q?" + quotedWord(value) + "?="
	default:
		return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(value)) + "?="
	}
}

func plainUnit(unit uint16) bool {
	return unit >= ' ' && unit < unicode.MaxASCII || unit == '\t' || unit == '\r' || unit == '\n'
}

// quotedWord is the text between the question marks of an encoded word in the form Q.
func quotedWord(value string) string {
	var b strings.Builder
	for i := range len(value) {
		switch c := value[i]; {
		case c == ' ':
			b.WriteByte('_')
		case c < ' ' || c >= unicode.MaxASCII || strings.IndexByte("=_?", c) >= 0:
			fmt.Fprintf(&b, "=%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// latin1 is the value of another header in ISO-8859-1, with a space for what it lacks.
func latin1(value string) string {
	if !utf8.ValidString(value) {
		return value
	}
	b := make([]byte, 0, len(value))
	for _, r := range value {
		if r > unicode.MaxLatin1 {
			r = ' '
		}
		b = append(b, byte(r))
	}
	return string(b)
}
