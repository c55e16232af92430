"""The pytest plugin: the marker host and the fixture host."""

from __future__ import annotations

from typing import Any, Generator, List

import pytest

from ._host import Host, deploy

_HOSTS = pytest.StashKey[List[Host]]()


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "host(name, **settings): the simulated host of the fixture host, with settings of a project "
        '(allow=["s3:ListBucket"], buckets=["mine"]). Several of them run the test once on each.',
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with several markers on each host."""
    marks = list(metafunc.definition.iter_markers("host"))
    if "host" in metafunc.fixturenames and len(marks) > 1:
        marks.reverse()  # from the top to the bottom
        metafunc.parametrize("host", marks, indirect=True, ids=[str(mark.args[0]) for mark in marks])


@pytest.fixture
def host(request: pytest.FixtureRequest) -> Generator[Host, None, None]:
    """The host of the test's marker, deployed for this test."""
    mark: Any = getattr(request, "param", None) or request.node.get_closest_marker("host")
    if mark is None or not mark.args:
        pytest.fail('the fixture host wants a marker that names a host: @pytest.mark.host("vercel")', pytrace=False)
    deployed = deploy(*mark.args, **mark.kwargs)
    request.node.stash.setdefault(_HOSTS, []).append(deployed)
    with deployed:
        yield deployed


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, None]:
    """Show what became of the runs of a test that fails."""
    outcome = yield
    report = outcome.get_result()
    if report.when != "call" or not report.failed:
        return
    said = str(call.excinfo.value) if call.excinfo else ""
    deployments: List[Host] = item.stash[_HOSTS] if _HOSTS in item.stash else []
    for deployed in deployments:
        for run in deployed.runs:
            if str(run) not in said:
                report.sections.append((f"hostproof: host {run.host}", str(run)))
