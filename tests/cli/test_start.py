"""What the program does not use, it does not import: this is what lets it start at once."""

import subprocess
import sys

import pytest

from tcpmodel.cli.main import VERBS, main

ENGINES = {"tcpmodel.explore.native", "tcpmodel.prove", "numpy", "llvmlite", "z3", "scipy"}
NEVER = {"networkx", "graphviz", "pygraphviz", "importlib.metadata", "multiprocessing", "urllib.request", "asyncio"}
UNUSED = {
    ("--help",): ENGINES | NEVER | {"tcpmodel.systems", "tcpmodel.tcp"},
    ("--version",): ENGINES | NEVER | {"tcpmodel.systems", "tcpmodel.tcp"},
    ("states",): ENGINES | NEVER | {"tcpmodel.systems", "tcpmodel.judging"},
    ("rules",): ENGINES | NEVER | {"tcpmodel.judging"},
    ("specs",): ENGINES | NEVER,
    ("why",): ENGINES | NEVER,
    ("diagram", "endpoint"): ENGINES | (NEVER - {"graphviz"}),
    ("verify", "handshake"): NEVER | {"z3", "scipy", "tcpmodel.prove", "tcpmodel.studies", "tcpmodel.cli.why"},
    ("why", "two-way"): NEVER | {"z3", "scipy", "tcpmodel.prove", "tcpmodel.cli.verify"},
}
"""What must not have been imported, with what is in it, when a run is over."""


def imported(arguments):
    run = (
        "import sys\nfrom tcpmodel.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", run, *arguments], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", UNUSED, ids=" ".join)
def test_a_run_imports_only_what_it_uses(arguments):
    there = imported(arguments)
    assert "tcpmodel.cli.main" in there
    assert UNUSED[arguments] & there == set()


@pytest.mark.parametrize("verb", VERBS)
def test_the_one_line_on_a_verb_begins_its_own_help(verb, capsys):
    with pytest.raises(SystemExit) as end:
        main([verb, "--help"])
    out = capsys.readouterr().out
    assert end.value.code == 0
    assert out.startswith(f"usage: tcpmodel {verb} ")
    assert VERBS[verb] in out
    assert f"example: tcpmodel {verb}" in " ".join(out.split())
