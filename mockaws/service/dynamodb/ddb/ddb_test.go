package ddb

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// parse makes a value of its JSON, an item of an object of them.
func parse[T any](t testing.TB, text string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestNumbers(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"0", "0"}, {"-0", "0"}, {"0.000", "0"}, {"007", "7"}, {"+1.50", "1.5"}, {"-1.50e1", "-15"}, {"1E2", "100"},
		{"123e-2", "1.23"},
		{".5", "0.5"}, {"5.", "5"}, {"1e-3", "0.001"}, {"-12.3400", "-12.34"},
		{"1e125", "1" + strings.Repeat("0", 125)},
		{"1e-130", "0." + strings.Repeat("0", 129) + "1"}, {strings.Repeat("9", 38), strings.Repeat("9", 38)},
		{strings.Repeat("9", 38) + "00", strings.Repeat("9", 38) + "00"},
	} {
		if got, err := canonicalNumber(row.in); err != nil || got != row.want {
			t.Errorf("%s: got %s, %v; want %s", row.in, got, err, row.want)
		}
	}
	for in, want := range map[string]string{
		"": "cannot be converted", "a": "cannot be converted to a numeric value: a", "1e": "cannot be",
		".": "cannot be", "1.2.3": "cannot be", "--1": "cannot be",
		"1e126": "overflow", "1e-131": "underflow", "1e99999999999999999999": "overflow",
		"-1e-99999999999999999999": "underflow",
		strings.Repeat("9", 39):    "more than 38 significant digits", "NaN": "cannot be", "0x1": "cannot be",
		" 1": "cannot be",
	} {
		if got, err := canonicalNumber(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %s, %v; want %s", in, got, err, want)
		}
	}
	ordered := []string{"-1000", "-10.5", "-10.25", "-0.5", "0", "0.05", "0.5", "1", "9", "9.9", "10", "10.25", "100"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := sign(compareNumbers(a, b)); got != sign(i-j) {
				t.Errorf("compare %s %s: %d", a, b, got)
			}
		}
	}
}

func sign(n int) int { return min(1, max(-1, n)) }

func TestValuesComeBack(t *testing.T) {
	for _, text1 := range []string{
		`{"S":"a"}`, `{"S":""}`, `{"N":"1.5"}`, `{"B":"AAEC"}`, `{"BOOL":false}`, `{"NULL":true}`, `{"SS":["a","b"]}`,
		`{"NS":["1","2","10"]}`, `{"BS":["AA==","AQ=="]}`,
		`{"L":[{"S":"a"},{"M":{"x":{"N":"1"}}}]}`, `{"M":{"a":{"L":[]},"b":{"M":{}}}}`,
	} {
		v := parse[Value](t, text1)
		if got := text(t, v); got != text1 {
			t.Errorf("%s came back as %s", text1, got)
		}
		if !v.Equal(parse[Value](t, text1)) || !v.Equal(v.clone()) {
			t.Errorf("%s is not equal to itself", text1)
		}
	}
	if got := text(t, parse[Value](t, `{"NS":["10","1.0","2e0"]}`)); got != `{"NS":["1","2","10"]}` {
		t.Errorf("a set of numbers came back as %s", got)
	}
}

func TestWrongValues(t *testing.T) {
	deep := strings.Repeat(`{"L":[`, 33) + strings.Repeat(`]}`, 33)
	for in, want := range map[string]string{
		`{}`: "Supplied AttributeValue is empty", `{"X":"a"}`: "Supplied AttributeValue is empty",
		`{"S":"a","N":"1"}`: "more than one datatypes",
		`{"SS":[]}`:         "may not be empty", `{"NS":[]}`: "may not be empty", `{"BS":[]}`: "should not be empty",
		`{"SS":["a","a"]}`:   "[a, a] contains duplicates",
		`{"NS":["1","1.0"]}`: "contains duplicates", `{"BS":["AA==","AA=="]}`: "contains duplicates",
		`{"NULL":false}`: "must have the value of true",
		`{"N":"x"}`:      "numeric value: x", `{"L":[{"N":""}]}`: "numeric value",
		`{"M":{"a":{}}}`: "Supplied AttributeValue is empty", deep: "Nesting Levels",
	} {
		var v Value
		err := json.Unmarshal([]byte(in), &v)
		var own *Error
		if !errors.As(err, &own) || !strings.Contains(own.Message, want) {
			t.Errorf("%s: got %v, want %s", in, err, want)
		}
	}
	for _, in := range []string{`"a"`, `{"S":1}`, `{"N":1}`, `{"B":"!"}`, `{"L":{}}`, `{"M":[]}`, `{"BOOL":"x"}`,
		`{"SS":"a"}`} {
		var v Value
		var own *Error
		if err := json.Unmarshal([]byte(in), &v); err == nil || errors.As(err, &own) {
			t.Errorf("%s: got %v, want an error of form", in, err)
		}
	}
}

