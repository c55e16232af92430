package explain_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/explain"
)

// TestClockWindowOfNoService: a request that neither host, target nor credential
// scope tells the service of is held to what holds "in most cases, a request must
// reach AWS within five minutes":
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
func TestClockWindowOfNoService(t *testing.T) {
	const window = 5 * time.Minute
	for _, ahead := range []time.Duration{-window - time.Second, -window, 0, window, window + time.Second} {
		t.Run(fmt.Sprint(ahead), func(t *testing.T) {
			input := "POST / HTTP/1.1\nHost: gateway.internal\nX-Amz-Target: Acme_20200101.Do\nX-Amz-Date: " +
				signedAt.Add(ahead).Format("20060102T150405Z") + "\nAuthorization: AWS4-HMAC-SHA256 Credential=" +
				keyID +
				", SignedHeaders=host;x-amz-date, Signature=aa\n\n" + answered("403 Forbidden", "X", "x", signedAt)
			r := explained(t, input, explain.Options{})
			if r.Service != "" {
				t.Fatalf("the service is %s, and should not be known", r.Service)
			}
			found := finding(r, diagnose.ClockSkew)
			if wrong := ahead.Abs() > window; (found != nil) != wrong {
				t.Errorf("got %+v, want it said: %v", found, wrong)
			}
		})
	}
}
