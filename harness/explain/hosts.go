package explain

import (
	"cmp"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/late"
)

// HostFit is a host of ours whose variables, files, endpoints or issuers a text
// shows.
type HostFit struct {
	Host  string `json:"host"`
	Title string `json:"title"`
	// Shown are what the text shows of it.
	Shown []string `json:"shown"`
}

// Command runs a program on the host.
func (f HostFit) Command() string {
	return fmt.Sprintf("hostproof run --host %s -- YOUR COMMAND", f.Host)
}

// trait is something of hosts that a text can show, and the hosts that have it.
type trait struct {
	text  string
	match *late.Regexp
	hosts []*fixtures.Host
	// answers says that it is an address: SDKs ask there on every host, and only an
	// answer shows something.
	answers bool
}

// traits are what tells hosts apart: what most of them have tells nothing.
var traits = sync.OnceValue(func() (out []trait) {
	all := fixtures.Builtin().Hosts()
	by := map[string]*trait{}
	for _, h := range all {
		for _, t := range traitsOf(h) {
			if by[t.text] == nil {
				by[t.text] = &t
			}
			if known := by[t.text]; !slices.Contains(known.hosts, h) {
				known.hosts = append(known.hosts, h)
			}
		}
	}
	for _, t := range by {
		if len(t.hosts)*3 <= len(all) {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b trait) int { return cmp.Compare(a.text, b.text) })
	return out
})

// minTrait is the least length of what tells a host.
const minTrait = 6

// usual are the variables that programs everywhere are given by hand.
var usual = late.MustCompile(`^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|REGION|DEFAULT_REGION|PROFILE)$`)

func traitsOf(h *fixtures.Host) (out []trait) {
	add := func(text, form string, answers bool) {
		if len(text) >= minTrait && !strings.Contains(text, "${") && !strings.HasPrefix(text, "127.") {
			match := late.MustCompile(fmt.Sprintf(form, regexp.QuoteMeta(text)))
			out = append(out, trait{text: text, match: match, answers: answers})
		}
	}
	for _, v := range h.Variables {
		if !usual.MatchString(v.Name) { // set here, or listed by its name alone
			add(v.Name, `(?m)\b%[1]s['"]?\s*[=:]|^\W*%[1]s\W*$`, false)
		}
	}
	for _, header := range h.RequestHeaders {
		add(header.Name, `(?i)\b%s\b`, false)
	}
	for _, i := range h.Issuers {
		_, rest, _ := strings.Cut(i.URL, "://")
		host, _, _ := strings.Cut(rest, "/")
		add(host, `\b%s\b`, false)
	}
	for _, o := range h.Offers() {
		for _, path := range o.Files {
			if strings.HasPrefix(path, "/") {
				add(path, `%s\b`, false)
			}
		}
		for _, address := range o.Addresses {
			if host, _, err := net.SplitHostPort(address); err == nil && o.Kind == fixtures.OfferEndpoint {
				add(host, `\b%s\b`, true)
			}
		}
	}
	return out
}

// maxFits bounds the hosts that are named.
const maxFits = 3

// hostsIn are the hosts that a text fits, the best first: a trait that few hosts
// have counts for more. A host that shows less of the text than another is left
// out. answered says that the text shows an answer of a place of its host.
func hostsIn(text string, answered bool) []HostFit {
	weight := map[*fixtures.Host]float64{}
	shown := map[*fixtures.Host][]string{}
	for _, t := range traits() {
		if t.answers && !answered || !t.match.MatchString(text) {
			continue
		}
		for _, h := range t.hosts {
			weight[h] += 1 / float64(len(t.hosts))
			shown[h] = append(shown[h], t.text)
		}
	}
	var best []*fixtures.Host
	for _, h := range fixtures.Builtin().Hosts() {
		if weight[h] > 0 {
			best = append(best, h)
		}
	}
	slices.SortStableFunc(best, func(a, b *fixtures.Host) int { return cmp.Compare(weight[b], weight[a]) })
	var out []HostFit
	for _, h := range best[:min(len(best), maxFits)] {
		if weight[h]*2 < weight[best[0]] {
			break
		}
		out = append(out, HostFit{h.Name, h.Title, shown[h]})
	}
	return out
}
