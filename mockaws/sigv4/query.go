package sigv4

import (
	"slices"
	"strings"
)

// param is one query parameter in canonical encoding.
type param struct{ name, value string }

// splitQuery reads a query string in the order of the wire, with names and
// values in canonical encoding. bad is the first wrong escape, "" if none.
// Empty pieces between ampersands do not count.
func splitQuery(raw string) (params []param, bad string) {
	if raw == "" {
		return nil, ""
	}
	params = make([]param, 0, strings.Count(raw, "&")+1)
	for piece := range strings.SplitSeq(raw, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		n, wrong := canonicalElement(name)
		v, wrong2 := canonicalElement(value)
		if wrong == "" {
			wrong = wrong2
		}
		if bad == "" {
			bad = wrong
		}
		params = append(params, param{n, v})
	}
	return params, bad
}

// canonicalElement decodes a piece of a query string and encodes it again as
// the specification says: everything but unreserved characters, with upper-case
// hexadecimal digits. A plus sign is a space, as in forms. A wrong escape stays
// as it is and is returned.
func canonicalElement(s string) (canonical, bad string) {
	if isCanonical(s) {
		return s, ""
	}
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '+':
			b = append(b, "%20"...)
		case '%':
			decoded, ok := unhex(s, i)
			if !ok {
				if bad == "" {
					bad = s[i:min(i+3, len(s))]
				}
				b = append(b, '%')
				continue
			}
			b = appendEncoded(b, decoded)
			i += 2
		default:
			b = appendEncoded(b, c)
		}
	}
	return string(b), bad
}

// isCanonical says that encoding would change nothing.
func isCanonical(s string) bool {
	for i := 0; i < len(s); i++ {
		if unreserved[s[i]] {
			continue
		}
		if s[i] != '%' {
			return false
		}
		c, ok := unhex(s, i)
		if !ok || unreserved[c] || isLowerHex(s[i+1]) || isLowerHex(s[i+2]) {
			return false
		}
		i += 2
	}
	return true
}

// queryParameter is the first parameter of a name, decoded: with duplicates, the
// first one counts (AWS Auth Error Ordering, 7c).
func queryParameter(params []param, name string) string {
	for _, p := range params {
		if p.name == name {
			return decode(p.value)
		}
	}
	return ""
}

func hasParameter(params []param, name string) bool {
	return slices.ContainsFunc(params, func(p param) bool { return p.name == name })
}

// appendQuery appends the canonical query string: sorted by encoded name, then
// by encoded value, without the signature itself.
func appendQuery(b []byte, raw string) []byte {
	params, _ := splitQuery(raw)
	slices.SortFunc(params, compareParams)
	first := true
	for _, p := range params {
		if p.name == "X-Amz-Signature" {
			continue
		}
		if !first {
			b = append(b, '&')
		}
		first = false
		b = append(b, p.name...)
		b = append(b, '=')
		b = append(b, p.value...)
	}
	return b
}

func compareParams(x, y param) int {
	if c := strings.Compare(x.name, y.name); c != 0 {
		return c
	}
	return strings.Compare(x.value, y.value)
}
