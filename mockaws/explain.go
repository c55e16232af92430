package mockaws

import (
	"strings"
	"sync"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/shown"
	"github.com/hostproof/hostproof/mockaws/sigv2"
	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
)

// explain says what differs when a signature does not match.
func (f *flight) explain(cred *iam.Credential) {
	f.claimed = cred
	f.findSecret()
	x := f.server.searches.explain(f, cred)
	f.exchange.Explanation = &Explanation{
		CanonicalRequest: shown.Canonical(x.CanonicalRequest), StringToSign: x.StringToSign, Mistake: x.Mistake,
		Line: x.FirstDifference.Line, Name: x.FirstDifference.Name,
		Ours: shown.Canonical(x.FirstDifference.Ours), Theirs: shown.Canonical(x.FirstDifference.Theirs),
	}
	if owner := f.exchange.Presented.SecretOf; owner != "" && owner != f.auth.KeyID {
		f.exchange.Explanation.Mistake = "signed with the secret of another key, " + owner + ", under the key id " +
			f.auth.KeyID
	}
}

// maxVainSearches is after how many searches without result in a row a key's
// signatures are looked at only briefly: who floods the mock with a wrong secret
// learns nothing more from the next search, of some 10 ms.
const maxVainSearches = 20

// searches counts the searches for mistakes that found none, by key id.
type searches struct {
	mu   sync.Mutex
	vain map[string]int
}

func (s *searches) explain(f *flight, cred *iam.Credential) mistakes.Explanation {
	s.mu.Lock()
	search := mistakes.Explain
	if s.vain[cred.KeyID] >= maxVainSearches {
		search = mistakes.ExplainBriefly
	}
	s.mu.Unlock()
	x := search(f.request, f.auth, f.rules, cred.Secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	if x.Found {
		delete(s.vain, cred.KeyID)
		return x
	}
	if s.vain == nil {
		s.vain = map[string]int{}
	}
	s.vain[cred.KeyID]++
	return x
}

// explainV2 is explain for S3's older signatures.
func (f *flight) explainV2(a *sigv2.Authorization, secret string) {
	x := &Explanation{StringToSign: shown.Canonical(a.StringToSign(f.request, f.target.Bucket))}
	for keyID, other := range f.server.iam.Secrets() {
		if a.Verify(f.request, f.target.Bucket, other) == nil {
			f.exchange.Presented.SecretOf = keyID
			x.Mistake = "signed with the secret of another key, " + keyID + ", under the key id " + f.auth.KeyID
		}
	}
	if typ := f.request.Header.Get("Content-Type"); typ != "" && x.Mistake == "" {
		without := *f.request
		without.Header = f.request.Header.Clone()
		without.Header.Del("Content-Type")
		if a.Verify(&without, f.target.Bucket, secret) == nil {
			f.exchange.Presented.SecretOf = f.auth.KeyID
			x.Mistake = "sent with Content-Type: " + typ + ", which was not signed: Signature Version 2 signs it. " +
				"Name the type when the URL is made, send none, or presign with Signature Version 4"
		}
	}
	f.exchange.Explanation = x
}

// findSecret looks for the key whose secret made the signature: the presented
// key first, then all others. AWS would have stopped before; a person wants to
// know whether the secret is right, too.
func (f *flight) findSecret() {
	p := &f.exchange.Presented
	for keyID, secret := range f.server.iam.Secrets() {
		if f.server.verifier.Verify(f.request, f.auth, f.rules, secret) != nil {
			continue
		}
		p.SecretOf = keyID
		if keyID == f.auth.KeyID {
			f.exchange.Canonical = shown.Canonical(mistakes.Explain(f.request, f.auth, f.rules,
				secret).CanonicalRequest)
			return
		}
	}
}

// describeOwners says whose key and whose token the request carries, where the
// mock knows them.
func (f *flight) describeOwners() {
	p := &f.exchange.Presented
	if o, ok := f.server.iam.OwnerOfKey(f.auth.KeyID); ok {
		p.KeyOwner = o.ARN
	}
	if f.auth.Token == "" {
		return
	}
	if keyID, owner, ok := f.server.iam.OwnerOfToken(f.auth.Token); ok {
		p.TokenKeyID, p.TokenOwner = keyID, owner.ARN
	}
}

// scopeService is the service in the credential scope of a request, "" if it
// has none or it cannot be read. The scope ends in service and terminator; one
// of SigV4a has no region before them.
func scopeService(r *sigv4.Request) string {
	credential := sigv4.CredentialOf(r)
	if n := strings.Count(credential, "/"); n != 3 && n != 4 {
		return ""
	}
	scope := credential[:strings.LastIndexByte(credential, '/')]
	return scope[strings.LastIndexByte(scope, '/')+1:]
}

// scopeRegion is the region in the credential scope, "" likewise.
func scopeRegion(r *sigv4.Request) string {
	if parts := strings.Split(sigv4.CredentialOf(r), "/"); len(parts) == 5 {
		return parts[2]
	}
	return ""
}