const sample = `{
	"id": {"S": "u1"}, "age": {"N": "30"}, "nick": {"S": "Alice in chains"}, "bin": {"B": "AAEC"},
	"tags": {"SS": ["a", "b"]}, "nums": {"NS": ["1", "2"]},
	"lst": {"L": [{"S": "x"}, {"N": "7"}, {"M": {"deep": {"S": "yes"}}}]},
	"address": {"M": {"city": {"S": "Bern"}, "zip": {"N": "3000"}}},
	"on": {"BOOL": true}, "nothing": {"NULL": true}, "size of": {"N": "1"}}`

const sampleValues = `{":n30": {"N": "30"}, ":n31": {"N": "31"}, ":n7": {"N": "7"}, ":n1": {"N": "1"}, ":n0": {"N": "0"},
	":s": {"S": "Alice"}, ":a": {"S": "a"}, ":x": {"S": "x"},
	":bern": {"S": "Bern"}, ":ss": {"S": "SS"}, ":true": {"BOOL": true}, ":list": {"L": [{"S": "z"}]},
	":b": {"B": "AAE="},
	":set": {"SS": ["b", "c"]}, ":null": {"NULL": true},
	":nset": {"NS": ["2", "3"]}, ":map": {"M": {"k": {"S": "v"}}}, ":u1": {"S": "u1"}, ":type": {"S": "Q"}}`

const sampleNames = `{"#age": "age", "#size": "size of", "#data": "data", "#id": "id", "#list": "lst"}`

