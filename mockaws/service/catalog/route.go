package catalog

import (
	"net/url"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
)

// route is an operation's method and path, taken apart.
type route struct {
	op       *service.Operation
	segments []string
	greedy   bool // the last label takes the rest of the path
}

func newRoute(op *service.Operation) route {
	segments := strings.Split(strings.Trim(op.Path, "/"), "/")
	if op.Path == "/" {
		segments = nil
	}
	return route{op: op, segments: segments, greedy: strings.HasSuffix(op.Path, "+}")}
}

// match compares a request with the route. The path is as sent: labels are
// decoded one by one, so that an encoded slash stays inside its label.
func (rt *route) match(r *Request, path string, query url.Values) (map[string]string, bool) {
	if r.Method != rt.op.Method || !rt.demands(r, query) {
		return nil, false
	}
	rest := strings.TrimPrefix(path, "/")
	var labels map[string]string
	for i, seg := range rt.segments {
		var part string
		if rt.greedy && i == len(rt.segments)-1 {
			part, rest = rest, ""
		} else {
			part, rest, _ = strings.Cut(rest, "/")
		}
		name, isLabel := label(seg)
		if !isLabel {
			if part != seg {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(part)
		if err != nil || value == "" {
			return nil, false
		}
		if labels == nil {
			labels = make(map[string]string, 2)
		}
		labels[name] = value
	}
	return labels, rest == ""
}

func (rt *route) demands(r *Request, query url.Values) bool {
	for _, q := range rt.op.Query {
		name, value, hasValue := strings.Cut(q, "=")
		if !query.Has(name) || hasValue && query.Get(name) != value {
			return false
		}
	}
	return rt.op.Header == "" || r.Header.Get(rt.op.Header) != ""
}

func label(segment string) (name string, ok bool) {
	if !strings.HasPrefix(segment, "{") {
		return "", false
	}
	return strings.TrimSuffix(strings.TrimSuffix(segment[1:], "}"), "+"), true
}
