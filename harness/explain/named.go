package explain

import (
	"net/url"
	"regexp"
	"slices"

	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/catalog"
)

// callNames are how libraries name the call in the text of an error; each makes
// the name out of the groups.
var callNames = []struct {
	match *regexp.Regexp
	name  func(groups []string) string
}{
	// botocore; the service is not named
	{regexp.MustCompile(`when calling the (\w+) operation`), func(g []string) string { return g[1] }},
	// AWS SDKs for Java
	{regexp.MustCompile(`\(Service: ([\w ]+)[,;] Status Code`), func(g []string) string { return g[1] }},
	// AWS SDK for Go v2
	{regexp.MustCompile(`operation error ([\w ]+): (\w+)`), func(g []string) string { return g[1] + " " + g[2] }},
	// the logger of the AWS SDK for JavaScript v3
	{regexp.MustCompile(`clientName: '(\w+?)Client',\s+commandName: '(\w+?)Command'`), func(g []string) string { return g[1] + " " + g[2] }},
	// the AI SDK and others that print the URL
	{regexp.MustCompile(`(https://[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?(?:/[^\s'"<>]*)?)`), func(g []string) string { return callOf(g[1]) }},
}

const maxCalls = 20

// named lists the calls that a text names.
func named(text string) (out []string) {
	text = text[:min(len(text), maxErrorText)]
	for _, c := range callNames {
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
		t, _ := services.Identify(&catalog.Request{Method: method, Host: u.Host, Path: u.EscapedPath(), RawQuery: u.RawQuery})
		if t.Service != nil && t.Operation != nil {
			return service.CallName(t.Service, t.Operation) + " at " + u.Host
		}
	}
	return u.Host
}
