package harness_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
)

// TestRedeployKeepsTheProject moves a project from an app without a role to one
// with a compute role: its user keeps the key, the journal goes on, and the new
// variables are there.
func TestRedeployKeepsTheProject(t *testing.T) {
	var keys []string
	look := harness.Func("look", func(context.Context) error {
		keys = append(keys, os.Getenv("MY_AWS_ACCESS_KEY_ID"), os.Getenv("AWS_ACCESS_KEY_ID"))
		return nil
	})
	d := harness.StartTest(t, "amplify-no-role", harness.WithIsolation(isolation.Endpoint), harness.Baked(),
		harness.User("app", harness.Allow("s3:*"), harness.KeyAs("MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY")))
	for _, host := range []string{"", "amplify-compute-role", "amplify-no-role"} {
		if host != "" {
			if err := d.Redeploy(t.Context(), host); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Run(t.Context(), look); err != nil {
			t.Fatal(err)
		}
	}
	if keys[0] == "" || keys[0] != keys[2] || keys[2] != keys[4] {
		t.Errorf("the user's key changed: %q", keys)
	}
	if keys[1] != "" || !strings.HasPrefix(keys[3], "ASIA") || keys[5] != "" {
		t.Errorf("the host's key: %q, %q, %q", keys[1], keys[3], keys[5])
	}
}

func TestRedeployRefusesWhatItCannotChange(t *testing.T) {
	d := harness.StartTest(t, "local", harness.WithIsolation(isolation.Endpoint))
	var setting *harness.SettingError
	for name, opt := range map[string]harness.Option{"another user": harness.User("more"),
		"another account": harness.With(harness.Project{Account: "222233334444"})} {
		if err := d.Redeploy(t.Context(), "local", opt); !errors.As(err, &setting) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := d.Redeploy(t.Context(), "locl"); !errors.As(err, &setting) || !strings.Contains(err.Error(), "local") {
		t.Errorf("unknown host: %v", err)
	}
}

// TestRedeployKeepsSettings: the settings of Start apply again, those of Redeploy come
// on top, and what the first deployment has is not changed by them.
func TestRedeployKeepsSettings(t *testing.T) {
	set := harness.Project{Set: map[string]string{"A": "1"}, Faults: []string{"s3:*:throttle"}}
	d := harness.StartTest(t, "local", harness.WithIsolation(isolation.Endpoint), harness.With(set))
	if err := d.Redeploy(t.Context(), "local", harness.Set("B", "2"), harness.User("more")); err == nil {
		t.Fatal("another user was taken")
	}
	if env := environment(t, d); env["A"] != "1" || env["B"] != "" {
		t.Errorf("after a Redeploy that was refused: A=%q B=%q", env["A"], env["B"])
	}
	if err := d.Redeploy(t.Context(), "local", harness.Set("B", "2"), harness.Faults("sqs:*:throttle")); err != nil {
		t.Fatal(err)
	}
	if env := environment(t, d); env["A"] != "1" || env["B"] != "2" || set.Set["B"] != "" {
		t.Errorf("after Redeploy: A=%q B=%q, and the project has %v", env["A"], env["B"], set.Set)
	}
	if planned, err := d.Mock().Admin.Faults(t.Context()); err != nil || len(planned) != 2 {
		t.Errorf("faults %v, %v, want the two", planned, err)
	}
}

func environment(t *testing.T, d *harness.Deployment) map[string]string {
	t.Helper()
	env, err := d.Environment()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, v := range env.Variables() {
		out[v.Name] = v.Value
	}
	return out
}

// TestClockIsASetting: AWS's time is ahead from the start, and Redeploy does not
// move it again.
func TestClockIsASetting(t *testing.T) {
	d := harness.StartTest(t, "local", harness.WithIsolation(isolation.Endpoint),
		harness.With(harness.Project{Clock: 20 * time.Hour}))
	for _, when := range []string{"start", "Redeploy"} {
		if ahead := time.Until(d.Now()); ahead < 19*time.Hour || ahead > 21*time.Hour {
			t.Errorf("after %s it is %v ahead", when, ahead)
		}
		if err := d.Redeploy(t.Context(), "local"); err != nil {
			t.Fatal(err)
		}
	}
}
