"""Calls one operation of every AWS service that botocore knows, with each of the
credentials in the variable CASES, and prints a JSON line for each call: service,
operation, case, HTTP status and, where it failed, the code.

The operation is the first that needs no input and a signature; where there is
none, the first one, with its required members made up.
"""
import json
import os

import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False)


def made_up(shape, depth=0):
    """A value for an input, with what is required of it."""
    kind = shape.type_name
    if kind == "structure":
        names = shape.required_members if depth < 4 else []
        if getattr(shape, "is_tagged_union", False):
            names = list(shape.members)[:1]
        return {name: made_up(shape.members[name], depth + 1) for name in names}
    if kind == "list":
        return [made_up(shape.member, depth + 1)] if depth < 4 else []
    if kind == "map":
        return {}
    return {"string": shape.enum[0] if getattr(shape, "enum", None) else "example-1", "blob": b"x", "boolean": True,
            "timestamp": 0}.get(kind, 1)


def choose(model):
    signed = [o for o in map(model.operation_model, model.operation_names)
              if o.auth_type != "none" and not o.has_event_stream_input and "noAuth" not in str(o.auth)]
    plain = [o for o in signed if not (o.input_shape and o.input_shape.required_members) and not o.has_event_stream_output]
    return (plain or signed or [None])[0]


session = botocore.session.Session()
for name in session.get_available_services()[::int(os.environ["EVERY"])]:
    try:
        model = session.get_service_model(name)
        operation = choose(model)
        if operation is None:
            print(json.dumps({"service": name, "skipped": "it has no operation that wants a signature"}))
            continue
        if name == "cloudsearchdomain":
            print(json.dumps({"service": name, "skipped": "its search is sent as another call than its model says"}))
            continue
        if model.signature_version not in ("v4", "s3v4", "s3", "bearer"):
            print(json.dumps({"service": name, "skipped": "it signs with " + model.signature_version}))
            continue
    except Exception as error:  # a model without a service, of those that only share shapes
        print(json.dumps({"service": name, "skipped": f"{type(error).__name__}: {error}"}))
        continue
    for case in json.loads(os.environ["CASES"]):
        line = {"service": name, "id": model.metadata["serviceId"], "operation": operation.name, "case": case["name"]}
        try:
            client = session.create_client(
                name, region_name="us-east-1", config=CONFIG, aws_access_key_id=case["accessKeyId"],
                aws_secret_access_key=case["secretAccessKey"], aws_session_token=case.get("sessionToken"))
            parameters = made_up(operation.input_shape) if operation.input_shape else {}
            answer = client._make_api_call(operation.name, parameters)
            line.update(ok=True, status=answer["ResponseMetadata"]["HTTPStatusCode"])
        except ClientError as error:
            line.update(ok=False, code=error.response["Error"].get("Code"), status=error.response["ResponseMetadata"]["HTTPStatusCode"])
        except Exception as error:
            line.update(ok=False, code=type(error).__name__, message=str(error)[:300], status=0)
        print(json.dumps(line))
