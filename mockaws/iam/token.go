package iam

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"
)

// DefaultTokenLength is the length of a minted session token in characters, as
// observed on Vercel and AWS Lambda in 2026. AWS documents no length.
const DefaultTokenLength = 996

// MinTokenLength leaves a token room for its fields and some ciphertext, and
// MaxTokenLength is far more than any header takes; both are in characters.
const (
	MinTokenLength = 356
	MaxTokenLength = 1 << 20
)

// tokenType is the first byte of a token of a regional endpoint. With the name
// "origin_ec" behind it, the token starts with IQoJb3JpZ2luX2Vj.
const tokenType = 0x21

// Fields of a token behind its type byte, a protocol buffer as read by
// https://github.com/talbeerysec/STS-token-decoder (proto/aws_session.proto).
const (
	fieldName       = 1
	fieldSigningKey = 2
	fieldRegion     = 3
	fieldSignature  = 4
	fieldUser       = 5
	fieldCreated    = 6
	fieldAux        = 7

	userEncryptionKey = 1
	userSomeID        = 2
	userAccount       = 3
	userIV            = 4
	userCiphertext    = 5
)

// token mints a session token of the given length in characters, a multiple of
// four. What is sealed in it is random: the store alone knows what it means.
func (m minter) token(region, account string, created time.Time, length int) string {
	keyID := -int64(m.bytes(1)[0]&0x7f) - 1
	head := []byte{tokenType}
	head = appendField(head, fieldName, []byte("origin_ec"))
	head = appendNumber(head, fieldSigningKey, uint64(keyID))
	head = appendField(head, fieldRegion, []byte(region))
	head = appendField(head, fieldSignature, m.signature())
	var user []byte
	user = appendNumber(user, userEncryptionKey, uint64(m.bytes(1)[0]&0x7f))
	user = appendNumber(user, userSomeID, 0)
	user = appendField(user, userAccount, []byte(account))
	user = appendField(user, userIV, m.bytes(12))
	tail := appendNumber(nil, fieldCreated, uint64(created.Unix()))
	tail = appendField(tail, fieldAux, m.bytes(min(165, length/8)))

	// The ciphertext takes what is left; a length prefix may grow with it, so
	// shrink until all fits, and let padding hide one or two bytes.
	size := length / 4 * 3
	sealed := size - len(head) - len(user) - len(tail)
	build := func() []byte {
		u := appendField(user[:len(user):len(user)], userCiphertext, make([]byte, sealed))
		return append(appendField(head[:len(head):len(head)], fieldUser, u), tail...)
	}
	raw := build()
	for len(raw) > size {
		sealed -= len(raw) - size
		raw = build()
	}
	copy(raw[len(raw)-len(tail)-sealed:], m.bytes(sealed))
	return base64.StdEncoding.EncodeToString(raw)
}

// signature has the shape of a DER-encoded ECDSA signature over P-256.
func (m minter) signature() []byte {
	var body []byte
	for range 2 {
		n := m.bytes(32)
		n[0] |= 0x01 // never a superfluous leading zero
		if n[0]&0x80 != 0 {
			n = append([]byte{0}, n...)
		}
		body = append(append(body, 0x02, byte(len(n))), n...)
	}
	return append([]byte{0x30, byte(len(body))}, body...)
}

func appendField(b []byte, field int, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(field<<3|2))
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

func appendNumber(b []byte, field int, value uint64) []byte {
	b = binary.AppendUvarint(b, uint64(field<<3))
	return binary.AppendUvarint(b, value)
}

var (
	errNotToken    = errors.New("not a session token")
	errSealedToken = errors.New(
		"a token of the global STS endpoint or of before 2020: its region and account cannot be read")
)

// DecodeToken reads what stands in clear in a session token of AWS: the region
// that issued it, the account it belongs to, and when it was created. A token
// that can be read is not thereby valid. An error says which kind of token it
// is, if one at all; a token cut short is an error, with what could be read
// before the cut.
func DecodeToken(token string) (region, account string, created time.Time, err error) {
	raw, err := base64.StdEncoding.DecodeString(token)
	truncated := err != nil
	if truncated {
		// Read what can be read: base64 fails at the end of a cut token.
		raw, _ = base64.RawStdEncoding.DecodeString(token[:len(token)/4*4])
	}
	if len(raw) == 0 {
		return "", "", time.Time{}, fmt.Errorf("%w: not base64", errNotToken)
	}
	switch raw[0] {
	case tokenType:
	case 0x01, 0x02, 0x15, 0x17:
		return "", "", time.Time{}, errSealedToken
	default:
		return "", "", time.Time{}, fmt.Errorf("%w: type byte 0x%02x", errNotToken, raw[0])
	}
	named := false
	walkErr := walkFields(raw[1:], func(field int, number uint64, value []byte) {
		switch field {
		case fieldName:
			named = len(value) > 0
		case fieldRegion:
			region = printable(value)
		case fieldUser:
			_ = walkFields(value, func(field int, _ uint64, value []byte) {
				if field == userAccount && isAccountID(string(value)) {
					account = string(value)
				}
			})
		case fieldCreated:
			if number > 0 && number < math.MaxInt32 {
				created = time.Unix(int64(number), 0).UTC()
			}
		}
	})
	switch {
	case !named:
		return "", "", time.Time{}, fmt.Errorf("%w: it names no issuer", errNotToken)
	case walkErr != nil || truncated:
		return region, account, created, errors.New("a session token that was cut short or altered")
	case region == "" || account == "" || created.IsZero():
		return region, account, created, errors.New("a session token without region, account or time")
	}
	return region, account, created, nil
}

// walkFields calls f for each field of a protocol buffer, also for the part
// there is of a last one cut short.
func walkFields(b []byte, f func(field int, number uint64, value []byte)) error {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			return errNotToken
		}
		b = b[n:]
		number, n := binary.Uvarint(b)
		if n <= 0 {
			return errNotToken
		}
		b = b[n:]
		switch key & 7 {
		case 0:
			f(int(key>>3), number, nil)
		case 2:
			if number > uint64(len(b)) {
				f(int(key>>3), 0, b)
				return errNotToken
			}
			f(int(key>>3), 0, b[:number])
			b = b[number:]
		default:
			return errNotToken
		}
	}
	return nil
}

// printable is b as text, or "" where it is not a short plain word.
func printable(b []byte) string {
	if len(b) > 64 {
		return ""
	}
	for _, c := range b {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return string(b)
}
