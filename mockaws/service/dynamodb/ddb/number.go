package ddb

import (
	"strings"
)

// Numbers have up to 38 significant digits and magnitudes from 1E-130 to
// 9.9999999999999999999999999999999999999E+125
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// canonicalNumber writes a number without exponent, leading plus or zeros that
// say nothing: "-1.50e1" becomes "-15".
func canonicalNumber(text string) (string, error) {
	digits, exponent, negative, ok := scanNumber(text)
	if !ok {
		if text == "" {
			return "", fail("The parameter cannot be converted to a numeric value")
		}
		return "", fail("The parameter cannot be converted to a numeric value: %s", text)
	}
	return formatNumber(digits, exponent, negative)
}

// scanNumber reads [+-]digits[.digits][e[+-]digits] as digits × 10^exponent.
func scanNumber(text string) (digits string, exponent int, negative, ok bool) {
	rest := text
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		negative, rest = rest[0] == '-', rest[1:]
	}
	mantissa, power, hasPower := cutAny(rest, "eE")
	whole, fraction, hasPoint := strings.Cut(mantissa, ".")
	if !isDigits(whole+fraction) || hasPoint && fraction == "" && whole == "" {
		return "", 0, false, false
	}
	if hasPower {
		sign := 1
		if power != "" && (power[0] == '-' || power[0] == '+') {
			if power[0] == '-' {
				sign = -1
			}
			power = power[1:]
		}
		if !isDigits(power) {
			return "", 0, false, false
		}
		exponent = sign * clampedInt(power)
	}
	return whole + fraction, exponent - len(fraction), negative, true
}

func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// clampedInt reads digits; what is far out of every range stays so.
func clampedInt(digits string) int {
	n := 0
	for _, d := range digits {
		if n = n*10 + int(d-'0'); n > 1_000_000 {
			return 1_000_000
		}
	}
	return n
}

// formatNumber writes digits × 10^exponent, or says why DynamoDB does not take
// it.
func formatNumber(digits string, exponent int, negative bool) (string, error) {
	digits = strings.TrimLeft(digits, "0")
	trimmed := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(trimmed)
	if digits = trimmed; digits == "" {
		return "0", nil
	}
	switch magnitude := exponent + len(digits) - 1; {
	case magnitude > maxExponent:
		return "", fail("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case magnitude < minExponent:
		return "", fail("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	case len(digits) > maxDigits:
		return "", fail("Attempting to store more than 38 significant digits in a Number")
	}
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	switch point := len(digits) + exponent; {
	case exponent >= 0:
		b.WriteString(digits + strings.Repeat("0", exponent))
	case point > 0:
		b.WriteString(digits[:point] + "." + digits[point:])
	default:
		b.WriteString("0." + strings.Repeat("0", -point) + digits)
	}
	return b.String(), nil
}

// compareNumbers orders canonical numbers.
func compareNumbers(a, b string) int {
	aNegative, bNegative := strings.HasPrefix(a, "-"), strings.HasPrefix(b, "-")
	switch {
	case aNegative && bNegative:
		return compareMagnitudes(b[1:], a[1:])
	case aNegative:
		return -1
	case bNegative:
		return 1
	}
	return compareMagnitudes(a, b)
}

func compareMagnitudes(a, b string) int {
	aWhole, aFraction, _ := strings.Cut(a, ".")
	bWhole, bFraction, _ := strings.Cut(b, ".")
	if d := len(aWhole) - len(bWhole); d != 0 {
		return d
	}
	if d := strings.Compare(aWhole, bWhole); d != 0 {
		return d
	}
	return strings.Compare(aFraction, bFraction)
}

// numberSize is about one byte for two significant digits, and one more.
func numberSize(canonical string) int {
	digits := strings.Trim(strings.ReplaceAll(strings.TrimPrefix(canonical, "-"), ".", ""), "0")
	return (len(digits)+1)/2 + 1
}
