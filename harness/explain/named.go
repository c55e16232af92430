package explain

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/library"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/service/catalog"
)

// callName is how a text names a call; name makes the name out of the groups.
type callName struct {
	match *late.Regexp
	name  func(groups []string) string
}

// inURL is the URL that programs print, with the method in front of it where they
// print that.
var inURL = callName{
	late.MustCompile(
		`(?i)(?:\b(GET|HEAD|PUT|POST|DELETE)\W{1,3})?(https://[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?(?:/[^\s'"<>]*)?)`),
	func(g []string) string { return callOf(strings.ToUpper(g[1]), g[2]) },
}

// callNames are how libraries name the call in the text of an error.
var callNames = sync.OnceValue(func() (out []callName) {
	for _, c := range library.CallNames() {
		out = append(out, callName{late.MustCompile(c.Text),
			func(groups []string) string { return filler(groups)(c.Name) }})
	}
	return append(out, inURL)
})

const maxCalls = 20

// named lists the calls that a text names.
func named(text string) (out []string) {
	text = text[:min(len(text), maxErrorText)]
	for _, c := range callNames() {
		for _, at := range c.match.FindAllStringSubmatchIndex(text, maxCalls) {
			if succeeded.MatchString(lineAt(text, at[0])) {
				continue // it is not the call that failed
			}
			if name := c.name(groupsAt(text, at)); name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// succeeded is how a line says that its call was answered well.
var succeeded = late.MustCompile(
	`(?i)\b200 OK\b|HTTP/[0-9.]+"? 200\b|status(?:[ _]?code)?[:= "']*200\b|\[200\]| 200 \d`)

// lineAt is the line around a place in a text.
func lineAt(text string, at int) string {
	begin := strings.LastIndexByte(text[:at], '\n') + 1
	line, _, _ := strings.Cut(text[begin:], "\n")
	return line
}

// groupsAt are the groups of a match; one that took no part is empty.
func groupsAt(text string, at []int) (out []string) {
	for i := 0; i < len(at); i += 2 {
		if at[i] < 0 {
			out = append(out, "")
			continue
		}
		out = append(out, text[at[i]:at[i+1]])
	}
	return out
}

// callOf is the call behind a URL, and where it goes. Where the method is not known
// and several calls fit, it is the service alone.
func callOf(method, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if at := placeIn(u.Host); at != nil && at.name != u.Host && at != securityTokens {
		return at.name + " at " + u.Host
	}
	methods := []string{method}
	if method == "" {
		methods = []string{"POST", "GET", "PUT"}
	}
	var name string
	var calls []string
	for _, method := range methods {
		id, call := identified(method, u)
		if call != "" && !slices.Contains(calls, call) {
			calls = append(calls, call)
		}
		name = cmp.Or(name, id)
	}
	switch {
	case len(calls) == 1:
		return calls[0] + " at " + u.Host
	case name != "":
		return name + " at " + u.Host
	}
	return u.Host
}

// identified are the service and the call of a request; empty where they are not
// known.
func identified(method string, u *url.URL) (id, call string) {
	t, _ := services().Identify(&catalog.Request{Method: method, Host: u.Host, Path: u.EscapedPath(),
		RawQuery: u.RawQuery})
	if t.Service == nil || t.Service.Dialect.Protocol == protocol.S3 && !isBucketHost(u.Host) {
		return "", "" // a path alone is no bucket's
	}
	if t.Operation == nil {
		return t.Service.ID, ""
	}
	return t.Service.ID, service.CallName(t.Service, t.Operation)
}

// isBucketHost reports whether a hostname is one of S3's
// (https://docs.aws.amazon.com/general/latest/gr/s3.html).
func isBucketHost(host string) bool {
	return slices.ContainsFunc(strings.Split(host, "."), func(label string) bool {
		return label == "s3" || strings.HasPrefix(label, "s3-") || strings.HasPrefix(label, "s3express")
	})
}
