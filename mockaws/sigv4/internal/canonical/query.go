package canonical

import (
	"slices"
	"strings"
)

// Param is one query parameter in canonical encoding.
type Param struct{ Name, Value string }

// SplitQuery reads a query string in the order of the wire, with names and
// values in canonical encoding. bad is the first wrong escape, "" if none.
// Empty pieces between ampersands do not count.
func SplitQuery(raw string) (params []Param, bad string) {
	if raw == "" {
		return nil, ""
	}
	params = make([]Param, 0, strings.Count(raw, "&")+1)
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
		params = append(params, Param{n, v})
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
			b = AppendEncoded(b, decoded)
			i += 2
		default:
			b = AppendEncoded(b, c)
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

// QueryParameter is the first parameter of a name, decoded: with duplicates, the
// first one counts (AWS Auth Error Ordering, 7c).
func QueryParameter(params []Param, name string) string {
	for _, p := range params {
		if p.Name == name {
			return Decode(p.Value)
		}
	}
	return ""
}

// HasParameter reports whether a parameter of that name is there.
func HasParameter(params []Param, name string) bool {
	return slices.ContainsFunc(params, func(p Param) bool { return p.Name == name })
}

// AppendQuery appends the canonical query string: sorted by encoded name, then
// by encoded value, without the signature itself.
func AppendQuery(b []byte, raw string) []byte {
	params, _ := SplitQuery(raw)
	slices.SortFunc(params, CompareParams)
	first := true
	for _, p := range params {
		if p.Name == "X-Amz-Signature" {
			continue
		}
		if !first {
			b = append(b, '&')
		}
		first = false
		b = append(b, p.Name...)
		b = append(b, '=')
		b = append(b, p.Value...)
	}
	return b
}

// CompareParams orders parameters by name and then by value, as they are signed.
func CompareParams(x, y Param) int {
	if c := strings.Compare(x.Name, y.Name); c != 0 {
		return c
	}
	return strings.Compare(x.Value, y.Value)
}
