package service

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

// decode reads the members of a JSON or CBOR call into a struct. A member that
// the struct has no field for is answered 501: to leave it out silently would
// show a caller a behaviour that AWS does not have.
func (c *Call) decode(into any) error {
	members, err := c.members()
	if err != nil {
		return err
	}
	known := fieldNames(reflect.TypeOf(into).Elem())
	for name, value := range members {
		if !known[name] && string(value) != "null" {
			return verdict.Refuse(verdict.StageHandle, verdict.UnsupportedOperation,
				"this mock does not implement the member "+name+" of "+c.Service.ID+" "+c.Operation.Name,
				"service", c.Service.ID, "operation", c.Operation.Name, "member", name)
		}
	}
	return c.peek(into)
}

// peek is decode for those who want some of the members only, before the
// handler runs.
func (c *Call) peek(into any) error {
	body, err := decompressed(c.Input.Header, c.Input.Body)
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

// members are the call's own members, undecoded. An empty body has none.
func (c *Call) members() (map[string]json.RawMessage, error) {
	body, err := decompressed(c.Input.Header, c.Input.Body)
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

// decompressed undoes gzip: SDKs compress larger bodies of some operations
// (https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait).
func decompressed(header http.Header, body []byte) ([]byte, error) {
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

// text is one member of a JSON or CBOR call, "" if it is absent or not a
// string: for the ARN of a resource, which is wanted before the call is decoded.
func (c *Call) text(member string) string {
	if c.Service.Dialect.Protocol == protocol.CBOR {
		m := map[string]any{}
		_ = c.peek(&m) // the handler decodes again and says what is wrong
		text, _ := m[member].(string)
		return text
	}
	m, err := c.members()
	if err != nil {
		return ""
	}
	var s string
	if json.Unmarshal(m[member], &s) != nil {
		return ""
	}
	return s
}

// malformedInput is the answer of AWS's framework to a document that does not
// have the operation's form. The code is AWS's
// (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), the text ours.
func malformedInput(err error) *Error {
	return &Error{Code: "SerializationException", Message: "the input does not have the operation's form: " + err.Error(), Framework: true, Cause: err}
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

// fieldNames are the names of a struct's fields on the wire, with those of
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

// ignored is a member that AWS takes and that changes nothing this mock shows.
type ignored = any

// arn makes the ARN of a regional resource of the caller's account.
func (c *Call) arn(service, resource string) string {
	return "arn:aws:" + service + ":" + c.Region + ":" + c.Account() + ":" + resource
}

// noResource is for actions that AWS denies without saying on which resource
// (terraform-aws-modules/terraform-aws-iam#305); it is evaluated as "*".
func noResource(*Call) string { return "" }

// authorize asks IAM for a further action of the same call, such as
// iam:PassRole; nil means that the caller may.
func (c *Call) authorize(action, resource string, conditions map[string]string) error {
	ask := iam.Call{Action: action, Resource: resource, Context: map[string][]string{}}
	for k, v := range c.Conditions {
		ask.Context[k] = v
	}
	for k, v := range conditions {
		ask.Context[k] = []string{v}
	}
	if refusal := c.IAM.Authorize(c.Caller, ask); refusal != nil {
		return refusal
	}
	return nil
}

// trusts reports whether a role's trust policy lets an AWS service assume it on
// behalf of a resource.
func (c *Call) trusts(roleARN, service, sourceARN string) bool {
	role, ok := c.IAM.RoleByARN(roleARN)
	if !ok {
		return false
	}
	caller := &iam.Credential{Principal: iam.ServicePrincipal(service)}
	return c.IAM.Authorize(caller, iam.Call{
		Action: "sts:AssumeRole", Resource: roleARN, ResourcePolicy: role.Trust,
		Context: map[string][]string{"aws:SourceArn": {sourceARN}, "aws:SourceAccount": {c.Account()}},
	}) == nil
}

// place is where a regional resource lives.
type place struct{ account, region string }

// shelf keeps the resources of a service by place and name. Handlers hold the
// lock for as long as they look.
type shelf[T any] struct {
	mu sync.Mutex
	at map[place]map[string]T
}

// in is the shelf of an account in a region, made on first use.
func (s *shelf[T]) in(account, region string) map[string]T {
	p := place{account, region}
	if s.at == nil {
		s.at = map[place]map[string]T{}
	}
	if s.at[p] == nil {
		s.at[p] = map[string]T{}
	}
	return s.at[p]
}

// of is the shelf that a call reaches without naming another account.
func (s *shelf[T]) of(c *Call) map[string]T { return s.in(c.Account(), c.Region) }

// unimplemented are rows for operations that AWS has and this mock has not.
func unimplemented(names ...string) []Operation {
	rows := make([]Operation, len(names))
	for i, name := range names {
		rows[i].Name = name
	}
	return rows
}

// epoch is a time as the JSON protocols write it: seconds since 1970.
func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// randomText draws n characters of an alphabet.
func randomText(alphabet string, n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // does not fail (crypto/rand)
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}

const (
	lowerDigits = "abcdefghijklmnopqrstuvwxyz0123456789"
	letters     = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// notFound is invalid with the status 404.
func notFound(code, format string, args ...any) *Error {
	e := invalid(code, format, args...)
	e.Status = http.StatusNotFound
	return e
}
