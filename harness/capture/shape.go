package capture

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// Prefixes are beginnings of values that are public knowledge and say what a
// value is; the longest that fits is kept.
var Prefixes = []string{
	"AKIA", "ASIA", "ABSK", "bedrock-api-key-", "IQoJb3JpZ2luX2Vj", "FwoGZXIvYXdz", "arn:aws:iam::", "arn:aws:sts::",
	"eyJ",
	"http://169.254.170.2/", "http://169.254.170.23/", "http://[fd00:ec2::23]/", "http://127.0.0.1:",
	"http://localhost:", "http://", "https://",
	"/v2/credentials/",
}

// Vocabulary matches the values that are kept as they are: a closed set of words
// that vendors document, regions, and things that are no value at all. None can
// be a secret or tell a customer from another.
const Vocabulary = `(?:|0|1|true|false|on|off|yes|no|null|None|undefined|production|preview|development|test|staging` +
	// regions of AWS and of Vercel
	`|[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]{4,9}-[1-9]|(?:arn|bom|cdg|cle|cpt|dev|dub|fra|gru|hkg|hnd|iad|icn|kix|lhr|pdx|sfo|sin|syd|yul)1` +
	`|AWS_Lambda_[a-z]+[0-9.]*x?|AWS_ECS_(?:FARGATE|EC2)|nodejs[0-9]{2}\.x|regional|legacy|on-demand|provisioned-concurrency|snap-start` +
	`|/var/task|/var/runtime|/tmp|:?UTC|json|default` +
	`|http://169\.254\.170\.23/v1/credentials|/var/run/secrets/eks\.amazonaws\.com/serviceaccount/token` +
	`|/var/run/secrets/pods\.eks\.amazonaws\.com/serviceaccount/eks-pod-identity-token)`

var vocabulary = regexp.MustCompile(`^` + Vocabulary + `$`)

// classes, the narrowest first.
var classes = []struct {
	name  string
	match *regexp.Regexp
	from  string // the alphabet of made-up values
}{
	{"digits", regexp.MustCompile(`^[0-9]*$`), "0123456789"},
	{"hex", regexp.MustCompile(`^[0-9a-f-]*$`), "0123456789abcdef"},
	{"upper", regexp.MustCompile(`^[A-Z0-9]*$`), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"},
	{"word", regexp.MustCompile(`^[A-Za-z0-9_-]*$`), "abcdefghijklmnopqrstuvwxyz0123456789"},
	{"base64", regexp.MustCompile(`^[A-Za-z0-9+/]*={0,2}$`),
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"},
	{"text", regexp.MustCompile(``), "abcdefghijklmnopqrstuvwxyz"},
}

// salter makes the hashes of one capture.
type salter struct{ key [32]byte }

func newSalter() *salter {
	var s salter
	_, _ = rand.Read(s.key[:]) // never fails
	return &s
}

func (s *salter) shape(value string) Shape {
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write([]byte(value))
	out := Shape{Length: len(value), Prefix: prefixOf(value), Hash: hex.EncodeToString(mac.Sum(nil)[:8])}
	for _, c := range classes {
		if c.match.MatchString(value) {
			out.Class = c.name
			break
		}
	}
	if vocabulary.MatchString(value) {
		out.Public = &value
	}
	return out
}

func prefixOf(value string) string {
	best := ""
	for _, p := range Prefixes {
		if strings.HasPrefix(value, p) && len(p) > len(best) {
			best = p
		}
	}
	return best
}

// madeUp is a value of the shape; equal hashes make equal values.
func (s Shape) madeUp() string {
	if s.Public != nil {
		return *s.Public
	}
	alphabet := classes[len(classes)-1].from
	for _, c := range classes {
		if c.name == s.Class {
			alphabet = c.from
		}
	}
	var b strings.Builder
	b.WriteString(s.Prefix[:min(len(s.Prefix), s.Length)])
	for block := sha256.Sum256([]byte(s.Hash)); b.Len() < s.Length; block = sha256.Sum256(block[:]) {
		for _, x := range block {
			if b.Len() == s.Length {
				break
			}
			b.WriteByte(alphabet[int(x)%len(alphabet)])
		}
	}
	return b.String()
}
