package mistakes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

// encodings are ways in which encoders differ from the specification, for path
// and query alike.
var encodings = []struct {
	clause string
	change func(string) string
}{
	{"with lower-case hexadecimal digits in its escapes", lowerEscapes},
	{"with ! ' ( ) * not encoded, as encodeURIComponent leaves them", strings.NewReplacer("%21", "!", "%27", "'", "%28",
		"(", "%29", ")", "%2A", "*").Replace},
	{`with "~" encoded`, strings.NewReplacer("~", "%7E").Replace},
	{`with "+" for a space`, strings.NewReplacer("%20", "+").Replace},
}

func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(s[i+1:i+3]))
			i += 2
		}
	}
	return string(b)
}

func pathMistakes(s *search) (list []mistake) {
	add := func(path, format string, args ...any) {
		list = append(list, mistake{part: "path", clause: fmt.Sprintf(format, args...),
			apply: func(d *draft) { d.path = path }})
	}
	raw, service := s.request.Path, serviceName(s.rules)
	normal, _ := canonical.Normalize(raw)
	once := func(path string) string { return string(canonical.AppendOnce(nil, path)) }
	twice := func(path string) string { return string(canonical.AppendAgain(nil, path)) }
	if s.rules.S3 {
		add(twice(raw), "signed the path encoded twice, where S3 wants it encoded once")
		add(once(normal), "normalised the path (empty and dot segments), which S3 does not do")
		add(twice(normal), "normalised the path and signed it encoded twice, where S3 wants it as it is, encoded once")
	} else {
		add(once(normal), "signed the path encoded once, where %s wants it encoded twice", service)
		add(twice(raw), "did not normalise the path (empty and dot segments), as %s does", service)
		add(once(raw),
			"signed the path encoded once and not normalised, where %s wants it normalised and encoded twice", service)
	}
	add(raw, "signed the path as the request line has it, without encoding it for the signature")
	add(canonical.Decode(raw), "signed the path decoded")
	add(twice(s.base.path), "signed the path encoded %s", map[bool]string{true: "twice, where S3 wants it encoded once",
		false: "three times"}[s.rules.S3])
	add(strings.TrimSuffix(s.base.path, "/"), "signed the path without its final slash")
	add(s.base.path+"/", "signed the path with a slash at the end, which the request does not have")
	add("", "signed an empty path")
	add("/", `signed the path "/", not the request's`)
	for _, e := range encodings {
		add(e.change(s.base.path), "signed the path %s", e.clause)
	}
	add(strings.ReplaceAll(s.base.path, "/", "%2F"), "signed the path with its slashes encoded")
	add(strings.ReplaceAll(s.base.path, "%2F", "/"), "signed the path with its encoded slashes decoded")
	if s.request.RawQuery != "" {
		add(s.base.path+"?"+s.request.RawQuery, "signed the path with the query in it")
	}
	s.prefixMistakes(add)
	return list
}

// prefixMistakes are about what a proxy takes from the front of the path, or
// puts there.
func (s *search) prefixMistakes(add func(path, format string, args ...any)) {
	rest := s.base.path
	for range 4 {
		i := strings.IndexByte(strings.TrimPrefix(rest, "/"), '/')
		if i < 0 {
			break
		}
		rest = strings.TrimPrefix(rest, "/")[i:]
		front := strings.TrimSuffix(s.base.path, rest)
		add(rest, "signed the path without %q at its front: a proxy may have put it there after signing", front)
	}
	bucket, _, _ := strings.Cut(s.request.Host, ".")
	if s.rules.S3 && bucket != "" {
		add("/"+bucket+s.base.path, "signed the path with the bucket %q in front, though the host names the bucket",
			bucket)
	}
}

func serviceName(rules sigv4.Rules) string {
	switch {
	case rules.S3:
		return "S3"
	case rules.Service == "":
		return "the service"
	}
	return rules.Service
}

func methodMistakes(s *search) (list []mistake) {
	for _, method := range []string{"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS",
		strings.ToLower(s.request.Method)} {
		list = append(list, mistake{
			part: "method", clause: fmt.Sprintf("signed the method %s and sent %s", method, s.request.Method),
			apply: func(d *draft) { d.method = method }, alone: method == "PATCH" || method == "OPTIONS",
		})
	}
	return list
}

func joinParams(params []canonical.Param) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.Name + "=" + p.Value
	}
	return strings.Join(parts, "&")
}

