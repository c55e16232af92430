package harness_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// TestVariantsOfAHost: a customer's host under a name of its own is diagnosed as
// the host that it extends.
func TestVariantsOfAHost(t *testing.T) {
	const rest = "title: A customer's site\nsummary: A copy.\nbasis: The host that it extends.\nnotSimulated: []\n"
	catalog, err := fixtures.Builtin().Extend(fstest.MapFS{
		"hosts/the-shop/host.yaml":   {Data: []byte("name: the-shop\nextends: amplify-no-role\n" + rest)},
		"hosts/the-worker/host.yaml": {Data: []byte("name: the-worker\nextends: vercel\n" + rest)},
	})
	if err != nil {
		t.Fatal(err)
	}
	noCredentials := harness.Func("app", func(context.Context) error {
		return errors.New("Could not load credentials from any providers")
	})
	user := harness.User("app", harness.Allow("*"), harness.KeyAs("MY_ID", "MY_SECRET"))
	for _, row := range []struct {
		original, variant string
		subject           harness.Subject
		kind              ledger.Kind
		says              string
	}{
		{"amplify-no-role", "the-shop", noCredentials, diagnose.NoCall,
			"A program gets credentials from a compute role only"},
		{"vercel", "the-worker", whoAmI(given("MY_ID", "MY_SECRET", "AWS_SESSION_TOKEN")), diagnose.MixedCredentials,
			"The platform sets that variable for its own use"},
	} {
		var said []string
		for _, host := range []string{row.original, row.variant} {
			d := harness.StartTest(t, host, harness.WithFixtures(catalog), user, harness.WithIsolation("endpoint"))
			r, err := d.Run(t.Context(), row.subject)
			if err != nil {
				t.Fatal(err)
			}
			finding := find(r, row.kind)
			if finding == nil {
				t.Fatalf("%s: no finding %s: %v", host, row.kind, r)
			}
			if !strings.Contains(finding.Why, row.says) || !strings.HasPrefix(finding.Source, "https://") {
				t.Errorf("%s: says %q, see %q; want %q", host, finding.Why, finding.Source, row.says)
			}
			said = append(said, finding.Change+finding.Source)
		}
		if said[0] != said[1] {
			t.Errorf("%s and %s differ:\n%s\n%s", row.original, row.variant, said[0], said[1])
		}
	}
}
