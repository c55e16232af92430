package oneormore_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/hostproof/hostproof/harness/internal/oneormore"
)

func TestList(t *testing.T) {
	for text, want := range map[string][]string{`"a"`: {"a"}, ` [ "a", "b" ]`: {"a", "b"}, `[]`: {}} {
		var got oneormore.List[string]
		if err := json.Unmarshal([]byte(text), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %q and %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`1`, `[1]`, `{"a": "b"}`} {
		var got oneormore.List[string]
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s: got %q, want an error", text, got)
		}
	}
	var objects oneormore.List[struct{ Effect string }]
	if err := json.Unmarshal([]byte(`{"Effect": "Allow"}`), &objects); err != nil || len(objects) != 1 ||
		objects[0].Effect != "Allow" {
		t.Errorf("got %v and %v", objects, err)
	}
}
