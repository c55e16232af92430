"""Handlers as Lambda calls them."""

import os


def echo(event, context):
    print("printed")
    return {"event": event, "region": os.environ["AWS_REGION"]}


def fails(event, context):
    raise ValueError("on purpose")
