# Prints the shape of this host, without any value: save as capture.py and run
# "python3 capture.py", or return main() from a route.
# "hostproof capture --from FILE" makes a fixture of it.
import datetime, hashlib, hmac, json, os, re, secrets, socket, time, urllib.error, urllib.request

PREFIXES = @PREFIXES@
SKIPPED = set(@SKIPPED@)
VOCABULARY = re.compile(r"(?:@VOCABULARY@)\Z")
CLASSES = [("digits", r"[0-9]*\Z"), ("hex", r"[0-9a-f-]*\Z"), ("upper", r"[A-Z0-9]*\Z"), ("word", r"[A-Za-z0-9_-]*\Z"),
           ("base64", r"[A-Za-z0-9+/]*={0,2}\Z"), ("text", r"")]
SALT = secrets.token_bytes(32)


def shape(value):
    raw = value.encode("utf-8", "surrogateescape")
    out = {"length": len(raw), "class": next(name for name, match in CLASSES if re.match(match, value)),
           "hash": hmac.new(SALT, raw, hashlib.sha256).hexdigest()[:16]}
    prefix = max((p for p in PREFIXES if value.startswith(p)), key=len, default="")
    if prefix:
        out["prefix"] = prefix
    if VOCABULARY.match(value):
        out["public"] = value
    return out


def sections(text):
    out = []
    for line in (raw.strip() for raw in text.split("\n")):
        if line.startswith("["):
            name = line[1:].split("]")[0].strip()
            out.append({"name": name, "hash": shape(re.sub("^profile ", "", name))["hash"], "keys": []})
        elif out and re.match(r"[a-z][a-z0-9_]{0,63}\s*=", line):
            key, value = line.split("=", 1)
            out[-1]["keys"].append({"name": key.strip(), **shape(value.strip())})
    return out


def file(variable, usual="", ini=False):
    given = os.environ.get(variable)
    path = given or usual
    if not path:
        return []
    out = {"path": "", "variable": variable} if given else {"path": usual}
    try:
        with open(os.path.expanduser(path), encoding="utf-8", errors="surrogateescape") as f:
            text = f.read()
    except FileNotFoundError:
        return [{**out, "error": "not found"}] if given else []
    except PermissionError:
        return [{**out, "error": "no permission"}]
    except OSError:
        return [{**out, "error": "cannot be read"}]
    return [{**out, **({"sections": sections(text)} if ini else {"content": shape(text)})}]


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(method, url, headers):
    start = time.monotonic()
    text = ""
    try:
        with OPENER.open(urllib.request.Request(url, method=method, headers=headers), timeout=2) as response:
            out = {"answered": True, "status": response.status}
            text = response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as e:
        out = {"answered": True, "status": e.code}
    except ValueError:
        out = {"answered": False, "error": "no URL"}
    except OSError as e:
        reason = getattr(e, "reason", e)
        error = "timed out" if isinstance(reason, (socket.timeout, TimeoutError)) else "refused" if isinstance(reason, ConnectionRefusedError) else "failed"
        out = {"answered": False, "error": "unreachable" if getattr(reason, "errno", 0) in (101, 113) else error}
    return {**out, "millis": int((time.monotonic() - start) * 1000)}, text


def container():
    env = os.environ
    relative, full = env.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if not relative and not full:
        return []
    token = env.get("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
    try:
        with open(env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]) as f:
            token = f.read().strip()
    except (KeyError, OSError):
        pass
    answer, text = ask("GET", "http://169.254.170.2" + relative if relative else full, {"Authorization": token} if token else {})
    try:
        fields = [{"name": k, **shape(v)} for k, v in json.loads(text).items() if isinstance(v, str)]
    except (ValueError, AttributeError):
        fields = []
    return [{"kind": "container", "variable": "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" if relative else "AWS_CONTAINER_CREDENTIALS_FULL_URI", **answer, "fields": fields}]


def imds():
    if os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return []
    base = "http://169.254.169.254/latest/"
    roles = base + "meta-data/iam/security-credentials/"
    first, token = ask("PUT", base + "api/token", {"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": "60"})
    if not first["answered"]:
        return [{"kind": "imds", **first}]
    without, _ = ask("GET", roles, {})
    answer, name = ask("GET", roles, {"X-Aws-Ec2-Metadata-Token": token})
    out = {"kind": "imds", **answer, "tokens": "optional" if without.get("status") == 200 else "required"}
    if answer.get("status") == 200:
        out["fields"] = [{"name": "role", **shape(name.strip())}]
    return [out]


def main():
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"hostproofCapture": 1, "by": "python", "time": now,
            "variables": [{"name": n, **shape(v)} for n, v in sorted(os.environ.items()) if n not in SKIPPED],
            "files": file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", True) + file("AWS_CONFIG_FILE", "~/.aws/config", True)
            + file("AWS_WEB_IDENTITY_TOKEN_FILE") + file("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
            "endpoints": container() + imds()}


if __name__ == "__main__":
    print(json.dumps(main(), indent=1))
