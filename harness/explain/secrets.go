package explain

import (
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/shown"
)

// hideInput takes out of a text what the request has in headers and parameters that are
// not shown, and the passwords of addresses.
func (s *subject) hideInput(text string) string {
	_, query := s.message.target()
	for _, secret := range shown.Hidden(s.header, query) {
		if strings.HasPrefix(secret, "$") {
			continue // a variable that the shell would have filled in
		}
		for _, form := range shown.Forms(secret) {
			text = strings.ReplaceAll(text, form, "<hidden>")
		}
	}
	return shown.WithoutPasswords(text)
}

// redact leaves in a report what may be shown of the request's own words.
func (s *subject) redact(r *Request) {
	r.Host, r.Path = s.hide(r.Host), s.hide(r.Path)
	p := &r.Presented
	p.SignedHeaders = slices.Clone(p.SignedHeaders)
	for i, n := range p.SignedHeaders {
		p.SignedHeaders[i] = shown.HeaderName(n)
	}
	for _, word := range []*string{&p.ScopeDate, &p.ScopeRegion, &p.ScopeService} {
		if len(*word) > maxScopeWord {
			*word = shown.Length(*word)
		}
	}
}

// maxScopeWord is the longest word of a credential scope, in bytes: no name of a region
// or a service is as long.
const maxScopeWord = 39

// hideAll takes out of findings about a text what may be a secret.
func hideAll(findings []ledger.Finding) {
	for i := range findings {
		f := &findings[i]
		for _, text := range []*string{&f.What, &f.Why, &f.Change} {
			*text = hideSecrets(*text)
		}
	}
}
