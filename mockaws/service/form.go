package service

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// FormMember is a member of a Query call that reads itself, for a type with a form or a
// check of its own. A type that always has the same name, whatever the field is called,
// also has a method MemberName() string.
type FormMember interface {
	// ReadForm reads the member of that name: "UserName",
	// "MetricData.member.1.Value".
	ReadForm(c *Call, name string) error
}

// CheckForm checks that a call has no members but these; a member may have parts
// after a point. A member that is not known is answered 501, as by Decode.
func (c *Call) CheckForm(known ...string) error {
	for _, name := range slices.Sorted(maps.Keys(c.Input.Form)) {
		base, _, _ := strings.Cut(name, ".")
		if base != "Action" && base != "Version" && !slices.Contains(known, base) {
			return c.Unimplemented("the member " + base)
		}
	}
	return nil
}

// form is how an input is read from a Query call.
type form struct {
	known  []string
	fields []formField
}

type formField struct {
	index []int
	name  string
	read  formReader
}

type formReader func(c *Call, name string, into reflect.Value) error

// newForm lists the members of a struct in the order of its fields; the fields of an
// embedded struct stand where it is embedded.
func newForm(t reflect.Type) *form {
	f := &form{}
	for _, x := range reflect.VisibleFields(t) {
		if x.Anonymous {
			continue
		}
		name := x.Name
		if t, ok := reflect.Zero(x.Type).Interface().(interface{ MemberName() string }); ok {
			name = t.MemberName()
		}
		f.known = append(f.known, name)
		f.fields = append(f.fields, formField{x.Index, name, formReaderOf(x.Type)})
	}
	return f
}

func (f *form) read(c *Call, into any) error {
	if err := c.CheckForm(f.known...); err != nil {
		return err
	}
	v := reflect.ValueOf(into).Elem()
	for _, x := range f.fields {
		if err := x.read(c, x.name, v.FieldByIndex(x.index)); err != nil {
			return err
		}
	}
	return nil
}

var formMember = reflect.TypeFor[FormMember]()

// formReaderOf is how a type is read from a form. It panics for one that has no
// form: a defect of the service, which shows as soon as the service is made.
func formReaderOf(t reflect.Type) formReader {
	switch {
	case reflect.PointerTo(t).Implements(formMember):
		return func(c *Call, name string, into reflect.Value) error {
			return into.Addr().Interface().(FormMember).ReadForm(c, name)
		}
	case t.Kind() == reflect.Interface: // Ignored
		return func(*Call, string, reflect.Value) error { return nil }
	case t.Kind() == reflect.String:
		return readText
	case t.Kind() == reflect.Bool:
		return readBool
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return readTexts
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.String:
		return readOptional
	}
	panic("service: a member of a form cannot be a " + t.String())
}

func readText(c *Call, name string, into reflect.Value) error {
	into.SetString(c.Input.Form.Get(name))
	return nil
}

func readBool(c *Call, name string, into reflect.Value) error {
	into.SetBool(c.Input.Form.Get(name) == "true")
	return nil
}

// readOptional leaves nil where the member is absent.
func readOptional(c *Call, name string, into reflect.Value) error {
	if text := c.Input.Form.Get(name); c.Input.Form.Has(name) {
		into.Set(reflect.ValueOf(&text))
	}
	return nil
}

func readTexts(c *Call, name string, into reflect.Value) error {
	into.Set(reflect.ValueOf(c.FormTexts(name)))
	return nil
}

// FormTexts is a list of texts in a Query call, numbered from 1 without gaps:
// "ClientIDList.member.1" and so on.
func (c *Call) FormTexts(name string) []string { return c.FormTextsOf(name, "member") }

// FormTextsOf is FormTexts for a list whose members have a name of their own:
// "DbGroups.DbGroup.1" and so on.
func (c *Call) FormTextsOf(name, member string) (list []string) {
	for i := 1; ; i++ {
		at := name + "." + member + "." + strconv.Itoa(i)
		if !c.Input.Form.Has(at) {
			return list
		}
		list = append(list, c.Input.Form.Get(at))
	}
}
