package sigv4

// appendHeaders appends the canonical headers: one line for each signed header
// that the request has, repeated values joined with a comma. A signed header
// that the request lacks has no line.
func appendHeaders(b []byte, r *Request, signed []string) []byte {
	for _, name := range signed {
		if name == "host" || name == ":authority" {
			b = append(b, name...)
			b = append(b, ':')
			b = appendTrimmed(b, r.Host)
			b = append(b, '\n')
			continue
		}
		values := r.values(name)
		if values == nil {
			continue
		}
		b = append(b, name...)
		b = append(b, ':')
		for i, v := range values {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendTrimmed(b, v)
		}
		b = append(b, '\n')
	}
	return b
}

// appendTrimmed appends a header value without the white space around it, and
// with one space for each run of it inside.
func appendTrimmed(b []byte, v string) []byte {
	start, pending := len(b), false
	for i := range len(v) {
		c := v[i]
		if isSpace(c) {
			pending = len(b) > start
			continue
		}
		if pending {
			b = append(b, ' ')
			pending = false
		}
		b = append(b, c)
	}
	return b
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r'
}

func appendJoined(b []byte, list []string, sep byte) []byte {
	for i, s := range list {
		if i > 0 {
			b = append(b, sep)
		}
		b = append(b, s...)
	}
	return b
}
