"""Lists S3's buckets with boto3's default chain, as programs do."""
import boto3

print(boto3.client("s3").list_buckets()["Buckets"])
