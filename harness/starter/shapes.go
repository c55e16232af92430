package starter

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/internal/late"
)

// shapesOf are the hosts of a vendor that a project may be on if its files say no more than
// the vendor's name. Hosts on which the project itself has set something up are left out, and so
// are hosts whose credentials nobody verified, and variants that hand out the same credentials as
// the host that they extend. A host that sets a token without its key comes first.
func shapesOf(vendor string) (names []string) {
	hosts := slices.DeleteFunc(fixtures.Builtin().Hosts(), func(h *fixtures.Host) bool {
		return h.Vendor != vendor || h.Phase != fixtures.Runtime || setUp(h) || unverified(h) || sameAsExtended(h)
	})
	slices.SortStableFunc(hosts, func(a, b *fixtures.Host) int { return cmp.Compare(rank(a), rank(b)) })
	for _, h := range hosts {
		names = append(names, h.Name)
	}
	return names
}

func rank(h *fixtures.Host) int {
	switch {
	case has(h, "sessionToken") && !has(h, "accessKeyId"):
		return 0
	case h.Start != "":
		return 1
	}
	return 2
}

// credential is a placeholder for a part of a credential.
var credential = late.MustCompile(`^\$\{[^}]+\.(accessKeyId|secretAccessKey|sessionToken)\}$`)

// credentials are the variables of the host, each with a part of a credential. The project's own
// keys are not among them.
func credentials(h *fixtures.Host) (out []fixtures.Variable) {
	for _, v := range h.Variables {
		if credential.MatchString(v.Value) {
			out = append(out, v)
		}
	}
	return out
}

// has says whether the host sets a variable to some part of a credential.
func has(h *fixtures.Host, part string) bool {
	return slices.ContainsFunc(credentials(h), func(v fixtures.Variable) bool {
		return strings.HasSuffix(v.Value, "."+part+"}")
	})
}

// setUp says that the host is as it is because the project set a variable or wrote a file.
func setUp(h *fixtures.Host) bool {
	return slices.ContainsFunc(h.Variables, func(v fixtures.Variable) bool { return v.SetBy == fixtures.ByUser }) ||
		slices.ContainsFunc(h.Files, func(f fixtures.File) bool { return f.SetBy == fixtures.ByUser })
}

// unverified says that nobody is known to have seen the host's credentials as they are here.
func unverified(h *fixtures.Host) bool {
	return slices.ContainsFunc(credentials(h), func(v fixtures.Variable) bool {
		return v.Provenance.Confidence == fixtures.Unverified
	})
}

// sameAsExtended says that a program finds the same credentials in the same places as on the host
// that this one extends.
func sameAsExtended(h *fixtures.Host) bool {
	if h.Extends == "" {
		return false
	}
	extended, err := fixtures.Builtin().Host(h.Extends)
	return err == nil && slices.Equal(places(h), places(extended)) // an abstract one is no host
}

// places are where a host hands out credentials, each as a text to compare.
func places(h *fixtures.Host) (out []string) {
	for _, v := range credentials(h) {
		out = append(out, strings.Join([]string{"variable", v.Name, v.Value, v.Present}, " "))
	}
	for _, e := range h.Endpoints {
		out = append(out, strings.Join([]string{"endpoint", e.Kind, e.Role, e.Issuer}, " "))
	}
	for _, r := range h.RequestHeaders {
		out = append(out, strings.Join([]string{"header", r.Name, r.Value}, " "))
	}
	slices.Sort(out)
	return out
}
