package deploy

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/project"
)

// TestWhatAHostOffersARoleBy: a host's endpoints, sessions and web identities give its
// role, and nothing else does: not an endpoint that hands out no credentials, nor a session
// that ended before the program began.
func TestWhatAHostOffersARoleBy(t *testing.T) {
	for name, want := range map[string][]string{
		"ecs-ec2":                 {"role task by its ecs endpoint", "role instance by its imds endpoint"},
		"lambda":                  {"role execution by variables or files"},
		"eks-irsa":                {"role node by its imds endpoint", "role app by web identity"},
		"amplify-baked-expired":   nil,
		"amplify-passrole-denied": {"role compute by variables or files"},
		"local":                   nil,
		"gitlab-ci":               {"role app by web identity"},
		"cloud-run":               nil,
	} {
		h, err := fixtures.Builtin().Host(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := offers(h); !slices.Equal(got, want) {
			t.Errorf("%s offers %q, want %q", name, got, want)
		}
	}
}

// TestWhatIsSecret: each value that lets a caller in is a secret, the ones that the host
// puts into a request as well, and none is shorter than 16 characters.
func TestWhatIsSecret(t *testing.T) {
	d := start(t, "vercel-oidc", project.Project{Users: []project.User{{Name: "other", Bearer: "B"}}})
	headers, err := d.RequestHeaders()
	if err != nil {
		t.Fatal(err)
	}
	header := headers.Get("x-vercel-oidc-token")
	if err := d.ids.renewTokens(); err != nil {
		t.Fatal(err)
	}
	secrets, err := d.ids.secretValues(t.Context(), map[string]string{"MINE": strings.Repeat("m", 16),
		"SHORT": strings.Repeat("s", 15)})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"the header": header, "the project's own": strings.Repeat("m", 16),
		"the token": d.ids.tokens["vercel"], "the bearer token": d.ids.bearerOf("other"),
		"the user's key": d.ids.values()["user.secretAccessKey"]}
	for what, value := range want {
		if len(value) < 16 || !slices.Contains(secrets, value) {
			t.Errorf("%s, %d characters, is no secret", what, len(value))
		}
	}
	if i := slices.IndexFunc(secrets, func(s string) bool { return len(s) < 16 }); i >= 0 || !slices.IsSorted(secrets) {
		t.Errorf("secret %d is short, or they are in no order", i)
	}
	if k := d.ids.known(); !slices.Equal(k.RequestHeaders, []string{"x-vercel-oidc-token"}) ||
		!slices.Contains(k.Roles, "role app by web identity") ||
		!slices.Contains(slices.Collect(maps.Values(k.Headers)), "x-vercel-oidc-token") {
		t.Errorf("%+v", k)
	}
}

// TestOffersSayWhoseTheyAre: a diagnosis knows of each place which credentials it has
// handed out and to whom they belong.
func TestOffersSayWhoseTheyAre(t *testing.T) {
	d := start(t, "lambda", project.Project{Users: []project.User{{Name: "second", Key: []string{"K", "S"}}}})
	account, session := d.site.project.Account, d.ids.sessions["fn"]
	second, _ := d.ids.keyOf("second")
	got := map[string][]string{}
	for _, o := range d.ids.offered() {
		if len(o.KeyIDs) == 1 {
			got[o.KeyIDs[0]] = append([]string{o.Principal}, o.Variables...)
		}
	}
	want := map[string][]string{
		session.KeyID: {"arn:aws:sts::" + account + ":assumed-role/app-execution/app", "AWS_ACCESS_KEY_ID",
			"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"},
		second.KeyID: {"arn:aws:iam::" + account + ":user/second", "K", "S"},
	}
	for id, is := range want {
		if !reflect.DeepEqual(got[id], is) {
			t.Errorf("%s is of %q, want %q: %q", id, got[id], is, got)
		}
	}
}

// TestEndpointsWithoutARoleOfferNone: an endpoint from which the role was taken is a place
// to ask, and the role is not what it gives.
func TestEndpointsWithoutARoleOfferNone(t *testing.T) {
	d := start(t, "ecs-fargate", project.Project{WithoutRole: []string{"task"}})
	i := slices.IndexFunc(d.ids.offered(), func(o diagnose.Offered) bool { return o.Endpoint == "task" })
	if i < 0 {
		t.Fatal("the endpoint is no offer")
	}
	if o := d.ids.offered()[i]; o.Role != "" || !strings.HasSuffix(o.Name, ", which has no role here") ||
		len(o.KeyIDs) != 0 {
		t.Errorf("%+v", o)
	}
}
