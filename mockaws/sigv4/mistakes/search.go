package mistakes

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/keys"
)

// A search is bounded by the signatures it computes and by the bytes it hashes
// for them, to some tens of milliseconds and at most a second.
const (
	maxAttempts = 40000
	maxHashed   = 128 << 20
	// maxHeaders is how many headers are looked at.
	maxHeaders = 64
)

// mistake is one thing that a client may have done otherwise.
type mistake struct {
	// part is what the mistake concerns; two of one part do not combine.
	part string
	// clause goes on after "the client ".
	clause string
	apply  func(*draft)
	// alone: too unlikely to be combined with another one.
	alone bool
	// ours and theirs describe what is not in the canonical request.
	ours, theirs string
}

// mistakeKinds are the known mistakes, the likely ones first.
var mistakeKinds = []struct {
	name string
	make func(*search) []mistake
}{
	{"another known secret", otherSecrets},
	{"the spelling of the secret", secretSpellings},
	{"the encoding of the path", pathMistakes},
	{"the payload hash", hashMistakes},
	{"the session token", tokenMistakes},
	{"the host", hostMistakes},
	{"the method", methodMistakes},
	{"the order and encoding of the query", queryMistakes},
	{"the values of headers", valueMistakes},
	{"which headers are signed", listMistakes},
	{"the date", dateMistakes},
	{"the region, service and date of the signing key", scopeMistakes},
	{"the layout of what is signed", layoutMistakes},
}

// search looks for the mistakes that make a signature.
type search struct {
	request  *sigv4.Request
	auth     *sigv4.Authorization
	rules    sigv4.Rules
	known    []Known
	base     *draft
	want     []byte    // the signature, or the beginning of it
	written  []mistake // what is wrong with how the signature is written
	keys     map[draftKey][sha256.Size]byte
	pairs    keys.Pairs
	pairwise bool // also two mistakes at a time

	tried draft  // what is being tried, in the same memory each time
	text  []byte // room for its canonical request and string to sign

	attempts, hashed int
}

func newSearch(r *sigv4.Request, a *sigv4.Authorization, rules sigv4.Rules, secret string, known []Known) *search {
	s := &search{
		request: r, auth: a, rules: rules, known: known, base: newDraft(r, a, rules, secret),
		keys: map[draftKey][sha256.Size]byte{}, pairwise: !a.Asymmetric(),
	}
	if !a.Asymmetric() {
		s.readSignature()
	}
	return s
}

// readSignature takes the signature in any writing that still lets it be
// recognised.
func (s *search) readSignature() {
	text := s.auth.Signature
	note := func(format string, args ...any) {
		s.written = []mistake{{part: "signature", clause: fmt.Sprintf(format, args...),
			ours: "64 lower-case hexadecimal digits", theirs: fmt.Sprintf("%d characters", len(text))}}
	}
	digits := strings.ToLower(text)
	n := 0
	for n < len(digits) && n < 2*sha256.Size && strings.IndexByte("0123456789abcdef", digits[n]) >= 0 {
		n++
	}
	decoded, err := base64.StdEncoding.DecodeString(text)
	switch {
	case err == nil && len(decoded) == sha256.Size:
		s.want = decoded
		note("wrote the signature in base64, not in hexadecimal digits")
		return
	case n < 16:
		return
	case n < 2*sha256.Size:
		note("sent only %d of the signature's 64 digits", n)
	case len(text) > n:
		note("sent %d characters after the signature's 64 digits", len(text)-n)
	case digits != text:
		note("wrote the signature in upper-case digits")
	}
	s.want, _ = hex.DecodeString(digits[:n/2*2])
}

// trial is what a draft's signature depends on. The string to sign is good until
// the next trial.
type trial struct {
	toSign []byte
	key    draftKey
}

// trialOf makes mistakes in what the request has, and returns what they give.
func (s *search) trialOf(mistakes ...mistake) trial {
	s.tried.copyFrom(s.base)
	for i := range mistakes {
		mistakes[i].apply(&s.tried)
	}
	s.text = s.tried.appendCanonical(s.text[:0])
	s.hashed += len(s.text)
	s.text = s.tried.appendToSign(s.text[:0], sha256.Sum256(s.text))
	return trial{s.text, s.tried.key()}
}

// found is what has just been tried, which makes the signature.
func (s *search) found(mistakes ...mistake) *finding {
	return &finding{s.tried.clone(), mistakes}
}

// makes says whether a trial gives the request's signature.
func (s *search) makes(t trial) bool {
	s.attempts++
	if s.auth.Asymmetric() {
		return s.pairs.Verify(s.auth.KeyID, t.key.secret, t.toSign, s.auth.Signature)
	}
	key, ok := s.keys[t.key]
	if !ok {
		key = t.key.derive()
		s.keys[t.key] = key
	}
	sum := keys.MAC(key[:], t.toSign)
	return len(s.want) > 0 && bytes.HasPrefix(sum[:], s.want)
}

func (s *search) exhausted() bool { return s.attempts >= maxAttempts || s.hashed >= maxHashed }

// run tries no mistake, each mistake, and each pair of them. nil: none of them.
func (s *search) run() *finding {
	if s.makes(s.trialOf()) {
		return &finding{s.base, s.written}
	}
	list, found := s.singly()
	if found == nil && s.pairwise {
		found = s.inPairs(list)
	}
	if found != nil {
		found.mistakes = append(found.mistakes, s.written...)
	}
	return found
}

// singly tries each mistake, and returns those that change anything, each change
// once.
func (s *search) singly() ([]mistake, *finding) {
	var list []mistake
	type change struct {
		toSign string
		key    draftKey
	}
	base := s.trialOf()
	seen := map[change]bool{{string(base.toSign), base.key}: true}
	for _, kind := range mistakeKinds {
		for _, m := range kind.make(s) {
			if s.exhausted() {
				return nil, nil
			}
			t := s.trialOf(m)
			if seen[change{string(t.toSign), t.key}] {
				continue
			}
			seen[change{string(t.toSign), t.key}] = true
			if s.makes(t) {
				return nil, s.found(m)
			}
			if !m.alone {
				list = append(list, m)
			}
		}
	}
	return list, nil
}

func (s *search) inPairs(list []mistake) *finding {
	for i, first := range list {
		for _, second := range list[i+1:] {
			if first.part == second.part {
				continue
			}
			if s.exhausted() {
				return nil
			}
			if s.makes(s.trialOf(first, second)) {
				return s.found(first, second)
			}
		}
	}
	return nil
}
