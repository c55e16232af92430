package ddb

import "testing"

// TestSizeOf: size() of each type that has one
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html).
func TestSizeOf(t *testing.T) {
	item := parse[Item](t, `{"s":{"S":"Zürich"},"b":{"B":"AAEC"},"ss":{"SS":["a","b"]},"ns":{"NS":["1","2","3"]},`+
		`"bs":{"BS":["AA==","AQ==","Ag==","Aw=="]},"l":{"L":[{"N":"1"}]},"m":{"M":{"a":{"N":"1"},"b":{"N":"1"}}},`+
		`"n":{"N":"12"},"bool":{"BOOL":true},"null":{"NULL":true}}`)
	for name, want := range map[string]string{"s": "6", "b": "3", "ss": "2", "ns": "3", "bs": "4", "l": "1", "m": "2"} {
		for value, met := range map[string]bool{want: true, "9": false} {
			c, err := (mustContext(t, name, value)).Condition("ConditionExpression", "size(#a) = :v")
			if err != nil {
				t.Fatal(err)
			}
			if c.Match(item) != met {
				t.Errorf("size(%s) = %s is not %t", name, value, met)
			}
		}
	}
	for _, name := range []string{"n", "bool", "null", "absent"} {
		c, err := mustContext(t, name, "0").Condition("ConditionExpression", "size(#a) >= :v")
		if err != nil {
			t.Fatal(err)
		}
		if c.Match(item) {
			t.Errorf("%s has a size", name)
		}
	}
}

func mustContext(t *testing.T, name, number string) *Context {
	t.Helper()
	c, err := NewContext(map[string]string{"#a": name}, map[string]Value{":v": {Type: Number, Text: number}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
