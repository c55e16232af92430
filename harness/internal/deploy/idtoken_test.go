package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/project"
)

// identityToken asks GitHub's endpoint for a token, as a job with id-token: write may.
func identityToken(t *testing.T, d *Deployment) string {
	t.Helper()
	env, err := d.Environment()
	if err != nil {
		t.Fatal(err)
	}
	url, _ := env.Lookup("ACTIONS_ID_TOKEN_REQUEST_URL")
	bearer, _ := env.Lookup("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"&audience=sts.amazonaws.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+bearer)
	res, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct{ Value string }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer.Value
}

// A program may print the token that it was given and never send it: the action that
// assumes a role has it masked in the job's log.
func TestAnIdentityTokenThatIsOnlyPrintedStaysSecret(t *testing.T) {
	d := start(t, "github-actions-oidc", project.Project{})
	var token string
	r, err := d.Run(t.Context(), Func("print", func(context.Context) error {
		token = identityToken(t, d)
		return errors.New("::add-mask::" + token)
	}))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(token, ".") != 2 {
		t.Fatalf("the endpoint gave no token but %d characters", len(token))
	}
	if strings.Contains(r.String(), token) || strings.Contains(r.Scrub(token), token) {
		t.Error("the result has the token")
	}
}
