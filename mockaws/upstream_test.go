package mockaws_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/internal/mocktest"
)

// TestFrontDoor puts the mock before a server that takes any signature.
func TestFrontDoor(t *testing.T) {
	w := mocktest.New(t)
	var reached []string
	behind := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		reached = append(reached, r.Method+" "+r.RequestURI+" "+r.Header.Get("X-Amz-Target"))
		if r.Header.Get("X-Amz-Target") != "" {
			rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
			fmt.Fprint(rw, `{"trailList": [{"Name": "from upstream"}]}`)
			return
		}
		rw.Header().Set("X-Upstream", "yes")
		_, _ = io.WriteString(rw, "from upstream")
	}))
	defer behind.Close()
	address, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"s3", "cloudtrail"} {
		if err := w.AddUpstream(mockaws.Upstream{Service: name, URL: address}); err != nil {
			t.Fatal(err)
		}
	}
	good := w.Config(w.User.KeyID, w.User.Secret, "")

	out, err := s3.NewFromConfig(good).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("a key")})
	if err != nil {
		t.Fatal(err)
	}
	if data, _ := io.ReadAll(out.Body); string(data) != "from upstream" {
		t.Errorf("got %q", data)
	}
	// An operation that only the upstream has.
	trails, err := cloudtrail.NewFromConfig(good).DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	if err != nil || len(trails.TrailList) != 1 || *trails.TrailList[0].Name != "from upstream" {
		t.Errorf("got %v, %v", trails, err)
	}
	if e := w.Last(t); !e.Verdict.Accepted || e.Action != "cloudtrail:DescribeTrails" {
		t.Errorf("exchange: %s", &e)
	}

	bad := w.Config(w.User.KeyID, w.User.Secret, w.Platform.Token)
	if _, err := s3.NewFromConfig(bad).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")}); err == nil || !strings.Contains(err.Error(), "InvalidToken") {
		t.Errorf("got %v", err)
	}
	if len(reached) != 2 || reached[0] != "GET /b/a%20key?x-id=GetObject " {
		t.Errorf("the upstream saw %q", reached)
	}
}

func TestUpstreamThatIsDown(t *testing.T) {
	w := mocktest.New(t)
	if err := w.AddUpstream(mockaws.Upstream{Service: "s3", URL: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}}); err != nil {
		t.Fatal(err)
	}
	_, err := s3.NewFromConfig(w.Config(w.User.KeyID, w.User.Secret, "")).ListBuckets(t.Context(), &s3.ListBucketsInput{})
	if err == nil || !strings.Contains(err.Error(), "the upstream of s3 at 127.0.0.1:1 did not answer") {
		t.Errorf("got %v", err)
	}
}
