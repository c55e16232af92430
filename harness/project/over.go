package project

import "reflect"

// Over is the project with what another one says under it: of maps and lists both
// count, with the upper one's entries in front of the lower one's of the same name,
// and of the rest counts what the upper one sets. The lists of a user's settings
// replace each other, and so do users.
func (p Project) Over(below Project) Project {
	upper, out := p.Clone(), below.Clone()
	if len(upper.Users) > 0 {
		out.KeyAs, out.BearerAs, out.Allow, out.Deny = nil, "", nil, nil
	}
	to, from := reflect.ValueOf(&out).Elem(), reflect.ValueOf(upper)
	for i := range to.NumField() {
		lay(to.Field(i), from.Field(i), to.Type().Field(i).Tag.Get("over") == "replace")
	}
	return out
}

// lay puts a field of the upper project over the lower one's.
func lay(to, from reflect.Value, replace bool) {
	switch {
	case from.IsZero():
	case from.Kind() == reflect.Map && !to.IsNil():
		for _, key := range from.MapKeys() {
			to.SetMapIndex(key, from.MapIndex(key))
		}
	case from.Kind() == reflect.Slice && !replace:
		to.Set(reflect.AppendSlice(to, from))
	default:
		to.Set(from)
	}
}

// Clone is a copy that shares no memory with the project, whatever fields there
// are.
func (p Project) Clone() Project {
	return deep(reflect.ValueOf(p)).Interface().(Project)
}

func deep(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if out.Field(i).CanSet() {
				out.Field(i).Set(deep(v.Field(i)))
			}
		}
	case reflect.Map:
		if v.IsNil() {
			break
		}
		out.Set(reflect.MakeMap(v.Type()))
		for _, key := range v.MapKeys() {
			out.SetMapIndex(key, deep(v.MapIndex(key)))
		}
	case reflect.Slice:
		if v.IsNil() {
			break
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(deep(v.Index(i)))
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			break
		}
		if v.Kind() == reflect.Interface {
			out.Set(deep(v.Elem()))
			break
		}
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(deep(v.Elem()))
	}
	return out
}
