package explain

import (
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// link is one error of a chain, as an SDK wrapped it around the next.
type link struct {
	text string
	// at is the place that it speaks of: its own, or that of the nearest link before
	// it; nil for none.
	at *place
}

// wrapper is what stands between an error and the one that it wraps, and between
// the providers of a list.
var wrapper = late.MustCompile(
	`\n+|(?i)\bcaused by:?\s|\bbecause of:\s|; nested exception is |\bThe above exception was the direct cause[^\n]*|` +
		`[.\]],? (?:[A-Z]\w*Provider\w*(?:@[0-9a-f]+|\([^()\n]*\))?: )`)

// provider is the name of a credential provider in front of what it says.
var provider = late.MustCompile(`[A-Z]\w*(?:Provider|Credentials)\w*(?:@[0-9a-f]+|\([^()\n]*\))?: `)

// elsewhere is an address of its own in a link: what it says is of nothing before.
var elsewhere = late.MustCompile(`https?://|\b\d+\.\d+\.\d+\.\d+\b|\blocalhost:`)

// maxLinks bounds the links of a chain.
const maxLinks = 400

// chainOf splits a text into its errors, the outermost first.
func chainOf(text string) (out []link) {
	var at *place
	begin := 0
	add := func(part string) {
		if part = strings.Trim(part, " \t\n.,;]|│╷╵"); part == "" || len(out) >= maxLinks {
			return
		}
		own := placeIn(part)
		if own != nil {
			at = own
		} else if elsewhere.MatchString(part) {
			out = append(out, link{text: part})
			return
		}
		out = append(out, link{part, at})
	}
	for _, m := range wrapper.FindAllStringIndex(text, maxLinks) {
		add(text[begin:m[0]])
		begin = m[0]
		if name := provider.FindStringIndex(text[m[0]:m[1]]); name == nil {
			begin = m[1]
		}
	}
	add(text[begin:])
	return out
}

// source is a place where SDKs look for credentials, and how their texts name it.
type source struct {
	name  string
	match *late.Regexp
}

// sources are in the order in which most SDKs look.
var sources = []source{
	{"environment variables", late.MustCompile(
		`(?i)env(ironment)?.?(variable|provider|config|credential)|fromEnv\b|environment variables?`)},
	{"web identity token", late.MustCompile(`(?i)web.?identity|fromTokenFile`)},
	{"IAM Identity Center (SSO)", late.MustCompile(`(?i)\bsso\b|SSOProvider|fromSSO|SsoCredential`)},
	{"profile in the credentials or config file", late.MustCompile(
		`(?i)(?:^|[^e])profile.?(credential|provider|file)|shared.?(credential|config)|fromIni\b|credentials file|config file`)},
	{"a process", late.MustCompile(`(?i)credential_process|process.?(provider|credential)|fromProcess`)},
	{"container endpoint",
		late.MustCompile(`(?i)container.?(credential|metadata|provider)|ecs.?(credential|container)|` +
			`169\.254\.170\.|fromContainerMetadata|CONTAINER_CREDENTIALS`)},
	{"instance metadata", instanceMetadata.match},
}

// triedIn are the sources that a text says were tried.
func triedIn(text string) (out []string) {
	for _, s := range sources {
		if s.match.MatchString(text) {
			out = append(out, s.name)
		}
	}
	return out
}
