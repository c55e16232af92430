package sigv4_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
)

// mutations change one signed part of a request. One that does not apply
// returns false.
var mutations = []struct {
	name  string
	apply func(*generator, *generated) bool
}{
	{"method", func(g *generator, x *generated) bool {
		was := x.request.Method
		x.request.Method = pick(g, "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", strings.ToLower(was))
		return x.request.Method != was
	}},
	{"path byte", func(g *generator, x *generated) bool { return g.alter(&x.request.Path) }},
	{"path longer", func(_ *generator, x *generated) bool { x.request.Path += "x"; return true }},
	{"path slash", func(_ *generator, x *generated) bool {
		if strings.HasSuffix(x.request.Path, "/") { // would be another path to S3, the same to all others
			return false
		}
		x.request.Path += "/"
		return true
	}},
	{"query byte", func(g *generator, x *generated) bool {
		return g.alterQuery(x, func(name string) bool { return !strings.HasPrefix(name, "X-Amz-") })
	}},
	{"query parameter added", func(_ *generator, x *generated) bool { x.request.RawQuery += "&added=1"; return true }},
	{"query parameter removed", func(g *generator, x *generated) bool {
		parts := strings.Split(x.request.RawQuery, "&")
		i := g.IntN(len(parts))
		if parts[i] == "" || strings.HasPrefix(parts[i], "X-Amz-Signature=") {
			return false
		}
		x.request.RawQuery = strings.Join(slices.Delete(parts, i, i+1), "&")
		return true
	}},
	{"query parameter repeated", func(g *generator, x *generated) bool {
		parts := strings.Split(x.request.RawQuery, "&")
		part := parts[g.IntN(len(parts))]
		if part == "" || strings.HasPrefix(part, "X-Amz-Signature=") {
			return false
		}
		x.request.RawQuery += "&" + part
		return true
	}},
	{"host", func(_ *generator, x *generated) bool { x.request.Host += "x"; return true }},
	{"header value", func(g *generator, x *generated) bool {
		name, ok := g.signedHeader(x)
		if !ok {
			return false
		}
		x.request.Header[name][0] += "x"
		return true
	}},
	{"header value added", func(g *generator, x *generated) bool {
		name, ok := g.signedHeader(x)
		if !ok {
			return false
		}
		x.request.Header[name] = append(x.request.Header[name], "added")
		return true
	}},
	{"header removed", func(g *generator, x *generated) bool {
		name, ok := g.signedHeader(x)
		if !ok {
			return false
		}
		delete(x.request.Header, name)
		return true
	}},
	{"signed headers", func(g *generator, x *generated) bool {
		return x.editSignedHeaders(func(list []string) []string {
			i := g.IntN(len(list))
			if list[i] == "host" {
				return append(list, "x-added")
			}
			return slices.Delete(list, i, i+1)
		})
	}},
	{"body byte", func(g *generator, x *generated) bool {
		if !x.bodySigned() || len(x.request.Body) == 0 {
			return false
		}
		x.request.Body[g.IntN(len(x.request.Body))] ^= 1 << g.IntN(8)
		return true
	}},
	{"body longer", func(_ *generator, x *generated) bool {
		if !x.bodySigned() {
			return false
		}
		x.request.Body = append(x.request.Body, 0)
		return true
	}},
	{"body shorter", func(_ *generator, x *generated) bool {
		if !x.bodySigned() || len(x.request.Body) == 0 {
			return false
		}
		x.request.Body = x.request.Body[:len(x.request.Body)-1]
		return true
	}},
	{"chunk byte", func(g *generator, x *generated) bool {
		if len(x.chunks) == 0 {
			return false
		}
		at := x.chunks[g.IntN(len(x.chunks))]
		x.request.Body[at[0]+g.IntN(at[1]-at[0])] ^= 1 << g.IntN(8)
		return true
	}},
	{"chunks exchanged", func(_ *generator, x *generated) bool {
		if len(x.chunks) < 2 {
			return false
		}
		first, second := x.request.Body[x.chunks[0][0]:x.chunks[0][1]], x.request.Body[x.chunks[1][0]:x.chunks[1][1]]
		n := min(len(first), len(second))
		was := bytes.Clone(first[:n])
		copy(first, second[:n])
		copy(second, was)
		return true
	}},
	{"chunk signature or checksum", func(g *generator, x *generated) bool {
		at := bytes.Index(x.request.Body, pick(g, []byte("signature="), []byte("signature:"), []byte("sha256:")))
		if len(x.chunks) == 0 || at < 0 {
			return false
		}
		x.request.Body[at+10+g.IntN(20)] ^= 1
		return true
	}},
	{"token", func(g *generator, x *generated) bool {
		return x.creds.SessionToken != "" && x.edit("X-Amz-Security-Token", func(v string) string { return v + "A" })
	}},
	{"date", func(g *generator, x *generated) bool {
		return x.edit("X-Amz-Date", func(string) string { return "20250130T204632Z" })
	}},
	{"content hash", func(g *generator, x *generated) bool {
		if v := x.request.Header["X-Amz-Content-Sha256"]; len(v) != 0 {
			v[0] = pick(g, hashOf([]byte("other")), "UNSIGNED-PAYLOAD0", "", emptyHash[:63])
			return true
		}
		return false
	}},
	{"scope date", scopeMutation("/20250130/", "/20250129/")},
	{"scope region", scopeMutation("-1/", "-3/")},
	{"scope service", scopeMutation("/bedrock/", "/bedrocks/")},
	{"scope service of S3", scopeMutation("/s3/", "/s4/")},
	{"scope terminator", scopeMutation("aws4_request", "aws5_request")},
	{"signature digit", func(g *generator, x *generated) bool {
		return x.editSignature(func(v string) string {
			i := g.IntN(len(v))
			return v[:i] + string("fedcba9876543210"[strings.IndexByte("0123456789abcdef", v[i])]) + v[i+1:]
		})
	}},
	{"signature shorter", func(_ *generator, x *generated) bool {
		return x.editSignature(func(v string) string { return v[:len(v)-1] })
	}},
	{"signature longer", func(_ *generator, x *generated) bool {
		return x.editSignature(func(v string) string { return v + "0" })
	}},
	{"signature empty",
		func(_ *generator, x *generated) bool { return x.editSignature(func(string) string { return "" }) }},
	{"signature in upper case", func(_ *generator, x *generated) bool { return x.editSignature(strings.ToUpper) }},
}

