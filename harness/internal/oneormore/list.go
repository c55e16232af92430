// Package oneormore reads what the JSON of policies writes as one value or as a list.
package oneormore

import (
	"bytes"
	"encoding/json"
)

// List is one value, or a list of them
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
type List[T any] []T

// UnmarshalJSON takes either.
func (l *List[T]) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, (*[]T)(l))
	}
	var one T
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	*l = List[T]{one}
	return nil
}
