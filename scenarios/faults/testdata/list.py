"""Lists S3's buckets with boto3's default chain, CALLS times at once with one
client. No request of that client takes longer than a second."""
import concurrent.futures
import os
import sys

import boto3
from botocore.config import Config

calls = int(os.environ.get("CALLS", "1"))
try:
    client = boto3.client("s3", config=Config(connect_timeout=1, read_timeout=1, max_pool_connections=calls))
    with concurrent.futures.ThreadPoolExecutor(calls) as pool:
        for call in [pool.submit(client.list_buckets) for _ in range(calls)]:
            call.result()
except Exception as error:
    sys.exit(f"{type(error).__name__}: {error}")
