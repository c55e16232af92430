package mistakes

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

func hostMistakes(s *search) (list []mistake) {
	host := s.request.Host
	name := "host"
	if s.auth.Signs(":authority") {
		name = ":authority"
	}
	add := func(value, format string, args ...any) {
		list = append(list, mistake{part: "header host", clause: fmt.Sprintf(format, args...),
			apply: func(d *draft) { d.setHeader(name, value) }})
	}
	bare, port, err := net.SplitHostPort(host)
	if err == nil {
		if strings.Contains(bare, ":") {
			bare = "[" + bare + "]"
		}
		add(bare, "signed the host without the port %s that the Host header has", port)
	} else {
		add(host+":443", "signed the host with the port 443, which the Host header does not have")
		add(host+":80", "signed the host with the port 80, which the Host header does not have")
	}
	add(strings.ToLower(host), "signed the host in lower case")
	for _, forwarded := range []string{"x-forwarded-host", "x-original-host"} {
		if value, ok := s.request.First(forwarded); ok {
			add(value, "signed the host %q (as %s says), and a proxy changed it", value, forwarded)
		}
	}
	for _, endpoint := range s.endpoints() {
		add(endpoint, "signed the host %q and sent the request to %q", endpoint, host)
		if port != "" {
			add(endpoint+":"+port, "signed the host %q and sent the request to %q", endpoint+":"+port, host)
		}
	}
	add(host+".", "signed the host with a dot at its end")
	add("https://"+host, "signed the host with https:// in front")
	add("http://"+host, "signed the host with http:// in front")
	add("", "signed an empty host")
	return list
}

// endpoints are hosts that the request may have been meant for.
func (s *search) endpoints() []string {
	hosts := []string{"localhost", "127.0.0.1", "[::1]", "host.docker.internal", "0.0.0.0"}
	service, region := s.rules.Service, s.auth.Region
	if service != "" && region != "" {
		hosts = append(hosts, service+"."+region+".amazonaws.com", service+".amazonaws.com")
		if service == "bedrock" {
			hosts = append(hosts, "bedrock-runtime."+region+".amazonaws.com", "bedrock-agent-runtime."+region+
				".amazonaws.com")
		}
	}
	return hosts
}

func firstOf(names []string) []string { return names[:min(len(names), maxHeaders)] }

// usualValues are what clients and proxies put into headers that change on the
// way.
var usualValues = map[string][]string{
	"accept": {"*/*", "application/json", "application/vnd.amazon.eventstream"},
	"accept-encoding": {"identity", "gzip", "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd",
		"gzip, br", "*"},
	"accept-language":  {"*"},
	"cache-control":    {"no-cache"},
	"connection":       {"keep-alive", "close", "upgrade", "Keep-Alive"},
	"content-encoding": {"gzip", "aws-chunked", "identity"},
	"content-type": {"application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8",
		"application/json;charset=utf-8", "application/x-amz-json-1.0", "application/x-amz-json-1.1",
		"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8",
		"application/octet-stream", "binary/octet-stream", "text/plain", "text/plain;charset=UTF-8",
		"application/vnd.amazon.eventstream"},
	"expect":            {"100-continue"},
	"te":                {"trailers"},
	"transfer-encoding": {"chunked"},
}

func valueMistakes(s *search) (list []mistake) {
	for _, name := range firstOf(s.auth.SignedHeaders) {
		if name == "host" || name == ":authority" {
			continue
		}
		list = append(list, s.valuesOf(name)...)
	}
	return list
}

