package project

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/hostproof/hostproof/mockaws/yamlerr"
)

// UnmarshalYAML takes a list of actions, which is all that most projects say about
// a role, or the keys of Role.
func (r *Role) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode(&r.Allow)
	}
	known := []string{"allow", "policies", "trust", "is"}
	for i := 0; node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
		if key := node.Content[i]; !slices.Contains(known, key.Value) {
			return fmt.Errorf("line %d: there is no key %q of a role; the keys are %s", key.Line, key.Value,
				strings.Join(known, ", "))
		}
	}
	type plain Role // without this method
	return node.Decode((*plain)(r))
}

// Decode reads YAML or JSON into a value of this package, such as a User. Unknown
// keys are errors; each error is one line.
func Decode(data []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	return yamlerr.InWords(dec.Decode(into), into)
}

// MarshalJSON writes the keys of the YAML form, with durations as texts ("10m0s").
func (p Project) MarshalJSON() ([]byte, error) {
	data, err := yaml.Marshal(p)
	if err != nil {
		return nil, err
	}
	var plain map[string]any
	if err := yaml.Unmarshal(data, &plain); err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Project) UnmarshalJSON(data []byte) error {
	type plain Project // without the methods
	return Decode(data, (*plain)(p))
}
