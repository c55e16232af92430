package harness_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
)

func TestProjectVariables(t *testing.T) {
	value := func(t *testing.T, host, name string, opts ...harness.Option) string {
		t.Helper()
		env, err := started(t, host, append(opts, harness.User("app"))...).Environment()
		if err != nil {
			t.Fatal(err)
		}
		v, _ := env.Lookup(name)
		return v
	}
	for _, row := range []struct {
		what, host, name, want string
		opts                   []harness.Option
	}{
		{"a runtime that shows them", "vercel", "MINE", "x", []harness.Option{harness.Set("MINE", "x")}},
		{"a runtime that shows them to builds alone", "amplify-no-role", "MINE", "",
			[]harness.Option{harness.Set("MINE", "x")}},
		{"the same, where the build writes them down", "amplify-no-role", "MINE", "x",
			[]harness.Option{harness.Set("MINE", "x"),
				harness.Baked()}},
		{"a build that shows them", "amplify-build", "MINE", "x", []harness.Option{harness.Set("MINE", "x")}},
		{"a host whose own values yield", "vercel", "VERCEL_ENV", "mine",
			[]harness.Option{harness.Set("VERCEL_ENV", "mine")}},
		{"a host whose own values stay", "lambda-snapstart", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1",
			[]harness.Option{harness.Set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "mine")}},
	} {
		if got := value(t, row.host, row.name, row.opts...); got != row.want && !(row.want == "http://127.0.0.1" &&
			strings.HasPrefix(got, row.want)) {
			t.Errorf("%s: got %q, want %q", row.what, got, row.want)
		}
	}
	for _, row := range []struct{ host, value, want string }{
		{"lambda", strings.Repeat("x", 4096),
			"host lambda takes variables of at most 4096 bytes together, names and values, and the project has 4099"},
		{"amplify-build", strings.Repeat("x", 5501),
			"host amplify-build takes variables of at most 5500 bytes, and BIG has 5501"},
	} {
		_, err := harness.Start(t.Context(), row.host, harness.User("app"), harness.WithMock("embedded"),
			harness.WithIsolation(isolation.Endpoint),
			harness.Set("BIG", row.value))
		var setting *harness.SettingError
		if !errors.As(err, &setting) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v", row.host, err)
		}
	}
}

// A program that lacks the project's variables gets a finding that says where they are.
func TestHiddenVariablesAreNamed(t *testing.T) {
	d := started(t, "amplify-no-role", harness.User("app", harness.KeyAs("MY_ID", "MY_SECRET")))
	r, err := d.Run(t.Context(),
		harness.Func("gives up",
			func(context.Context) error { return errors.New("Could not load credentials from any providers") }))
	if err != nil {
		t.Fatal(err)
	}
	unwrapped := strings.Join(strings.Fields(r.String()), " ")
	if len(r.Hidden) != 2 || !strings.Contains(unwrapped, "(MY_ID, MY_SECRET) are shown to builds") {
		t.Errorf("hidden %q\n%s", r.Hidden, r)
	}
}
