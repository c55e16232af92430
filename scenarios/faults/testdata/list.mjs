// Lists S3's buckets with the default chain of the AWS SDK for JavaScript v3,
// CALLS times at once with one client. No request takes longer than a second.
import { S3Client, ListBucketsCommand } from '@aws-sdk/client-s3';

const client = new S3Client({ requestHandler: { connectionTimeout: 1000, requestTimeout: 1000, throwOnRequestTimeout: true } });
const calls = Array.from({ length: Number(process.env.CALLS ?? 1) }, () => client.send(new ListBucketsCommand({})));
for (const call of await Promise.allSettled(calls)) {
  if (call.status === 'rejected') {
    console.error(`${call.reason.name}: ${call.reason.message}`);
    process.exitCode = 1;
    break;
  }
}
