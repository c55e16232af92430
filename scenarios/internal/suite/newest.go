package suite

import (
	"context"

	"github.com/onsi/ginkgo/v2"

	"github.com/hostproof/hostproof/harness"
)

// NewestJavaScript lists S3's buckets with the newest AWS SDK for JavaScript v3
// that is pinned here, which leaves its credentials to its default chain.
func NewestJavaScript(ctx context.Context) *harness.CommandSubject {
	ginkgo.GinkgoHelper()
	return NodeScript(ctx, "node-aws-clients", `
import { S3Client, ListBucketsCommand } from '@aws-sdk/client-s3';
try {
  await new S3Client({ maxAttempts: 1 }).send(new ListBucketsCommand({}));
} catch (error) {
  console.error(error.name + ': ' + error.message);
  process.exitCode = 1;
}`)
}