func (s *search) valuesOf(name string) (list []mistake) {
	add := func(value, format string, args ...any) {
		clause := fmt.Sprintf(format, args...)
		list = append(list, mistake{part: "header " + name, clause: clause,
			apply: func(d *draft) { d.setHeader(name, value) }})
	}
	values := s.request.Values(name)
	absent := values == nil
	if absent {
		add("", "signed the header %s with an empty value and did not send it", name)
	}
	if raw := strings.Join(values, ","); !absent {
		add(raw, "did not trim the value of the header %s and join its spaces", name)
		add(spacesJoined(raw), "joined the spaces in the header %s but left the tabs, where AWS takes any white space",
			name)
		add(strings.TrimSpace(raw), "did not join the spaces in the value of the header %s", name)
		add(strings.ToLower(raw), "signed the value of the header %s in lower case", name)
		add("", "signed the header %s with an empty value", name)
		add(latin1ToUTF8(raw), "signed the header %s in UTF-8 and sent it in another encoding", name)
		add(canonical.Decode(raw), "signed the value of the header %s percent-decoded", name)
	}
	if len(values) > 1 {
		s.repeated(add, name, values)
	}
	for _, usual := range usualValues[name] {
		if absent {
			add(usual, "signed the header %s: %s, which something took out on the way", name, usual)
		} else {
			add(usual, "signed the header %s: %s, which something changed on the way to %q", name, usual,
				strings.Join(values, ", "))
		}
	}
	if name == "content-length" {
		for _, n := range []int{len(s.request.Body), 0} {
			add(strconv.Itoa(n), "signed content-length: %d, and the request says %q", n, strings.Join(values, ","))
		}
	}
	return list
}

// repeated are other ways to make one line of a header that is sent more than
// once.
func (s *search) repeated(add func(value, format string, args ...any), name string, values []string) {
	trimmed := make([]string, len(values))
	for i, v := range values {
		trimmed[i] = string(canonical.AppendTrimmed(nil, v))
	}
	add(strings.Join(trimmed, ", "), `joined the repeated header %s with ", ", where AWS wants ","`, name)
	add(trimmed[0], "signed only the first value of the repeated header %s", name)
	add(trimmed[len(trimmed)-1], "signed only the last value of the repeated header %s", name)
	add(strings.Join(trimmed, ";"), `joined the repeated header %s with ";", where AWS wants ","`, name)
	add(strings.Join(trimmed, ""), "joined the values of the repeated header %s without a comma", name)
	sorted := slices.Sorted(slices.Values(trimmed))
	add(strings.Join(sorted, ","),
		"sorted the values of the repeated header %s, where AWS wants them in the order sent", name)
	slices.Reverse(trimmed)
	add(strings.Join(trimmed, ","), "signed the values of the repeated header %s in reverse order", name)
}

// spacesJoined is what aws-sdk-go-v2 does: tabs stay.
func spacesJoined(s string) string {
	for strings.Contains(s, "  ") {
		s = strings.ReplaceAll(s, "  ", " ")
	}
	return strings.TrimSpace(s)
}

func latin1ToUTF8(s string) string {
	b := make([]rune, 0, len(s))
	for i := range len(s) {
		b = append(b, rune(s[i]))
	}
	return string(b)
}

// listMistakes are about SignedHeaders: headers that are signed and not listed,
// or listed and not signed.
func listMistakes(s *search) (list []mistake) {
	for _, name := range firstOf(s.auth.SignedHeaders) {
		part := "header " + name
		if s.base.header(name) == nil {
			list = append(list, mistake{part: part,
				clause: fmt.Sprintf("neither signed nor sent the header %s, though SignedHeaders names it", name),
				apply:  func(d *draft) { d.signed = dropName(d.signed, name) }})
			continue
		}
		list = append(list,
			mistake{part: part, clause: fmt.Sprintf("did not sign the header %s, though SignedHeaders names it", name),
				apply: func(d *draft) {
					d.dropHeader(name)
					d.signed = dropName(d.signed, name)
				}},
			mistake{part: part, clause: fmt.Sprintf("signed without the line of the header %s, though SignedHeaders "+
				"names it: it may have been added after signing", name),
				apply: func(d *draft) { d.dropHeader(name) }},
			mistake{part: part,
				clause: fmt.Sprintf("left %s out of the list of signed headers in the canonical request", name),
				apply:  func(d *draft) { d.signed = dropName(d.signed, name) }},
		)
	}
	for _, header := range firstOf(slices.Sorted(maps.Keys(s.request.Header))) {
		name := strings.ToLower(header)
		if s.auth.Signs(name) || name == "authorization" || name == canonical.SecurityTokenHeader {
			continue
		}
		list = append(list, s.unlisted(name, fmt.Sprintf("signed the header %s, but SignedHeaders does not name it",
			name)))
	}
	return list
}