func sampleContext(t testing.TB) *Context {
	t.Helper()
	c, err := NewContext(parse[map[string]string](t, sampleNames), parse[map[string]Value](t, sampleValues))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConditions(t *testing.T) {
	item := parse[Item](t, sample)
	for _, row := range []struct {
		expression string
		want       bool
	}{
		{"age = :n30", true}, {"#age=:n30", true}, {":n30 = age", true}, {"age <> :n30", false}, {"age < :n31", true},
		{"age <= :n30", true}, {"age > :n30", false}, {"age >= :n30", true},
		{"age = :s", false}, {"age <> :s", true}, {"absent = :s", false}, {"absent <> :s", true},
		{"absent < :s", false}, {"NOT absent = :s", true},
		{"age BETWEEN :n7 AND :n30", true}, {"age between :n30 and :n31 and id = :u1", true},
		{"age BETWEEN :n31 AND :n31", false}, {"absent BETWEEN :n7 AND :n31", false},
		{"age IN (:n7, :n30)", true}, {"age in (:n7)", false}, {"absent IN (:n7)", false},
		{"attribute_exists(id)", true}, {"attribute_exists(absent)", false}, {"attribute_not_exists(absent)", true},
		{"attribute_not_exists(address.city)", false},
		{"attribute_exists(address.street)", false}, {"attribute_exists(lst[2].deep)", true},
		{"attribute_exists(lst[3])", false}, {"attribute_exists(id.x)", false},
		{"attribute_type(tags, :ss)", true}, {"attribute_type(id, :ss)", false}, {"attribute_type(absent, :ss)", false},
		{"begins_with(nick, :s)", true}, {"begins_with(id, :s)", false}, {"begins_with(bin, :b)", true},
		{"begins_with(age, :s)", false},
		{"contains(nick, :s)", true}, {"contains(tags, :a)", true}, {"contains(tags, :x)", false},
		{"contains(lst, :x)", true}, {"contains(nums, :n1)", true}, {"contains(nums, :s)", false},
		{"contains(bin, :b)", true}, {"contains(age, :n30)", false}, {"contains(address, :bern)", false},
		{"size(tags) > :n1", true}, {"size(nick) > :n7", true}, {"size(lst) = :n1", false}, {"size(absent) = :n0",
			false}, {"size(age) = :n0", false}, {"size(address) > size(absent)", false},
		{"address.city = :bern", true}, {"lst[1] = :n7", true}, {"lst[0] = :x", true}, {"#list[2].deep <> :x", true},
		{"address = :map", false}, {"#size = :n1", true},
		{"nothing = :null", true}, {"absent = :null", false},
		{"id = :u1 AND age = :n30", true}, {"id = :u1 AND age = :n31", false}, {"id = :a OR age = :n30", true},
		{"id = :a OR age = :n31", false},
		{"id = :a AND id = :a OR age = :n30", true}, {"id = :a AND (id = :a OR age = :n30)", false},
		{"NOT id = :a AND age = :n30", true}, {"NOT (id = :u1 AND age = :n30)", false},
		{"NOT NOT id = :u1", true}, {"(id) = (:u1)", true}, {"not(id = :a)", true},
		{"(id = :u1) AND (age = :n30 OR (age = :n31))", true}, {"\tid\n=\r :u1 ", true},
	} {
		c, err := sampleContext(t).Condition("ConditionExpression", row.expression)
		if err != nil {
			t.Errorf("%s: %v", row.expression, err)
			continue
		}
		if got := c.Match(item); got != row.want {
			t.Errorf("%s: %t", row.expression, got)
		}
	}
	var none *Condition
	if !none.Match(nil) {
		t.Error("no condition is met by nothing")
	}
}

func TestWrongConditions(t *testing.T) {
	const syntax = "Syntax error; token: "
	for in, want := range map[string]string{
		"": "The expression can not be empty;", "  ": "The expression can not be empty;", "id": syntax +
			`"<EOF>", near: "id"`, "id = ": syntax + `"<EOF>", near: "= "`,
		"id == :u1": syntax + `"=", near: "== :u1"`, "id = :u1 age": syntax + `"age", near: ":u1 age"`,
		"id = :u1)": syntax + `")"`, "(id = :u1": syntax + `"<EOF>"`, "id = 'x'": syntax + `"'"`,
		"id = 5": syntax + `"5"`, "id AND age": syntax, "id = :u1 AND age": syntax, "NOT id": syntax,
		"lst[x] = :x": syntax + `"x"`, "lst[] = :x": syntax, "lst[99999999999999999999] = :x": syntax,
		"address. = :x": syntax, "(id = :u1) = :x": syntax, "size(id = :u1) = :n1": syntax, "id BETWEEN :n1": syntax,
		"id IN :n1": syntax, "id IN ()": syntax, "# = :x": "not defined; attribute name: #",
		"#nope = :x": "An expression attribute name used in the document path is not defined; attribute name: #nope",
		"id = :nope": "An expression attribute value used in expression is not defined; attribute value: :nope",
		"data = :x":  "Attribute name is a reserved keyword; reserved keyword: data",
		"Name = :x":  "reserved keyword: Name", "address.name = :x": "reserved keyword: name",
		"exists(id)":     "Invalid function name; function: exists",
		"SIZE(id) = :n1": "Invalid function name; function: SIZE", "size(id, id) = :n1": "number of operands: 2",
		"size(id)":                  "The function is not allowed to be used this way in an expression; function: size",
		"contains(id, :x) = :x":     "not allowed to be used this way in an expression; function: contains",
		"attribute_exists(:x)":      "requires a document path; operator or function: attribute_exists",
		"begins_with(id, :n1)":      "operator or function: begins_with, operand type: N",
		"attribute_type(id, :n1)":   "operand type: N",
		"attribute_type(id, :type)": "Invalid attribute type name found; type: Q",
		"attribute_type(id, age)":   "operand type: {NS",
		"size(:n1) = :n1":           "operator or function: size, operand type: N",
		"id < :true":                "operator: <, operand type: BOOL",
		"id BETWEEN :n7 AND :x":     "requires same data type for lower and upper bounds",
		"id BETWEEN :n31 AND :n7": "upper bound to be greater than or equal to lower bound; " +
			"lower bound operand: AttributeValue: {N:31}",
		"((id = :u1))": "redundant parentheses", "((id)) = :u1": "redundant parentheses",
		"id = id":                       "must be distinct",
		strings.Repeat(" ", 4096) + "a": "Expression size has exceeded the maximum allowed size; expression size: 4097",
		strings.Repeat("(", 4000):       syntax, strings.Repeat("NOT ", 1000): syntax, "ünder = :x": syntax,
	} {
		c, err := sampleContext(t).Condition("ConditionExpression", in)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(),
			"Invalid ConditionExpression: ") {
			t.Errorf("%.60s: got %v, %v; want %s", in, c, err, want)
		}
	}
}

