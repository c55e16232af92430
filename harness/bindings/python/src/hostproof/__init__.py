"""Runs programs that use AWS credentials on simulated hosts: see deploy."""

from ._checks import assert_accepted_as, assert_mixes_credentials, assert_no_problems, assert_refused
from ._host import Answer, Host, HostEnvironment, HostproofError, Server, deploy, host_env
from ._run import Invocation, PrincipalName, Run
from ._schema import Exchange, Finding, Principal, Project, Result, Row, Verdict, Visit

__all__ = [
    "Answer",
    "Exchange",
    "Finding",
    "Host",
    "HostEnvironment",
    "HostproofError",
    "Invocation",
    "Principal",
    "PrincipalName",
    "Project",
    "Result",
    "Row",
    "Run",
    "Server",
    "Verdict",
    "Visit",
    "assert_accepted_as",
    "assert_mixes_credentials",
    "assert_no_problems",
    "assert_refused",
    "deploy",
    "host_env",
]