// unlisted is the mistake of signing a header that SignedHeaders lacks.
func (s *search) unlisted(name, clause string) mistake {
	line := canonical.AppendHeaders(nil, s.request.Host, s.request.Header, []string{name})
	value := string(line[len(name)+1 : len(line)-1])
	return mistake{part: "header " + name, clause: clause, apply: func(d *draft) {
		d.setHeader(name, value)
		names := append(strings.Split(d.signed, ";"), name)
		slices.Sort(names)
		d.signed = strings.Join(names, ";")
	}}
}

func dropName(list, name string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(list, ";"), func(n string) bool { return n == name }), ";")
}

// tokenMistakes are about the session token.
func tokenMistakes(s *search) (list []mistake) {
	add := func(clause string, apply func(*draft)) {
		list = append(list, mistake{part: "session token", clause: clause, apply: apply})
	}
	if s.auth.Mechanism == sigv4.Query {
		return s.queryTokenMistakes()
	}
	listed, sent := s.auth.Signs(canonical.SecurityTokenHeader), s.auth.Token != "" && !s.auth.OwnToken
	switch {
	case listed && sent:
		add("did not sign the session token, though SignedHeaders names it", func(d *draft) {
			d.dropHeader(canonical.SecurityTokenHeader)
			d.signed = dropName(d.signed, canonical.SecurityTokenHeader)
		})
		add("signed an empty session token and sent another one", func(d *draft) {
			d.setHeader(canonical.SecurityTokenHeader,
				"")
		})
	case listed:
		add("signed an empty session token and sent none", func(d *draft) {
			d.setHeader(canonical.SecurityTokenHeader,
				"")
		})
	case sent:
		m := s.unlisted(canonical.SecurityTokenHeader, "signed the session token, but SignedHeaders does not name it")
		m.part = "session token"
		list = append(list, m)
	}
	for _, k := range s.known {
		if k.Token == "" || k.Token == s.auth.Token {
			continue
		}
		clause := fmt.Sprintf("signed the session token of %s and sent another one", k.Label)
		if !sent {
			clause = fmt.Sprintf("signed the session token of %s and did not send it", k.Label)
		}
		m := mistake{part: "session token", clause: clause, apply: func(d *draft) {
			d.setHeader(canonical.SecurityTokenHeader, k.Token)
			d.signed = d.names()
		}}
		list = append(list, m)
	}
	return list
}

func (s *search) queryTokenMistakes() (list []mistake) {
	params, _ := canonical.SplitQuery(withoutSignature(s.request.RawQuery))
	slices.SortFunc(params, canonical.CompareParams)
	at := slices.IndexFunc(params, func(p canonical.Param) bool { return p.Name == canonical.SecurityTokenParameter })
	add := func(clause, query string) {
		list = append(list, mistake{part: "query", clause: clause, apply: func(d *draft) { d.query = query }})
	}
	with := func(value string) string {
		changed := slices.Clone(params)
		if at < 0 {
			changed = append(changed, canonical.Param{Name: canonical.SecurityTokenParameter, Value: value})
			slices.SortFunc(changed, canonical.CompareParams)
		} else {
			changed[at].Value = value
		}
		return joinParams(changed)
	}
	if at >= 0 {
		add("signed the URL before the session token was added to it", joinParams(slices.Delete(slices.Clone(params),
			at, at+1)))
		add(`left "+" in the session token unencoded in the URL, where it stands for a space`,
			with(strings.ReplaceAll(params[at].Value, "%20", "%2B")))
		add("signed the session token encoded twice", with(encodeAll(params[at].Value)))
		add("signed the session token without encoding it", with(canonical.Decode(params[at].Value)))
	}
	for _, k := range s.known {
		switch {
		case k.Token == "" || k.Token == s.auth.Token:
		case at < 0:
			add(fmt.Sprintf("signed the session token of %s and did not send it", k.Label), with(encodeAll(k.Token)))
		default:
			add(fmt.Sprintf("signed the session token of %s and sent another one", k.Label), with(encodeAll(k.Token)))
		}
	}
	return list
}
