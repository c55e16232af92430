package iam

import (
	"cmp"
	"encoding/base64"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A condition is one operator with one key and its values.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type condition struct {
	name     string // the operator as written
	operator operator
	set      setOperator
	ifExists bool
	key      string // as written
	lowerKey string
	values   []pattern
}

// A setOperator says how a key with several values is compared.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
type setOperator int

const (
	anyOfKey setOperator = iota // no prefix
	forAllValues
	forAnyValue
)

// An operator compares a value of the request with one of the policy.
type operator struct {
	match     func(have, want string) bool
	negated   bool
	wildcards bool
	variables bool
	valid     func(want string) bool // nil: any text
	wants     string                 // what a valid value is
	null      bool
}

// operators are the operators by name, with their negations.
var operators = withNegations(map[string]operator{
	"StringEquals":           {match: exact, variables: true},
	"StringEqualsIgnoreCase": {match: strings.EqualFold, variables: true},
	"StringLike":             {match: like, wildcards: true, variables: true},
	"ArnEquals":              {match: matchARN, wildcards: true, variables: true},
	"ArnLike":                {match: matchARN, wildcards: true, variables: true},

	"NumericEquals":            numeric(func(order int) bool { return order == 0 }),
	"NumericLessThan":          numeric(func(order int) bool { return order < 0 }),
	"NumericLessThanEquals":    numeric(func(order int) bool { return order <= 0 }),
	"NumericGreaterThan":       numeric(func(order int) bool { return order > 0 }),
	"NumericGreaterThanEquals": numeric(func(order int) bool { return order >= 0 }),

	"DateEquals":            dated(func(order int) bool { return order == 0 }),
	"DateLessThan":          dated(func(order int) bool { return order < 0 }),
	"DateLessThanEquals":    dated(func(order int) bool { return order <= 0 }),
	"DateGreaterThan":       dated(func(order int) bool { return order > 0 }),
	"DateGreaterThanEquals": dated(func(order int) bool { return order >= 0 }),

	"Bool":         {match: strings.EqualFold, valid: isBool, wants: "true or false"},
	"Null":         {valid: isBool, wants: "true or false", null: true},
	"BinaryEquals": {match: exact, valid: isBase64, wants: "base64"},
	"IpAddress":    {match: matchIP, valid: isRange, wants: "an IP address or a CIDR range"},
})

// negations are the operators that hold where another one does not.
var negations = map[string]string{
	"StringNotEquals":           "StringEquals",
	"StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
	"StringNotLike":             "StringLike",
	"ArnNotEquals":              "ArnEquals",
	"ArnNotLike":                "ArnLike",
	"NumericNotEquals":          "NumericEquals",
	"DateNotEquals":             "DateEquals",
	"NotIpAddress":              "IpAddress",
}

func withNegations(all map[string]operator) map[string]operator {
	for name, negated := range negations {
		o := all[negated]
		o.negated = true
		all[name] = o
	}
	return all
}

func exact(have, want string) bool { return have == want }

func like(have, want string) bool { return glob(want, have) }

// numeric compares numbers, whose order is negative, zero or positive.
func numeric(holds func(order int) bool) operator {
	return operator{valid: isNumber, wants: "a number", match: func(have, want string) bool {
		h, errHave := strconv.ParseFloat(have, 64)
		w, errWant := strconv.ParseFloat(want, 64)
		return errHave == nil && errWant == nil && holds(cmp.Compare(h, w))
	}}
}

// dated compares points in time.
func dated(holds func(order int) bool) operator {
	return operator{
		valid: isDate, wants: "a date in ISO 8601 or seconds since 1970",
		match: func(have, want string) bool {
			h, okHave := parseDate(have)
			w, okWant := parseDate(want)
			return okHave && okWant && holds(h.Compare(w))
		},
	}
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func isDate(s string) bool {
	_, ok := parseDate(s)
	return ok
}

func isBool(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}

func isRange(s string) bool {
	_, ok := parseRange(s)
	return ok
}

// matchARN compares the six parts of two ARNs; a text that is no ARN matches none.
func matchARN(have, want string) bool {
	return strings.HasPrefix(have, "arn:") && globARN(want, have)
}

func matchIP(have, want string) bool {
	ip, err := netip.ParseAddr(have)
	if err != nil {
		return false
	}
	r, ok := parseRange(want)
	return ok && r.Contains(ip.Unmap().WithZone(""))
}

func parseRange(s string) (netip.Prefix, bool) {
	if ip, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(ip, ip.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil
}

var dateForms = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15Z07:00", time.DateOnly, "2006-01",
	"20060102T150405Z",
}

func parseDate(s string) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) != 4 {
		return time.Unix(n, 0), true
	}
	for _, form := range dateForms {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	t, err := time.Parse("2006", s)
	return t, err == nil
}

// conditions reads a Condition element: operator -> key -> values.
func (r *reader) conditions(at string, v any) []condition {
	blocks, ok := object(v)
	if !ok {
		r.problem("%s must be an object, not %s", at, typeName(v))
		return nil
	}
	var list []condition
	for _, name := range sortedKeys(blocks) {
		c, ok := readOperator(name)
		if !ok {
			r.problem("%s: unknown operator %q%s", at, name, nearestOperator(name))
			continue
		}
		keys, ok := object(blocks[name])
		if !ok {
			r.problem("%s.%s must be an object, not %s", at, name, typeName(blocks[name]))
			continue
		}
		for _, key := range sortedKeys(keys) {
			c := c
			c.key, c.lowerKey = key, strings.ToLower(key)
			if !strings.Contains(key, ":") {
				r.problem("%s.%s: %q is no condition key: they have the form prefix:Name", at, name, key)
			}
			for _, want := range r.strings(at+"."+name+"."+key, keys[key]) {
				if c.operator.valid != nil && !c.operator.valid(want) {
					r.problem("%s.%s.%s: %q is not %s", at, name, key, want, c.operator.wants)
				}
				c.values = append(c.values, compile(want, c.operator.wildcards, r.variables && c.operator.variables))
			}
			list = append(list, c)
		}
	}
	return list
}

func readOperator(name string) (condition, bool) {
	c := condition{name: name}
	rest, ok := strings.CutPrefix(name, "ForAllValues:")
	if ok {
		c.set = forAllValues
	} else if rest, ok = strings.CutPrefix(name, "ForAnyValue:"); ok {
		c.set = forAnyValue
	}
	if rest, ok = strings.CutSuffix(rest, "IfExists"); ok {
		c.ifExists = true
	}
	c.operator, ok = operators[rest]
	return c, ok && !(c.operator.null && c.ifExists)
}

func nearestOperator(name string) string {
	for _, known := range sortedKeys(operators) {
		if strings.EqualFold(known, name) {
			return " (did you mean " + known + "?)"
		}
	}
	return ""
}

// holds reports whether a request meets the condition. resolved is false where
// a value has a variable that the request has no value for: the statement then
// applies to nothing.
func (c *condition) holds(r *request) (ok, resolved bool) {
	have, present := r.value(c.lowerKey)
	present = present && len(have) > 0
	if c.operator.null {
		return slices.ContainsFunc(c.values, func(p pattern) bool {
			return strings.EqualFold(p.source, "true") == !present
		}), true
	}
	if !present {
		if c.ifExists || c.set == forAllValues {
			return true, true
		}
		return c.operator.negated && c.set != forAnyValue, true
	}
	// A value matches if it equals one value of the policy, or, of a negated
	// operator, if it equals none.
	matches := func(value string) bool {
		for i := range c.values {
			want, ok := c.values[i].expand(r)
			if !ok {
				resolved = false
				continue
			}
			if c.operator.match(value, want) {
				return !c.operator.negated
			}
		}
		return c.operator.negated
	}
	resolved = true
	switch {
	case c.set == forAllValues, c.set == anyOfKey && c.operator.negated:
		ok = !slices.ContainsFunc(have, func(v string) bool { return !matches(v) })
	default:
		ok = slices.ContainsFunc(have, matches)
	}
	return ok, resolved || ok && !c.operator.negated
}
