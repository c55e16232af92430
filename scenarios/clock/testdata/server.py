"""A server with one client of each service, as long-lived programs have it: GET
/s3 makes a call of S3's and tells what came of it. With MY_AWS_ACCESS_KEY_ID it
has keys of its own, which nobody renews; else the default chain's."""
import functools
import http.server
import json
import os
import sys

import boto3
from botocore.exceptions import ClientError

keys = {}
if os.environ.get("MY_AWS_ACCESS_KEY_ID"):
    keys = {
        "aws_access_key_id": os.environ["MY_AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["MY_AWS_SECRET_ACCESS_KEY"],
        "aws_session_token": os.environ.get("MY_AWS_SESSION_TOKEN"),
    }
session = boto3.Session(region_name=os.environ["AWS_REGION"], **keys)
client = functools.cache(session.client)

# A token that is read once, as by programs that exchange it themselves.
token = None
if os.environ.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
    with open(os.environ["AWS_WEB_IDENTITY_TOKEN_FILE"], encoding="ascii") as file:
        token = file.read()


CALLS = {
    "exchange": lambda: client("sts").assume_role_with_web_identity(
        RoleArn=os.environ["AWS_ROLE_ARN"], RoleSessionName="kept", WebIdentityToken=token),
    "s3": lambda: client("s3").list_buckets(),
    "sts": lambda: client("sts").get_caller_identity(),
    "dynamodb": lambda: client("dynamodb").list_tables(),
    "bedrock": lambda: client("bedrock-runtime").converse(
        modelId="anthropic.claude-3-haiku-20240307-v1:0", messages=[{"role": "user", "content": [{"text": "ping"}]}]),
}


def call(name):
    try:
        CALLS[name]()
        return {"ok": True}
    except ClientError as error:
        return {"ok": False, "code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
    except Exception as error:  # what never reached AWS
        return {"ok": False, "code": type(error).__name__, "message": str(error)}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        answer = call(self.path[1:])
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
