"""One Hypothesis profile for every test, the same examples on every run; and no one's compiled code but our own."""

import os

import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def _compiled_code_of_this_run(tmp_path_factory):
    """Compiled code is kept for this run only, so that nothing depends on what an earlier one left behind."""
    before = os.environ.get("TCPMODEL_CACHE")
    os.environ["TCPMODEL_CACHE"] = str(tmp_path_factory.mktemp("compiled"))
    yield
    if before is None:
        del os.environ["TCPMODEL_CACHE"]
    else:
        os.environ["TCPMODEL_CACHE"] = before