// alter changes one letter or digit into another, whatever its case.
func (g *generator) alter(s *string) bool {
	b := []byte(*s)
	for range 20 {
		if len(b) == 0 {
			return false
		}
		i := g.IntN(len(b))
		switch c := b[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			b[i] = c ^ 0x07 | 0x40 // another letter, or a bracket
			if b[i]|0x20 == c|0x20 || b[i] == c {
				return false
			}
		case c >= '0' && c <= '9':
			b[i] = '0' + (c-'0'+1+byte(g.IntN(9)))%10
		default:
			continue
		}
		*s = string(b)
		return true
	}
	return false
}

func (g *generator) alterQuery(x *generated, may func(name string) bool) bool {
	parts := strings.Split(x.request.RawQuery, "&")
	i := g.IntN(len(parts))
	if parts[i] == "" || !may(parts[i]) || !g.alter(&parts[i]) {
		return false
	}
	x.request.RawQuery = strings.Join(parts, "&")
	return true
}

func (g *generator) signedHeader(x *generated) (string, bool) {
	signed := x.signedHeaders()
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(x.request.Header)), func(name string) bool {
		return !slices.Contains(signed, strings.ToLower(name))
	})
	if len(names) == 0 {
		return "", false
	}
	return names[g.IntN(len(names))], true
}

func (x *generated) authorization() *sigv4.Authorization {
	a, _ := sigv4.Parse(x.request, x.rules, signingTime)
	return a
}

