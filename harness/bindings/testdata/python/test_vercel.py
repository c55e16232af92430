"""The founding story: a session token of the platform's beside the project's own key."""

import os
import sys

import pytest
from hostproof import Host, assert_accepted_as, assert_no_problems

USER = {"name": "app", "allow": ["s3:ListBucket"], "key": ["MY_AWS_ACCESS_KEY_ID", "MY_AWS_SECRET_ACCESS_KEY"]}
SET = {"MENDED": os.environ["MENDED"]} if os.environ.get("MENDED") else {}


@pytest.mark.host("vercel", users=[USER], buckets=["my-bucket"], set=SET)
def test_app_calls_s3_as_its_own_user(host: Host) -> None:
    run = host.run(sys.executable, "app.py")
    assert_no_problems(run)
    assert_accepted_as(run, "app", "s3:ListObjectsV2")


@pytest.mark.host("vercel", users=[USER], buckets=["my-bucket"], set=SET)
def test_a_plain_assert_shows_the_diagnosis_too(host: Host) -> None:
    run = host.run(sys.executable, "app.py")
    assert run.ok