func queryMistakes(s *search) (list []mistake) {
	raw := s.request.RawQuery
	add := func(query, clause string) {
		list = append(list, mistake{part: "query", clause: clause, apply: func(d *draft) { d.query = query }})
	}
	if raw == "" {
		return nil
	}
	params, _ := canonical.SplitQuery(raw)
	params = slices.DeleteFunc(params, func(p canonical.Param) bool { return p.Name == "X-Amz-Signature" })
	sorted := func(compare func(x, y canonical.Param) int) string {
		p := slices.Clone(params)
		slices.SortStableFunc(p, compare)
		return joinParams(p)
	}
	add(joinParams(params), "did not sort the query's parameters")
	add(withoutSignature(raw), "signed the query as the request line has it, neither sorted nor encoded")
	add("", "did not sign the query")
	add(plusKept(raw), `took "+" in the query for a plus sign, where it stands for a space`)
	add(sorted(func(x, y canonical.Param) int {
		return canonical.CompareParams(canonical.Param{Name: canonical.Decode(x.Name),
			Value: canonical.Decode(x.Value)}, canonical.Param{Name: canonical.Decode(y.Name),
			Value: canonical.Decode(y.Value)})
	}), "sorted the query's parameters before encoding them, not after")
	add(sorted(func(x, y canonical.Param) int { return strings.Compare(x.Name, y.Name) }),
		"sorted the query's parameters by name only, not by value as well")
	add(sorted(func(x, y canonical.Param) int { return strings.Compare(x.Name+"="+x.Value, y.Name+"="+y.Value) }),
		`sorted the query's parameters as whole pieces, with the "=", not by name`)
	add(sorted(func(x, y canonical.Param) int {
		return strings.Compare(strings.ToLower(x.Name)+"="+x.Value, strings.ToLower(y.Name)+"="+y.Value)
	}), "sorted the query's parameters without regard to case")
	for _, e := range encodings {
		add(e.change(s.base.query), "signed the query "+e.clause)
	}
	add(canonical.Decode(s.base.query), "signed the query decoded")
	add(strings.ReplaceAll(s.base.query, "%2F", "/"), "signed the query with slashes not encoded")
	add(encodedTwice(params), "signed the query encoded twice")
	add(sortedAsSent(raw), "signed the query sorted, but encoded as the request line has it")
	add(bareNames(s.base.query), `left the "=" out after parameters without a value`)
	return append(list, s.parameterMistakes(params)...)
}

func withoutSignature(raw string) string {
	parts := strings.Split(raw, "&")
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool {
		return strings.HasPrefix(p,
			"X-Amz-Signature=")
	}), "&")
}

func sortedAsSent(raw string) string {
	var params []canonical.Param
	for piece := range strings.SplitSeq(withoutSignature(raw), "&") {
		name, value, _ := strings.Cut(piece, "=")
		params = append(params, canonical.Param{Name: name, Value: value})
	}
	slices.SortFunc(params, canonical.CompareParams)
	return joinParams(params)
}

func plusKept(raw string) string {
	return string(canonical.AppendQuery(nil, strings.ReplaceAll(raw, "+", "%2B")))
}

func encodedTwice(params []canonical.Param) string {
	again := make([]canonical.Param, len(params))
	for i, p := range params {
		again[i] = canonical.Param{Name: encodeAll(p.Name), Value: encodeAll(p.Value)}
	}
	slices.SortFunc(again, canonical.CompareParams)
	return joinParams(again)
}

func encodeAll(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		b = canonical.AppendEncoded(b, s[i])
	}
	return string(b)
}

func bareNames(query string) string {
	parts := strings.Split(query, "&")
	for i, p := range parts {
		parts[i] = strings.TrimSuffix(p, "=")
	}
	return strings.Join(parts, "&")
}

// parameterMistakes are about single parameters.
func (s *search) parameterMistakes(params []canonical.Param) (list []mistake) {
	slices.SortFunc(params, canonical.CompareParams)
	counts := map[string]int{}
	for i, p := range params {
		if i == 32 {
			break
		}
		counts[p.Name]++
		if p.Name == canonical.SecurityTokenParameter {
			continue // tokenMistakes has it
		}
		if p.Name == "X-Amz-Expires" {
			list = append(list, otherExpires(params, i)...)
		}
		without := joinParams(slices.Delete(slices.Clone(params), i, i+1))
		list = append(list, mistake{
			part: "query", clause: fmt.Sprintf("signed the query without the parameter %q, which came in after signing",
				canonical.Decode(p.Name)),
			apply: func(d *draft) { d.query = without },
		})
	}
	if len(counts) == len(params) {
		return list
	}
	for _, keep := range []string{"first", "last"} {
		query := joinParams(oneOfEach(s.request.RawQuery, keep == "last"))
		list = append(list, mistake{
			part: "query", clause: "signed only the " + keep + " of the query parameters that share a name",
			apply: func(d *draft) { d.query = query },
		})
	}
	return list
}

// otherExpires are the usual lives of presigned URLs.
func otherExpires(params []canonical.Param, at int) (list []mistake) {
	for _, seconds := range []string{"60", "300", "600", "900", "1800", "3600", "7200", "43200", "86400", "604800"} {
		changed := slices.Clone(params)
		changed[at].Value = seconds
		query := joinParams(changed)
		list = append(list, mistake{
			part: "query", clause: fmt.Sprintf("signed X-Amz-Expires=%s and sent %s", seconds, params[at].Value),
			apply: func(d *draft) { d.query = query },
		})
	}
	return list
}

func oneOfEach(raw string, last bool) []canonical.Param {
	params, _ := canonical.SplitQuery(withoutSignature(raw))
	if last {
		slices.Reverse(params)
	}
	seen := map[string]bool{}
	params = slices.DeleteFunc(params, func(p canonical.Param) bool {
		dropped := seen[p.Name]
		seen[p.Name] = true
		return dropped
	})
	slices.SortFunc(params, canonical.CompareParams)
	return params
}
