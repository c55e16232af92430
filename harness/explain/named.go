package explain

import (
	"net/url"
	"regexp"
	"slices"
	"sync"

	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/catalog"
)

// callName is how a text names a call; name makes the name out of the groups.
type callName struct {
	match *regexp.Regexp
	name  func(groups []string) string
}

// inURL is the URL that the AI SDK and others print.
var inURL = callName{
	regexp.MustCompile(`(https://[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?(?:/[^\s'"<>]*)?)`),
	func(g []string) string { return callOf(g[1]) },
}

// callNames are how libraries name the call in the text of an error.
var callNames = sync.OnceValue(func() (out []callName) {
	for _, c := range library.CallNames() {
		out = append(out, callName{regexp.MustCompile(c.Text),
			func(groups []string) string { return filler(groups)(c.Name) }})
	}
	return append(out, inURL)
})

const maxCalls = 20

// named lists the calls that a text names.
func named(text string) (out []string) {
	text = text[:min(len(text), maxErrorText)]
	for _, c := range callNames() {
		for _, groups := range c.match.FindAllStringSubmatch(text, maxCalls) {
			if name := c.name(groups); name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// callOf is the call behind a URL, and where it goes; the method is not known.
func callOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for _, method := range []string{"POST", "GET", "PUT"} {
		t, _ := services.Identify(&catalog.Request{Method: method, Host: u.Host, Path: u.EscapedPath(),
			RawQuery: u.RawQuery})
		if t.Service != nil && t.Operation != nil {
			return service.CallName(t.Service, t.Operation) + " at " + u.Host
		}
	}
	return u.Host
}
