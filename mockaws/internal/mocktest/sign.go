package mocktest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Sign signs a request that no SDK here makes, with its body's hash, by the signer of the SDK.
func Sign(ctx context.Context, creds aws.Credentials, r *http.Request, body, service, region string) error {
	sum := sha256.Sum256([]byte(body))
	return v4.NewSigner().SignHTTP(ctx, creds, r, hex.EncodeToString(sum[:]), service, region, time.Now())
}

// Answer sends a request and reads what is answered.
func Answer(t *testing.T, r *http.Request) (status int, body string, header http.Header) {
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
	return resp.StatusCode, string(data), resp.Header
}