func (x *generated) signedHeaders() []string { return x.authorization().SignedHeaders }

func (x *generated) bodySigned() bool {
	if !x.rules.S3 {
		return true
	}
	v := x.request.Header.Get("X-Amz-Content-Sha256")
	return v != "" && v != "UNSIGNED-PAYLOAD" && !strings.HasPrefix(v, "STREAMING-")
}

// edit changes a value that stands in a header or in the query.
func (x *generated) edit(name string, change func(string) string) bool {
	if v := x.request.Header[name]; len(v) > 0 {
		v[0] = change(v[0])
		return true
	}
	parts := strings.Split(x.request.RawQuery, "&")
	for i, part := range parts {
		if v, ok := strings.CutPrefix(part, name+"="); ok {
			parts[i] = name + "=" + change(v)
			x.request.RawQuery = strings.Join(parts, "&")
			return true
		}
	}
	return false
}

func (x *generated) editSignature(change func(string) string) bool {
	if v := x.request.Header["Authorization"]; len(v) > 0 {
		before, signature, _ := strings.Cut(v[0], "Signature=")
		v[0] = before + "Signature=" + change(signature)
		return true
	}
	return x.edit("X-Amz-Signature", change)
}

func (x *generated) editSignedHeaders(change func([]string) []string) bool {
	list := x.signedHeaders()
	was, now := strings.Join(list, ";"), strings.Join(change(slices.Clone(list)), ";")
	if v := x.request.Header["Authorization"]; len(v) > 0 {
		v[0] = strings.Replace(v[0], "SignedHeaders="+was, "SignedHeaders="+now, 1)
		return true
	}
	return x.edit("X-Amz-SignedHeaders", func(string) string { return strings.ReplaceAll(now, ";", "%3B") })
}

func scopeMutation(from, to string) func(*generator, *generated) bool {
	escaped := strings.NewReplacer("/", "%2F")
	return func(_ *generator, x *generated) bool {
		if v := x.request.Header["Authorization"]; len(v) > 0 {
			was := v[0]
			v[0] = strings.Replace(was, from, to, 1)
			return v[0] != was
		}
		was := x.request.RawQuery
		x.request.RawQuery = strings.Replace(was, escaped.Replace(from), escaped.Replace(to), 1)
		return x.request.RawQuery != was
	}
}

func (x generated) clone() *generated {
	r := *x.request
	r.Header = make(http.Header, len(x.request.Header))
	for k, v := range x.request.Header {
		r.Header[k] = slices.Clone(v)
	}
	r.Body = slices.Clone(r.Body)
	x.request = &r
	return &x
}

// TestRefusesAnyChange: a request with any one signed part changed is refused.
// HOSTPROOF_SIGV4_MUTATIONS sets the number of requests of each kind; the
// default is 500, a release is checked with 100000.
func TestRefusesAnyChange(t *testing.T) {
	count := 500
	if s := os.Getenv("HOSTPROOF_SIGV4_MUTATIONS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		count = n
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			count := count
			g := newGenerator(2)
			var v sigv4.Verifier
			applied := map[string]int{}
			if strings.HasSuffix(kind.name, "chunks") {
				count /= 5 // they are long
			}
			for i := range count {
				x := kind.make(g, t)
				for _, m := range mutations {
					y := x.clone()
					if !m.apply(g, y) {
						continue
					}
					applied[m.name]++
					if judge(&v, y.request, y.rules, y.creds.SecretAccessKey, signingTime.Add(time.Second)) == nil {
						t.Fatalf("request %d: %s changed, and accepted:\n%s\n%s", i, m.name, show(x.request),
							show(y.request))
					}
				}
			}
			if len(applied) < 22 {
				t.Errorf("only these mutations were made: %v", applied)
			}
		})
	}
}

func show(r *sigv4.Request) string {
	return fmt.Sprintf("%s %s?%s\nhost %s\n%v\n%q", r.Method, r.Path, r.RawQuery, r.Host, r.Header, r.Body)
}
