"""An app as customers write it: it lists its bucket with the project's own keys.

Unless it is MENDED, it passes whatever session token the environment has, too.
"""

import os

import boto3

keys = {
    "aws_access_key_id": os.environ["MY_AWS_ACCESS_KEY_ID"],
    "aws_secret_access_key": os.environ["MY_AWS_SECRET_ACCESS_KEY"],
}
if not os.environ.get("MENDED"):
    keys["aws_session_token"] = os.environ.get("AWS_SESSION_TOKEN")
s3 = boto3.client("s3", region_name="us-east-1", **keys)
print(s3.list_objects_v2(Bucket="my-bucket")["KeyCount"])