func TestKeyConditions(t *testing.T) {
	c, err := sampleContext(t).Condition("KeyConditionExpression", "(#id = :u1) AND age BETWEEN :n7 AND :n31")
	if err != nil {
		t.Fatal(err)
	}
	terms, err := c.KeyTerms()
	if err != nil || len(terms) != 2 || terms[0].Attribute != "id" || terms[0].Operator != "=" ||
		terms[1].Operator != "BETWEEN" || len(terms[1].Values) != 2 {
		t.Fatalf("got %+v, %v", terms, err)
	}
	for n, want := range map[string]bool{"7": true, "31": true, "31.1": false} {
		v, _ := NumberOf(n)
		if terms[1].Match(v) != want {
			t.Errorf("%s BETWEEN 7 AND 31 is not %t", n, want)
		}
	}
	for in, want := range map[string]string{
		"id = :u1 OR age = :n1": "Invalid operator used in KeyConditionExpression: OR",
		"NOT id = :u1":          "KeyConditionExpression: NOT", "id <> :u1": "KeyConditionExpression: <>",
		"id IN (:u1)": "KeyConditionExpression: IN", "attribute_exists(id)": "KeyConditionExpression: attribute_exists",
		"contains(id, :x)":  "KeyConditionExpression: contains",
		"address.city = :x": "Query key condition not supported", "id = age": "Query key condition not supported",
		":x = id":              "Query key condition not supported",
		"id = :u1 AND id = :x": "must only contain one condition per key",
		"size(id) = :n1":       "Query key condition not supported",
	} {
		c, err := sampleContext(t).Condition("KeyConditionExpression", in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if terms, err := c.KeyTerms(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, %v; want %s", in, terms, err, want)
		}
	}
}

func TestProjections(t *testing.T) {
	item := parse[Item](t, sample)
	for in, want := range map[string]string{
		"id":                            `{"id":{"S":"u1"}}`,
		"id, #age":                      `{"age":{"N":"30"},"id":{"S":"u1"}}`,
		"absent":                        `{}`,
		"address.city":                  `{"address":{"M":{"city":{"S":"Bern"}}}}`,
		"address.street":                `{}`,
		"lst[1]":                        `{"lst":{"L":[{"N":"7"}]}}`,
		"lst[2].deep, lst[0]":           `{"lst":{"L":[{"S":"x"},{"M":{"deep":{"S":"yes"}}}]}}`,
		"lst[9]":                        `{}`,
		"id[0]":                         `{}`,
		"address.zip,address.city , id": `{"address":{"M":{"city":{"S":"Bern"},"zip":{"N":"3000"}}},"id":{"S":"u1"}}`,
	} {
		p, err := sampleContext(t).Projection(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := text(t, p.Apply(item)); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"": "can not be empty", "id,": "Syntax error", "id id": "Syntax error", ":x": "Syntax error",
		"data": "reserved keyword: data", "#nope": "not defined",
		"id, id": "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: " +
			"[id], path two: [id]", "address, address.city": "path one: [address], path two: [address, city]",
		"address.city, address[0]": "Two document paths conflict with each other",
		"lst[0].a, lst[0]":         "path one: [lst, [0], a], path two: [lst, [0]]",
	} {
		p, err := sampleContext(t).Projection(in)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(),
			"Invalid ProjectionExpression: ") {
			t.Errorf("%s: got %v, %v; want %s", in, p, err, want)
		}
	}
	var all *Projection
	if len(all.Apply(item)) != len(item) {
		t.Error("no projection is all of it")
	}
}

func TestEveryNameAndValueMustBeUsed(t *testing.T) {
	for _, row := range []struct{ names, values, want string }{
		{`{"#a":"a"}`, `null`, ""},
		{`{"#a":"a","#b":"b"}`, `null`, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}"},
		{`{"#a":"a"}`, `{":z":{"S":""},":y":{"S":""}}`,
			"Value provided in ExpressionAttributeValues unused in expressions: keys: {:y, :z}"},
		{`{}`, `null`, "ExpressionAttributeNames must not be empty"},
		{`null`, `{}`, "ExpressionAttributeValues must not be empty"},
		{`{"a":"a"}`, `null`, `ExpressionAttributeNames contains invalid key: Syntax error; key: "a"`},
		{`{"#a-b":"a"}`, `null`, `ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"`},
		{`null`, `{"x":{"S":""}}`, `ExpressionAttributeValues contains invalid key: Syntax error; key: "x"`},
		{`{"#a":""}`, `null`, "Attribute name must not be empty"},
	} {
		c, err := NewContext(parse[map[string]string](t, row.names), parse[map[string]Value](t, row.values))
		if err == nil {
			if _, err = c.Projection("#a"); err == nil {
				err = c.Unused()
			}
		}
		if got := message(err); got != row.want &&
			!(row.want != "" && strings.HasPrefix(got, "ExpressionAttributeNames contains invalid value") &&
				strings.Contains(got, row.want)) {
			t.Errorf("%s %s: got %q, want %q", row.names, row.values, got, row.want)
		}
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestSizes(t *testing.T) {
	for in, want := range map[string]int{
		`{"a":{"S":"four"}}`: 5, `{"a":{"N":"12345"}}`: 5, `{"a":{"N":"-1.5"}}`: 3, `{"a":{"BOOL":true}}`: 2,
		`{"a":{"NULL":true}}`: 2, `{"a":{"B":"AAEC"}}`: 4,
		`{"a":{"SS":["a","bc"]}}`: 4, `{"a":{"NS":["1","22"]}}`: 5, `{"a":{"L":[{"S":"x"}]}}`: 6,
		`{"a":{"M":{"k":{"S":"x"}}}}`: 7,
	} {
		if got := parse[Item](t, in).Size(); got != want {
			t.Errorf("%s: %d bytes, want %d", in, got, want)
		}
	}
}

// FuzzExpressions: no expression makes the parser or the evaluation panic or
// hang; what is refused is refused with one line of DynamoDB's form; an update
// leaves the item it was given alone.
func FuzzExpressions(f *testing.F) {
	for _, s := range []string{
		"id = :u1 AND NOT (age < :n7 OR contains(tags, :a))",
		"id, #age, lst[2].deep",
		"size(lst) BETWEEN :n0 AND :n7", "age IN (:n7,:n30)", "((((",
		"a.b[0].c = :x",
		"#list[2].#id <> :map",
		"attribute_type(a,:ss) OR begins_with(b,:s)",
	} {
		f.Add(s)
	}
	item := parse[Item](f, sample)
	untouched := text(f, item)
	f.Fuzz(func(t *testing.T, source string) {
		check := func(kind string, err error) {
			if err != nil && (!strings.HasPrefix(err.Error(), "Invalid "+kind+": ") ||
				len(err.Error()) > 3*maxExpression+300) {
				t.Errorf("%s: refused with %q", kind, err)
			}
		}
		c, err := sampleContext(t).Condition("ConditionExpression", source)
		check("ConditionExpression", err)
		if err == nil {
			if c.Match(item) == (&Condition{c.kind, &logical{"NOT", []node{c.root}}}).Match(item) {
				t.Error("a condition and its contrary are both true or both false")
			}
			c.Attributes()
			if terms, err := c.KeyTerms(); err == nil {
				for i := range terms {
					terms[i].Match(item["age"])
				}
			}
		}
		p, err := sampleContext(t).Projection(source)
		check("ProjectionExpression", err)
		if err == nil {
			text(t, p.Apply(item))
		}
		if text(t, item) != untouched {
			t.Fatal("the item was changed")
		}
	})
}

// FuzzValues: what can be read can be written and read again, and is the same.
func FuzzValues(f *testing.F) {
	for _, s := range []string{sample, `{"a":{"N":"-1.50e-3"}}`, `{"a":{"L":[{"NS":["1","2"]}]}}`,
		`{"a":{"BS":["AA=="]}}`, `{"a":{"NULL":true}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var item Item
		if json.Unmarshal(data, &item) != nil {
			return
		}
		written := text(t, item)
		again := parse[Item](t, written)
		if text(t, again) != written || !(Value{Type: Map, Map: item}).Equal(Value{Type: Map, Map: again}) ||
			item.Size() != again.Size() {
			t.Errorf("%s came back as %s", written, text(t, again))
		}
	})
}
