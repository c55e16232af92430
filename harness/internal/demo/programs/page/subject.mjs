// The server's part of a page that lists the buckets of an account, with
// whatever credentials the AWS SDK finds. It knows nothing of any mock.
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';

try {
  const { Buckets } = await new S3Client({}).send(new ListBucketsCommand({}));
  console.log(Buckets.map((bucket) => bucket.Name).join(' '));
} catch (error) {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
