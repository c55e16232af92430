package iam

import (
	"fmt"
	"testing"
	"time"
)

// holdsFor evaluates one condition block against one key of a request.
func holdsFor(t *testing.T, operator string, want any, have []string) bool {
	t.Helper()
	r := &reader{variables: true}
	list := r.conditions("Condition", map[string]any{operator: map[string]any{"test:Key": want}})
	if len(r.problems) > 0 {
		t.Fatalf("%s: %v", operator, r.problems)
	}
	context := map[string][]string{}
	if have != nil {
		context["test:key"] = have
	}
	ok, resolved := list[0].holds(newRequest("a:B", "", &Principal{Kind: KindUser, UserName: "bob"}, context,
		time.Unix(1.7e9, 0)))
	return ok && resolved
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func TestConditionOperators(t *testing.T) {
	list := func(s ...any) any { return s }
	for _, c := range []struct {
		operator string
		policy   any
		request  []string
		want     bool
	}{
		{"StringEquals", "a", []string{"a"}, true},
		{"StringEquals", "a", []string{"A"}, false},
		{"StringEquals", "a*", []string{"abc"}, false},
		{"StringEquals", list("x", "a"), []string{"a"}, true},
		{"StringEquals", "${aws:username}", []string{"bob"}, true},
		// A variable may have a default, also an empty one:
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
		{"StringEquals", "${aws:none, 'red'}", []string{"red"}, true},
		{"StringEquals", "x${aws:none, ''}", []string{"x"}, true},
		{"StringEquals", "x${aws:none, '}", []string{"x"}, false},
		{"StringEquals", "${aws:none}", []string{""}, false},
		{"StringEquals", list("${aws:none}", "a"), []string{"a"}, true},
		{"StringNotEquals", "a", []string{"b"}, true},
		{"StringNotEquals", list("x", "a"), []string{"a"}, false},
		{"StringNotEquals", "${aws:none}", []string{"b"}, false},
		{"StringEqualsIgnoreCase", "ABC", []string{"abc"}, true},
		{"StringNotEqualsIgnoreCase", "ABC", []string{"abc"}, false},
		{"StringLike", "a?c*", []string{"abcde"}, true},
		{"StringLike", "a?c*", []string{"ac"}, false},
		{"StringLike", "${*}", []string{"x"}, false},
		{"StringNotLike", "a*", []string{"abc"}, false},

		{"NumericEquals", "10", []string{"10.0"}, true},
		{"NumericEquals", 10, []string{"10"}, true},
		{"NumericNotEquals", "10", []string{"11"}, true},
		{"NumericLessThan", "10", []string{"9"}, true},
		{"NumericLessThan", "10", []string{"10"}, false},
		{"NumericLessThanEquals", "10", []string{"10"}, true},
		{"NumericGreaterThan", "10", []string{"9"}, false},
		{"NumericLessThanEquals", "10", []string{"11"}, false},
		{"NumericGreaterThan", "10", []string{"10"}, false},
		{"NumericGreaterThan", "10", []string{"11"}, true},
		{"NumericGreaterThanEquals", "10", []string{"10"}, true},
		{"NumericGreaterThanEquals", "10", []string{"9"}, false},
		{"NumericGreaterThanEquals", "10", []string{"ten"}, false},

		{"DateLessThan", "2026-01-31", []string{"2026-01-30T23:59:59Z"}, true},
		{"DateGreaterThan", "2020-01-01T00:00:01Z", []string{"1577836802"}, true},
		{"DateGreaterThan", "1577836802", []string{"2020-01-01T00:00:01Z"}, false},
		{"DateEquals", "2026-01-31T12:00:00+01:00", []string{"2026-01-31T11:00:00Z"}, true},
		// the examples of https://www.w3.org/TR/NOTE-datetime, to which AWS's page leads
		{"DateEquals", "1997", []string{"1997-01-01T00:00:00Z"}, true},
		{"DateEquals", "1997-07", []string{"1997-07-01T00:00:00Z"}, true},
		{"DateEquals", "1997-07-16", []string{"1997-07-16T00:00:00Z"}, true},
		{"DateEquals", "1997-07-16T19:20+01:00", []string{"1997-07-16T18:20:00Z"}, true},
		{"DateEquals", "1997-07-16T19:20:30+01:00", []string{"1997-07-16T18:20:30Z"}, true},
		{"DateEquals", "1997-07-16T19:20:30.45+01:00", []string{"1997-07-16T18:20:30.45Z"}, true},
		{"DateNotEquals", "2026", []string{"2026-01-01T00:00:00Z"}, false},

		{"Bool", "true", []string{"true"}, true},
		{"Bool", true, []string{"true"}, true},
		{"Bool", "False", []string{"false"}, true},
		{"Bool", "true", []string{"false"}, false},
		{"BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", []string{"QmluYXJ5VmFsdWVJbkJhc2U2NA=="}, true},

		{"IpAddress", "203.0.113.0/24", []string{"203.0.113.9"}, true},
		{"IpAddress", "203.0.113.0/24", []string{"::ffff:203.0.113.9"}, true},
		{"IpAddress", "203.0.113.7", []string{"203.0.113.9"}, false},
		{"IpAddress", "2001:db8::/32", []string{"2001:db8:1::2%eth0"}, true},
		{"IpAddress", "203.0.113.0/24", []string{"not an address"}, false},
		{"NotIpAddress", list("203.0.113.0/24", "2001:db8::/32"), []string{"198.51.100.1"}, true},

		{"ArnEquals", "arn:aws:sns:us-east-1:111122223333:*", []string{"arn:aws:sns:us-east-1:111122223333:t"}, true},
		{"ArnLike", "arn:aws:s3:::b*", []string{"arn:aws:s3:::bucket"}, true},
		{"ArnLike", "arn:aws:*:q", []string{"arn:aws:sqs:us-east-2:111122223333:q"}, false},
		{"ArnLike", "*", []string{"no arn"}, false},
		{"ArnNotLike", "arn:aws:s3:::b*", []string{"arn:aws:s3:::other"}, true},
		{"ArnNotEquals", "arn:aws:s3:::b", []string{"arn:aws:s3:::b"}, false},

		// A missing key: no match, unless the operator is negated.
		{"StringEquals", "a", nil, false},
		{"StringNotEquals", "a", nil, true},
		{"NotIpAddress", "203.0.113.0/24", nil, true},
		{"Bool", "false", nil, false},
		{"StringEquals", "a", []string{}, false},
		{"StringEqualsIfExists", "a", nil, true},
		{"StringEqualsIfExists", "a", []string{"b"}, false},
		{"BoolIfExists", "true", []string{"false"}, false},
		{"Null", "true", nil, true},
		{"Null", "false", nil, false},
		{"Null", "true", []string{"x"}, false},
		{"Null", false, []string{"x"}, true},

		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
		{"ForAllValues:StringEquals", list("a", "b"), []string{"a"}, true},
		{"ForAllValues:StringEquals", list("a", "b"), []string{"a", "c"}, false},
		{"ForAllValues:StringEquals", list("a", "b"), nil, true},
		{"ForAnyValue:StringEquals", list("a", "b"), []string{"c", "a"}, true},
		{"ForAnyValue:StringEquals", list("a", "b"), []string{"c"}, false},
		{"ForAnyValue:StringEquals", list("a", "b"), nil, false},
		{"ForAnyValue:StringEqualsIfExists", "a", nil, true},
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition_examples-multi-valued-context-keys.html
		{"ForAllValues:StringNotLike", "key1*", []string{"key1:legal"}, false},
		{"ForAllValues:StringNotLike", "key1*", []string{"key1:hr", "key1:personnel"}, false},
		{"ForAllValues:StringNotLike", "key1*", []string{"key2:audit"}, true},
		{"ForAllValues:StringNotLike", "key1*", nil, true},
		{"ForAnyValue:StringNotEquals", "a", []string{"a", "b"}, true},
		{"ForAnyValue:StringNotEquals", "a", []string{"a"}, false},
		{"ForAnyValue:StringNotEquals", "a", nil, false},
	} {
		t.Run(fmt.Sprintf("%s %v over %q", c.operator, c.policy, c.request), func(t *testing.T) {
			if got := holdsFor(t, c.operator, c.policy, c.request); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// The keys of a condition are joined by "and".
func TestConditionKeysAreJoinedByAnd(t *testing.T) {
	p, err := ParsePolicy(IdentityPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
		"Condition":{"StringEquals":{"a:x":"1","a:y":"2"},"Bool":{"a:z":"true"}}}}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x, y, z string
		want    grade
	}{{"1", "2", "true", gradeDirect}, {"1", "2", "false", gradeNone}, {"1", "3", "true", gradeNone},
		{"2", "2", "true", gradeNone}} {
		r := newRequest("a:B", "", &Anonymous, map[string][]string{"A:X": {c.x}, "a:y": {c.y}, "a:z": {c.z}},
			time.Time{})
		if got := p.grade(r); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
