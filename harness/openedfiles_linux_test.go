package harness_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/harness/need"
)

// Which of the host's files a program opens is seen under both isolations that run
// programs of this machine, in the home directory and elsewhere.
func TestOpenedFiles(t *testing.T) {
	for _, mode := range []isolation.Mode{isolation.Endpoint, isolation.Sandbox} {
		for _, row := range []struct {
			host, script string
			want         map[string]string // by the file as the host declares it
		}{
			{"local-process", "true", map[string]string{"~/bin/credentials": "", "~/.aws/config": ""}},
			{"local-process", "cat ~/.aws/config", map[string]string{"~/bin/credentials": "",
				"~/.aws/config": "opened"}},
			{"local-process", "~/bin/credentials >/dev/null",
				map[string]string{"~/bin/credentials": "opened", "~/.aws/config": ""}},
			{"eks-irsa", "test -e $AWS_WEB_IDENTITY_TOKEN_FILE",
				map[string]string{"/var/run/secrets/eks.amazonaws.com/serviceaccount/token": ""}},
			{"eks-irsa", "cat $AWS_WEB_IDENTITY_TOKEN_FILE >/dev/null",
				map[string]string{"/var/run/secrets/eks.amazonaws.com/serviceaccount/token": "opened"}},
		} {
			t.Run(string(mode)+" "+row.host+" "+row.script, func(t *testing.T) {
				if mode == isolation.Sandbox {
					if err := isolation.Available(); err != nil {
						need.Missing(t, "sandbox", err)
					}
				}
				before := time.Now()
				d := harness.StartTest(t, row.host, harness.WithIsolation(mode))
				r, err := d.Run(t.Context(), harness.Command("sh", "-c", row.script))
				if err != nil {
					t.Fatal(err)
				}
				for declared, want := range row.want {
					i := slices.IndexFunc(r.Files, func(f ledger.FileAccess) bool { return f.Declared == declared })
					if i < 0 || !r.Files[i].Seen {
						t.Errorf("%s is not seen: %+v", declared, r.Files)
						continue
					}
					if f := r.Files[i]; (f.Count > 0) != (want == "opened") {
						t.Errorf("%s: %+v, want %q", declared, f, want)
					} else if f.Count > 0 && (f.First.Before(before) || f.Last.After(time.Now())) {
						t.Errorf("%s was opened from %v to %v", declared, f.First, f.Last)
					}
				}
			})
		}
	}
}

// A token that is put in its place while the program runs is still seen.
func TestOpenedFilesThatRotate(t *testing.T) {
	d := harness.StartTest(t, "eks-irsa", harness.WithIsolation(isolation.Endpoint))
	ready := filepath.Join(t.TempDir(), "ready")
	x, err := d.Serve(t.Context(), harness.Command("sh", "-c",
		"while ! [ -e "+ready+" ]; do sleep 0.02; done; cat $AWS_WEB_IDENTITY_TOKEN_FILE"), 8080)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.RotateTokens(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ready, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	<-x.Done()
	r, err := x.Close()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Files) != 1 || !r.Files[0].Seen || r.Files[0].Count == 0 {
		t.Errorf("got %+v", r.Files)
	}
}

// What STS gives ends when the project says so, whatever the program asks for.
func TestLifetimeOfWhatSTSGives(t *testing.T) {
	d := harness.StartTest(t, "eks-irsa", harness.Lifetime("sts", 8*time.Second))
	r, err := d.Run(t.Context(), harness.Func("assume", assumeWithToken))
	if err != nil || r.Err != nil {
		t.Fatal(err, r.Err)
	}
	for _, row := range r.Ledger {
		if len(row.Issued) == 1 {
			issue := row.Issued[0]
			if lasts := issue.End.Sub(issue.First).Round(time.Second); lasts != 8*time.Second {
				t.Errorf("lasts %v", lasts)
			}
			return
		}
	}
	t.Errorf("no place has handed anything out: %s", strings.TrimSpace(r.String()))
}

// assumeWithToken asks STS for the role of a pod, as SDKs do.
func assumeWithToken(ctx context.Context) error {
	token, err := os.ReadFile(os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE"))
	if err != nil {
		return err
	}
	form := url.Values{"Action": {"AssumeRoleWithWebIdentity"}, "Version": {"2011-06-15"},
		"RoleArn": {os.Getenv("AWS_ROLE_ARN")}, "RoleSessionName": {"test"}, "WebIdentityToken": {string(token)}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("AWS_ENDPOINT_URL_STS"),
		strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("STS answers %s", answer.Status)
	}
	return nil
}
