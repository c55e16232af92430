package mockaws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/mockaws/service"
)

// What is forwarded has to mean to the upstream what was judged here. Where two
// readers may take a request for different ones, it is refused.

// ambiguities are the ways in which a request may mean something else to an
// upstream, each with the question that finds it: what is wrong with a request,
// empty for nothing.
var ambiguities = []struct {
	code string
	find func(*flight) string
}{
	{"InvalidURI", climbs},
	{"MalformedQueryString", repeatedParameter},
	{"SerializationException", repeatedMember},
}

// ambiguous is the refusal of a request that an upstream may take for another one.
func (f *flight) ambiguous(upstream string) *service.Error {
	for _, a := range ambiguities {
		if problem := a.find(f); problem != "" {
			return &service.Error{Code: a.code, Status: http.StatusBadRequest,
				Message: "The request is not forwarded: " + problem + ".",
				Detail: fmt.Sprintf("%s, which the upstream of %s might take for another call than the one that was "+
					"authorized: write it in one way only", problem, upstream)}
		}
	}
	return nil
}

// climbs finds a segment "." or ".." in a path, also in the forms in which some
// servers take one: with backslashes, and with parameters behind a semicolon.
func climbs(f *flight) string {
	segments := strings.FieldsFunc(f.http.URL.Path, func(r rune) bool { return r == '/' || r == '\\' })
	if slices.ContainsFunc(segments, func(s string) bool {
		s, _, _ = strings.Cut(s, ";")
		return s == "." || s == ".."
	}) {
		return fmt.Sprintf("its path %.200q has a segment . or ..", f.http.URL.Path)
	}
	return ""
}

// repeatedParameter finds a parameter of a form that is there twice: servers differ in
// which of them counts.
func repeatedParameter(f *flight) string {
	for name, values := range f.target.Input.Form {
		if len(values) > 1 {
			return fmt.Sprintf("its parameter %.100q is there %d times", name, len(values))
		}
	}
	return ""
}

// repeatedMember finds a member of a JSON object that is there twice.
func repeatedMember(f *flight) string {
	kind, _, _ := mime.ParseMediaType(f.http.Header.Get("Content-Type"))
	if kind != "application/json" && !strings.HasPrefix(kind, "application/x-amz-json-") {
		return ""
	}
	if name, ok := repeatedIn(f.request.Body); ok {
		return fmt.Sprintf("its JSON has the member %.100q twice in one object", name)
	}
	return ""
}

// repeatedIn is the first name that an object of a JSON text has twice. What is no
// JSON is not looked at further.
func repeatedIn(text []byte) (name string, found bool) {
	type object struct {
		names map[string]bool // nil: an array
		value bool            // the next token is the value of a member
	}
	var open []object
	for tokens := json.NewDecoder(bytes.NewReader(text)); ; {
		token, err := tokens.Token()
		if err != nil {
			return "", false
		}
		switch delimiter, _ := token.(json.Delim); delimiter {
		case '{':
			open = append(open, object{names: map[string]bool{}})
			continue
		case '[':
			open = append(open, object{})
			continue
		case '}', ']':
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			continue
		}
		switch in := &open[len(open)-1]; {
		case in.names == nil:
		case in.value:
			in.value = false
		default:
			name, _ := token.(string)
			if in.names[name] {
				return name, true
			}
			in.names[name], in.value = true, true
		}
	}
}
