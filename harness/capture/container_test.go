package capture

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// TestContainerEndpointsGetTheirToken: the token of the file, without its line feed, or else
// the one of the variable, is sent as it is, and the fields of the answer are described in
// the order of their names.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
func TestContainerEndpointsGetTheirToken(t *testing.T) {
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization")
		_, _ = fmt.Fprint(w, `{"Token": "t", "AccessKeyId": "ASIA", "Number": 1, "Expiration": "2026-11-30T12:00:00Z"}`)
	}))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("of-the-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "TRUE")
	t.Setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "")
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.URL+"/v1/credentials")
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "of-the-variable")
	for file, want := range map[string]string{
		"": "of-the-variable", path: "of-the-file", filepath.Join(t.TempDir(), "none"): "of-the-variable",
	} {
		t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file)
		endpoints := (&observer{salter: newSalter()}).endpoints(t.Context())
		if len(endpoints) != 1 || got != "GET /v1/credentials "+want {
			t.Fatalf("%d endpoints, asked with %s, want %s", len(endpoints), got, want)
		}
		e := endpoints[0]
		var names string
		for _, f := range e.Fields {
			names += f.Name + " "
		}
		if e.Kind != "container" || e.Variable != "AWS_CONTAINER_CREDENTIALS_FULL_URI" || !e.Answered ||
			names != "AccessKeyId Expiration Token " {
			t.Errorf("%+v", e)
		}
	}
}

// TestNetworkErrorsWithoutAddresses: why an endpoint did not answer is told in words of ours.
func TestNetworkErrorsWithoutAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"dial tcp 10.1.2.3:80: connect: connection refused":       "refused",
		"dial tcp 10.1.2.3:80: connect: network is unreachable":   "unreachable",
		"dial tcp 10.1.2.3:80: connect: no route to host":         "unreachable",
		"dial tcp: lookup db.example.internal: no such host":      "failed",
		"read tcp 10.1.2.3:80: read: connection reset by peer":    "failed",
		"dial tcp 10.1.2.3:80: connect: host is unreachable here": "unreachable",
	} {
		if got := networkError(fmt.Errorf("%s", text)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := networkError(os.ErrDeadlineExceeded); got != "timed out" {
		t.Error(got)
	}
}
