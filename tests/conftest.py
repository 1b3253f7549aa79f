"""One Hypothesis profile for every test, the same examples on every run; and no one's compiled code but our own."""

import os
import pickle
import signal
import time

import pytest
from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("steady")

# What is printed does not depend on how wide somebody's terminal is.
os.environ.pop("COLUMNS", None)

# A shell without job control lets what it runs in the background ignore Ctrl-C, and tests that press it would wait.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def folder_of_this_run(tmp_path_factory):
    """A folder that all workers of this run share, and no other run does."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def once_for_all_workers(folder_of_this_run):
    """Call `once(name, make)`: the first worker makes the value, the others wait for it."""

    def once(name, make):
        kept = folder_of_this_run / f"{name}.pickle"
        try:
            (folder_of_this_run / f"{name}.begun").touch(exist_ok=False)
        except FileExistsError:
            patience = time.monotonic() + 300
            while not kept.exists() and time.monotonic() < patience:
                time.sleep(0.1)
            return pickle.loads(kept.read_bytes())
        value = make()
        written = kept.with_suffix(".part")
        written.write_bytes(pickle.dumps(value))
        written.rename(kept)
        return value

    return once


@pytest.fixture(scope="session", autouse=True)
def _compiled_code_of_this_run(folder_of_this_run):
    """Compiled code is kept for this run only, so that nothing depends on what an earlier one left behind."""
    before = os.environ.get("TCPMODEL_CACHE")
    os.environ["TCPMODEL_CACHE"] = str(folder_of_this_run / "compiled")
    yield
    if before is None:
        del os.environ["TCPMODEL_CACHE"]
    else:
        os.environ["TCPMODEL_CACHE"] = before
