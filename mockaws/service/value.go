package service

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

// number reads a JSON number; anything else is 0.
func number(v any) int {
	f, _ := v.(float64)
	return int(f)
}

// mustJSON encodes values that this package made: maps, strings and numbers.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("service: a value of our own does not encode: " + err.Error())
	}
	return b
}

// fingerprint is a short stable name for a text.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// embedding is a vector of 8 numbers in [-1, 1) computed from a text.
func embedding(text string) []float64 {
	sum := sha256.Sum256([]byte(text))
	out := make([]float64, 8)
	for i := range out {
		out[i] = float64(int8(sum[i])) / 128
	}
	return out
}
