"""What else the package does."""

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request

import hostproof
import pytest
from hostproof import Host, HostproofError


@pytest.mark.host("ecs-fargate", allow=["s3:ListBucket"], buckets=["my-bucket"])
@pytest.mark.host("eks-irsa", allow=["s3:ListBucket"], buckets=["my-bucket"])
def test_roles(host: Host) -> None:
    run = host.run(sys.executable, "role.py")
    hostproof.assert_no_problems(run)
    hostproof.assert_accepted_as(run, re.compile(":assumed-role/"), "s3:*")
    assert run.stdout == "0\n"


@pytest.mark.host("vercel-oidc")
def test_server(host: Host) -> None:
    with host.serve(sys.executable, "server.py", port=8000) as server:
        answer = server.fetch("/path?a=b", method="POST", body="text")
    assert (answer.status, answer.json()) == (503, {"path": "/path?a=b", "body": "text", "token": 3})
    run = server.stop()
    assert [(v["method"], v["path"], v["status"]) for v in run.visits] == [("POST", "/path?a=b", 503)]
    assert not run.ok


@pytest.mark.host("lambda")
def test_handlers(host: Host) -> None:
    run = host.invoke("handlers.echo", {"a": [1, "ü"]})
    assert run.answer == {"event": {"a": [1, "ü"]}, "region": "us-east-1"}
    assert run.stdout == "printed\n"
    failed = host.invoke("handlers.fails")
    assert failed.answer is None and "on purpose" in failed.stderr and not failed.ok


@pytest.mark.host("local")
def test_checks_fail(host: Host) -> None:
    run = host.run(sys.executable, "-c", "")
    for check in (
        lambda: hostproof.assert_accepted_as(run, "app"),
        lambda: hostproof.assert_refused(run),
        lambda: hostproof.assert_mixes_credentials(run),
    ):
        with pytest.raises(AssertionError, match="on host local"):
            check()


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    before = dict(os.environ)
    with hostproof.host_env("vercel", set={"MINE": "x"}) as here:
        assert os.environ["VERCEL"] == "1" and os.environ["MINE"] == "x" and "AWS_PROFILE" not in os.environ
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/bucket/key")
        assert [e["call"] for e in here.calls()] == ["s3:GetObject"]
    assert dict(os.environ) == before


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(HostproofError, match="did you mean vercel?"):
        hostproof.deploy("versel")
    with pytest.raises(HostproofError, match="hots"):
        hostproof.deploy("vercel", hots=1)
    with hostproof.deploy("vercel") as host:
        with pytest.raises(HostproofError, match="no such program"):
            host.run("no-such-program-at-all")
        assert host.run("sh", "-c", "exit 7").exit_code == 7


def test_command() -> None:
    for argv in (["hostproof"], [sys.executable, "-m", "hostproof"]):
        said = subprocess.run([*argv, "version"], capture_output=True, text=True, check=True).stdout
        assert said.startswith("hostproof 0.0.0\n")
