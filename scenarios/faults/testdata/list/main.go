// Command list lists S3's buckets with the default chain of the AWS SDK for Go
// v2, CALLS times at once with one client. No request takes longer than a second.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(time.Second)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	calls, err := strconv.Atoi(os.Getenv("CALLS"))
	if err != nil {
		calls = 1
	}
	client, failed := s3.NewFromConfig(cfg), make(chan error, calls)
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			if _, err := client.ListBuckets(ctx, &s3.ListBucketsInput{}); err != nil {
				failed <- err
			}
		})
	}
	all.Wait()
	if len(failed) > 0 {
		fmt.Fprintln(os.Stderr, <-failed)
		os.Exit(1)
	}
}
