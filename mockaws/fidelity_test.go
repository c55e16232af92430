package mockaws_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hostproof/hostproof/mockaws/verdict"
)

// signedForm is a call of the Query protocol that an SDK's signer signed.
func signedForm(t *testing.T, url, service, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = service + ".amazonaws.com"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	err = v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE",
		SecretAccessKey: rightSecret}, r, hashOf(body), service, "us-east-1", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sent(t *testing.T, r *http.Request) (status int, body string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}

const callerIdentity = "Action=GetCallerIdentity&Version=2011-06-15"

// TestSpacesInPlaceOfCommas: the components of the Authorization header can be set apart by
// spaces alone, as Scylla's test_expired_signature does, which its authors run against DynamoDB.
func TestSpacesInPlaceOfCommas(t *testing.T) {
	server, url := judged(t, unlistedSeed)
	r := signedForm(t, url, "sts", callerIdentity)
	r.Header.Set("Authorization", strings.ReplaceAll(r.Header.Get("Authorization"), ",", ""))
	if status, body := sent(t, r); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	r = signedForm(t, url, "sts", callerIdentity)
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "Signature=", "Signature=0", 1))
	r.Header.Set("Authorization", strings.ReplaceAll(r.Header.Get("Authorization"), ",", ""))
	if status, body := sent(t, r); status != 403 ||
		last(t, server).Verdict.Refusal.Reason != verdict.SignatureMismatch {
		t.Errorf("a wrong signature: %d %s", status, body)
	}
}

// TestVersionsOfTheAPI: STS and IAM have one version each; what a call of another comes to is
// likely, and the answer names it.
func TestVersionsOfTheAPI(t *testing.T) {
	server, url := judged(t, unlistedSeed)
	for _, row := range []struct {
		service, body, message string
		status                 int
	}{
		{"sts", callerIdentity, "", 200},
		{"sts", "Action=GetCallerIdentity&Version=2000-01-01",
			"Could not find operation GetCallerIdentity for version 2000-01-01", 400},
		{"sts", "Action=GetCallerIdentity",
			"Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED", 400},
		{"iam", "Action=ListUsers&Version=2011-06-15", "Could not find operation ListUsers for version 2011-06-15",
			400},
	} {
		status, body := sent(t, signedForm(t, url, row.service, row.body))
		e := last(t, server)
		if status != row.status || row.message != "" && (!strings.Contains(body, "<Code>InvalidAction</Code>") ||
			!strings.Contains(body, row.message) || e.Confidence != "L") {
			t.Errorf("%s %s: %d %s (confidence %s)", row.service, row.body, status, body, e.Confidence)
		}
	}
}
