package sigv4

import (
	"fmt"
	"slices"
	"strings"
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
	normal, _ := normalize(raw)
	once := func(path string) string { return string(appendOnce(nil, path)) }
	twice := func(path string) string { return string(appendAgain(nil, path)) }
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
	add(decode(raw), "signed the path decoded")
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

func serviceName(rules Rules) string {
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

func joinParams(params []param) string {
	parts := make([]string, len(params))
	for i, p := range params {
		parts[i] = p.name + "=" + p.value
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
	params, _ := splitQuery(raw)
	params = slices.DeleteFunc(params, func(p param) bool { return p.name == "X-Amz-Signature" })
	sorted := func(compare func(x, y param) int) string {
		p := slices.Clone(params)
		slices.SortStableFunc(p, compare)
		return joinParams(p)
	}
	add(joinParams(params), "did not sort the query's parameters")
	add(withoutSignature(raw), "signed the query as the request line has it, neither sorted nor encoded")
	add("", "did not sign the query")
	add(plusKept(raw), `took "+" in the query for a plus sign, where it stands for a space`)
	add(sorted(func(x, y param) int {
		return compareParams(param{decode(x.name), decode(x.value)}, param{decode(y.name), decode(y.value)})
	}), "sorted the query's parameters before encoding them, not after")
	add(sorted(func(x, y param) int { return strings.Compare(x.name, y.name) }),
		"sorted the query's parameters by name only, not by value as well")
	add(sorted(func(x, y param) int { return strings.Compare(x.name+"="+x.value, y.name+"="+y.value) }),
		`sorted the query's parameters as whole pieces, with the "=", not by name`)
	add(sorted(func(x, y param) int {
		return strings.Compare(strings.ToLower(x.name)+"="+x.value, strings.ToLower(y.name)+"="+y.value)
	}), "sorted the query's parameters without regard to case")
	for _, e := range encodings {
		add(e.change(s.base.query), "signed the query "+e.clause)
	}
	add(decode(s.base.query), "signed the query decoded")
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
	var params []param
	for piece := range strings.SplitSeq(withoutSignature(raw), "&") {
		name, value, _ := strings.Cut(piece, "=")
		params = append(params, param{name, value})
	}
	slices.SortFunc(params, compareParams)
	return joinParams(params)
}

func plusKept(raw string) string {
	return string(appendQuery(nil, strings.ReplaceAll(raw, "+", "%2B")))
}

func encodedTwice(params []param) string {
	again := make([]param, len(params))
	for i, p := range params {
		again[i] = param{encodeAll(p.name), encodeAll(p.value)}
	}
	slices.SortFunc(again, compareParams)
	return joinParams(again)
}

func encodeAll(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		b = appendEncoded(b, s[i])
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
func (s *search) parameterMistakes(params []param) (list []mistake) {
	slices.SortFunc(params, compareParams)
	counts := map[string]int{}
	for i, p := range params {
		if i == 32 {
			break
		}
		counts[p.name]++
		if p.name == securityTokenParameter {
			continue // tokenMistakes has it
		}
		if p.name == "X-Amz-Expires" {
			list = append(list, otherExpires(params, i)...)
		}
		without := joinParams(slices.Delete(slices.Clone(params), i, i+1))
		list = append(list, mistake{
			part: "query", clause: fmt.Sprintf("signed the query without the parameter %q, which came in after signing",
				decode(p.name)),
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
func otherExpires(params []param, at int) (list []mistake) {
	for _, seconds := range []string{"60", "300", "600", "900", "1800", "3600", "7200", "43200", "86400", "604800"} {
		changed := slices.Clone(params)
		changed[at].value = seconds
		query := joinParams(changed)
		list = append(list, mistake{
			part: "query", clause: fmt.Sprintf("signed X-Amz-Expires=%s and sent %s", seconds, params[at].value),
			apply: func(d *draft) { d.query = query },
		})
	}
	return list
}

func oneOfEach(raw string, last bool) []param {
	params, _ := splitQuery(withoutSignature(raw))
	if last {
		slices.Reverse(params)
	}
	seen := map[string]bool{}
	params = slices.DeleteFunc(params, func(p param) bool {
		dropped := seen[p.name]
		seen[p.name] = true
		return dropped
	})
	slices.SortFunc(params, compareParams)
	return params
}
