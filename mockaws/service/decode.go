package service

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/fxamacker/cbor/v2"

	"github.com/hostproof/hostproof/mockaws/protocol"
)

// Decode reads the members of a JSON or CBOR call into a struct. A member that
// the struct has no field for is answered 501: to leave it out silently would
// show a caller a behaviour that AWS does not have.
func (c *Call) Decode(into any) error {
	members, err := c.Members()
	if err != nil {
		return err
	}
	known := fieldNames(reflect.TypeOf(into).Elem())
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !known[name] && string(members[name]) != "null" {
			return c.Unimplemented("the member " + name)
		}
	}
	return c.Peek(into)
}

// Peek is decode for those who want some of the members only, before the
// handler runs.
func (c *Call) Peek(into any) error {
	body, err := Decompressed(c.Input.Header, c.Input.Body)
	switch {
	case err != nil || len(body) == 0:
	case c.Service.Dialect.Protocol == protocol.CBOR:
		err = cborInput.Unmarshal(body, into)
	default:
		err = json.Unmarshal(body, into)
	}
	if err != nil {
		return malformedInput(err)
	}
	return nil
}

// Members are the call's own members, undecoded. An empty body has none.
func (c *Call) Members() (map[string]json.RawMessage, error) {
	body, err := Decompressed(c.Input.Header, c.Input.Body)
	if err != nil {
		return nil, malformedInput(err)
	}
	if len(body) == 0 {
		return nil, nil
	}
	m := map[string]json.RawMessage{}
	if c.Service.Dialect.Protocol != protocol.CBOR {
		if err := json.Unmarshal(body, &m); err != nil {
			return nil, malformedInput(err)
		}
		return m, nil
	}
	var raw map[string]cbor.RawMessage
	if err := cborInput.Unmarshal(body, &raw); err != nil {
		return nil, malformedInput(err)
	}
	for name := range raw {
		m[name] = nil
	}
	return m, nil
}

// maxDecompressed bounds what a compressed body may become, in bytes.
const maxDecompressed = 64 << 20

// Decompressed undoes gzip: SDKs compress larger bodies of some operations
// (https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait).
func Decompressed(header http.Header, body []byte) ([]byte, error) {
	if header.Get("Content-Encoding") != "gzip" {
		return body, nil
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, maxDecompressed+1))
	if len(out) > maxDecompressed {
		return nil, errors.New("the body is too large after decompression")
	}
	return out, err
}

// Text is one member of a JSON or CBOR call, "" if it is absent or not a
// string: for the ARN of a resource, which is wanted before the call is decoded.
func (c *Call) Text(member string) string {
	if c.Service.Dialect.Protocol == protocol.CBOR {
		m := map[string]any{}
		_ = c.Peek(&m) // the handler decodes again and says what is wrong
		text, _ := m[member].(string)
		return text
	}
	m, err := c.Members()
	if err != nil {
		return ""
	}
	var s string
	if json.Unmarshal(m[member], &s) != nil {
		return ""
	}
	return s
}

// cborInput bounds what a document may cost; a duplicate key is a mistake.
var cborInput = func() cbor.DecMode {
	mode, err := cbor.DecOptions{DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 32}.DecMode()
	if err != nil {
		panic("service: options of our own are invalid: " + err.Error())
	}
	return mode
}()

var fieldNameCache sync.Map // reflect.Type -> map[string]bool

// fieldNames lists the names of a struct's fields on the wire, including
// embedded structs.
func fieldNames(t reflect.Type) map[string]bool {
	if names, ok := fieldNameCache.Load(t); ok {
		return names.(map[string]bool)
	}
	names := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		names[name] = true
	}
	fieldNameCache.Store(t, names)
	return names
}

// Ignored is a member that AWS takes and that changes nothing this mock shows.
type Ignored = any
