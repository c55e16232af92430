"""A test that names no host is told how."""


def test_no_marker(host) -> None:
    raise AssertionError(host)
