package mockaws_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/hostproof/hostproof/mockaws"
)

// An AWS of your own in a test: the right secret is accepted, a wrong one refused
// with AWS's code, and the journal has both.
func Example() {
	seed, err := mockaws.ReadSeed(strings.NewReader(`
accounts:
  - id: "111122223333"
    users:
      - name: app
        keys: [{id: AKIAIOSFODNN7EXAMPLE, secret: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}]
`))
	if err != nil {
		panic(err)
	}
	server := mockaws.New()
	if _, err := server.Seed(seed); err != nil {
		panic(err)
	}
	web := httptest.NewServer(server)
	defer web.Close()

	for _, secret := range []string{"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "not-the-secret"} {
		client := sts.New(sts.Options{
			Region:       "us-east-1",
			BaseEndpoint: aws.String(web.URL),
			Credentials:  credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", secret, ""),
		})
		out, err := client.GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
		if failure := (smithy.APIError)(nil); errors.As(err, &failure) {
			fmt.Println(failure.ErrorCode())
			continue
		}
		fmt.Println(*out.Arn)
	}
	for e := range server.Journal().All(0) {
		fmt.Println(e.Seq, e.Call, e.Verdict.Accepted)
	}
	// Output:
	// arn:aws:iam::111122223333:user/app
	// SignatureDoesNotMatch
	// 1 sts:GetCallerIdentity true
	// 2 sts:GetCallerIdentity false
}
