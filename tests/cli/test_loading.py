"""Specs as somebody's Python: which files are run, and what happens to a run when one of them goes wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tcpmodel.cli.main import main
from tcpmodel.errors import BadConfiguration
from tcpmodel.judging.load import defines_spec, find, load, pinnable, spec_folder, spec_paths

GOOD = """\"A story.\"
from tcpmodel import User, Witness, connection
from tcpmodel.language.terms import TRUE
system = connection(a=User(active_opens=1), b=User())
claims = [Witness("w", TRUE)]
"""
GOES_WRONG = {
    "exits.py": ("import sys\nsys.exit(0)\n", 151, "exits.py raises SystemExit at line 7: 0"),
    "quits.py": ("raise SystemExit\n", 151, "quits.py raises SystemExit at line 6: a spec defines a system"),
    "stops.py": ("raise GeneratorExit\n", 151, "stops.py raises GeneratorExit at line 6"),
    "own.py": ("class Own(BaseException): pass\nraise Own('x')\n", 151, "own.py raises Own at line 7: x"),
    "ctrl.py": ("class Ctrl(KeyboardInterrupt): pass\nraise Ctrl\n", 151, "ctrl.py raises Ctrl at line 7"),
    "beside.py": ("import exits_beside\n", 151, "beside.py raises SystemExit at line 6: 0"),
    "syntax_beside.py": ("import wrong_beside\n", 150, "syntax_beside.py reads wrong_beside.py, not Python at line 2"),
    "syntax.py": ("\nclaims = [\n", 150, "syntax.py is not Python at line 7"),
    "latin1.py": (b"name = '\xe9'\n", 150, "latin1.py is not UTF-8 at line 6: save it as UTF-8"),
    "binary.py": (b"\0\1\2", 150, "binary.py is no text at line 6"),
    "equals.py": (
        "from tcpmodel.tcp import delivered\nx = ~(TRUE & (delivered == 0))\n",
        151,
        "equal(x, 0)",
    ),
    "moved.py": (
        "from tcpmodel.tcp.promises import is_in, at\n",
        151,
        "No module named 'tcpmodel.tcp.promises': write from tcpmodel.tcp import at, promises, and promises.is_in",
    ),
    "whole.py": ("import tcpmodel.tcp.promises\n", 151, ": write from tcpmodel.tcp import promises\n"),
    "long_ago.py": (
        "from tcpmodel.spec.load import load, both, at\n",
        151,
        "'tcpmodel.spec': write from tcpmodel import load, both and from tcpmodel.tcp import at\n",
    ),
    "slip.py": (
        "from tcpmodel.tcp import (\n    ESTABLISHD,\n    at,\n    equal,\n)\n",
        151,
        "'ESTABLISHD' from 'tcpmodel.tcp': write from tcpmodel import equal, "
        "for 'ESTABLISHD' did you mean 'ESTABLISHED'?\n",
    ),
    "stranger.py": (
        "import numpi\n",
        151,
        "stranger.py raises ModuleNotFoundError at line 6: No module named 'numpi'\n",
    ),
    "knob.py": ("connection(a=User(), b=User(), isn='zer')\n", 151, "knob.py at line 6: isn='zer' is out of range"),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working directory from which helpers beside a spec can be imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "exits_beside.py").write_text("import sys\nsys.exit(0)\n")
    (tmp_path / "wrong_beside.py").write_text("x = 1\ndef\n")
    return tmp_path


@pytest.fixture
def said(capsys):
    def run(*arguments: str):
        code = main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


def written(folder: Path, name: str, more: str | bytes = "") -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(GOOD.encode() + (more if isinstance(more, bytes) else more.encode()))
    return str(path)


@pytest.mark.parametrize("name", GOES_WRONG)
def test_a_spec_that_goes_wrong_is_one_sentence_and_no_success(here, said, name):
    more, code, sentence = GOES_WRONG[name]
    got, out, err = said("verify", written(here, name, more))

    assert (got, out) == (code, "")
    assert sentence in err
    assert len(err.splitlines()) == 2


def test_a_spec_that_ends_its_whole_process_stops_no_other(here, said):
    code, out, err = said(
        "verify", written(here, "dies.py", "import os\nos._exit(0)\n"), written(here, "a.py"), "--json"
    )

    assert code == 151
    assert "dies.py ended its worker by" in err
    assert json.loads(out)["specs"][1]["claims"][0]["verdict"] == "witnessed"


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_other_specs_are_judged_and_the_worst_code_stands(here, said, workers):
    paths = [written(here, "a.py"), *(written(here, name, GOES_WRONG[name][0]) for name in ("exits.py", "syntax.py"))]
    paths += [written(here, "fails.py", "claims = [Witness('w', ~TRUE)]\n"), written(here, "z.py")]
    code, out, err = said("verify", *paths, "--json", "--workers", workers)
    document = json.loads(out)
    specs = {spec["name"]: spec for spec in document["specs"]}

    assert code == document["exit"] == 150
    assert {name: [c["verdict"] for c in s["claims"]] for name, s in specs.items()} == {
        "a": ["witnessed"], "exits": [], "syntax": [], "fails": ["fails"], "z": ["witnessed"],
    }  # fmt: skip
    assert {name for name, s in specs.items() if s["error"]} == {"exits", "syntax"}
    assert "tcpmodel: exits.py raises SystemExit at line 7: 0\n" in err


def test_a_spec_that_was_not_judged_is_an_error_in_junit_and_sarif(here, said):
    said("verify", written(here, "exits.py", GOES_WRONG["exits.py"][0]), "--junit", "j.xml", "--sarif", "s.sarif")

    assert '<error message="exits.py raises SystemExit at line 7: 0" type="151"' in Path("j.xml").read_text()
    (run,) = json.loads(Path("s.sarif").read_text())["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_an_expectation_of_a_claim_can_be_set_beside_a_broken_spec(here, said):
    paths = [written(here, "exits.py", GOES_WRONG["exits.py"][0]), written(here, "a.py")]
    code, out, _ = said("verify", *paths, "--expect", "w=fails", "--json")

    assert code == 151
    assert json.loads(out)["specs"][1]["claims"][0]["expected"] == "fails"


def test_what_a_spec_s_functions_raise_later_is_no_success_either(here, said):
    exits = "import sys\nfrom tcpmodel import Always\nclaims = [Always('c', TRUE)]\nstop = lambda *rules: sys.exit(0)\n"
    path = written(here, "later.py", exits + "broken_by = {'c': stop}\n")
    code, _, err = said("verify", path, "--pin")
    assert (code, "later.py raises SystemExit at line 9: 0" in err) == (151, True)

    path = written(here, "proving.py", exits + "proof = stop\n")
    code, _, err = said("prove", path)
    assert (code, "proving.py raises SystemExit at line 9: 0" in err) == (151, True)


def test_ctrl_c_goes_through(here, said):
    assert said("verify", written(here, "ctrl.py", "raise KeyboardInterrupt\n"))[0] == 20


def test_what_a_spec_prints_goes_to_standard_error(here, said):
    path = written(here, "prints.py", "print('hello')\n")
    code, out, err = said("verify", path, "--json")

    assert (code, json.loads(out)["exit"]) == (0, 0)
    assert "hello" in err


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_a_usage_error(here, said, name):
    written(here, "a.py")
    code, out, err = said("verify", name)

    assert (code, out) == (2, "")
    assert "the name of a spec is empty: write a bare name, a chapter or a path" in err


# Which files are run.


def test_built_in_names_mean_the_built_in_specs_wherever_one_stands(here, said):
    code = "raise SystemExit('this file was run')\n"
    for name in ("specs/two_way_stale_syn.py", "specs/helper.py", "two_way_stale_syn.py", "establishment/x.py"):
        written(here, name, code)

    assert spec_folder() != Path("specs")
    assert load("two_way_stale_syn").path == find("two_way_stale_syn") == spec_paths()["two_way_stale_syn"]
    assert said("why", "two-way", "--json")[0] == 0
    assert "helper" not in spec_paths()
    assert said("verify", "half_open_discovery", "--no-ladders")[0] == 0


@pytest.mark.parametrize("folder", [".", "./", "mine", "mine/"])
def test_of_a_folder_only_files_that_define_a_spec_are_run(here, said, folder):
    run = "open('run', 'a').write(__file__)\nraise SystemExit(0)\n"
    (here / "mine").mkdir()
    (here / "mine" / "venv").mkdir()
    (here / "mine" / "venv" / "pyvenv.cfg").touch()
    for name in (".venv/lib/a.py", "venv/b.py", ".hidden/c.py", "site-packages/d.py", "__pycache__/e.py"):
        written(here / "mine", name, run)
    for name, text in (
        ("helper.py", run),
        ("setup.py", "system = 1\n" + run),
        ("f.py", "def f(): claims = system = 1\n"),
    ):
        (here / "mine" / name).write_text(text)
    written(here / "mine", "deep/good.py")
    code, out, err = said("verify", folder, "--json")

    assert (code, err) == (0, "")
    assert [spec["name"] for spec in json.loads(out)["specs"]] == ["good"]
    assert not (here / "run").exists()


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("system = 1\nclaims = 2\n", True),
        ("system: int = 1\nclaims: list = []\n", True),
        ("system, claims = 1, 2\n", True),
        ("if True:\n    system = claims = 1\n", True),
        ("system = 1\nclaims = [\n", True),
        ("system = 1\n", False),
        ("def f():\n    system = claims = 1\n", False),
        ("class C:\n    system = claims = 1\n", False),
        ("print(system, claims)\n", False),
        ("# system = claims\n", False),
        ("def\n", False),
    ],
)
def test_a_file_defines_a_spec_if_it_assigns_system_and_claims(tmp_path, text, spec):
    path = tmp_path / "x.py"
    path.write_text(text)
    assert defines_spec(path) is spec


def test_every_built_in_file_defines_a_spec():
    assert [path for path in spec_paths().values() if not defines_spec(path)] == []


def test_a_trace_never_runs_the_python_that_it_names(here, said):
    path = written(here, "mine.py", "open('run', 'w').close()\n")
    said("verify", path, "--out", "out")
    (here / "run").unlink()
    trace = here / "out" / "mine.w.itf.json"
    for name in ("mine", "mine.py", str(here / "mine.py")):
        trace.write_text(json.dumps(json.loads(trace.read_text()) | {"#meta": {"spec": name}}))
        code, out, err = said("trace", str(trace))

        assert (code, out) == (2, "")
        assert f"the trace is of {name!r}, and it is no built-in spec" in err
        assert "write --spec PATH, which runs that Python file" in err
        assert not (here / "run").exists()
    assert said("trace", str(trace), "--spec", path)[0] == 0
    assert (here / "run").exists()


def test_a_trace_of_a_built_in_spec_opens_by_name(here, said):
    said("verify", "half_open_discovery", "--out", "out", "--no-ladders")
    written(here, "half_open_discovery.py", "raise SystemExit\n")
    assert said("trace", str(next((here / "out").glob("*.itf.json"))))[0] == 0


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The specs lie in the package, as a wheel brings them."""
    package = tmp_path / "site-packages" / "tcpmodel"
    monkeypatch.setattr("tcpmodel.judging.load.__file__", str(package / "judging" / "load.py"))
    written(package / "specs", "isn/b.py")
    written(tmp_path / "site-packages" / "specs", "other.py")
    return package


@pytest.mark.parametrize("arguments", [["verify"], ["verify", "b"], ["matrix"], ["prove", "b", "--out", "x"]])
def test_an_installed_package_is_not_pinned(installed, said, arguments):
    code, _, err = said(*arguments, "--pin")

    assert code == 151
    assert "belongs to the installed package: pin in a checkout of the sources" in err
    assert [path.name for path in installed.rglob("*.toml")] == []


def test_specs_in_the_package_go_before_a_folder_beside_it(installed):
    assert list(spec_paths()) == ["b"]
    with pytest.raises(BadConfiguration, match="belongs to the installed package"):
        pinnable(spec_folder())


def test_a_spec_of_ones_own_is_pinned_beside_an_installed_package(installed, here, said):
    assert said("verify", written(here, "mine.py"), "--pin", "--no-ladders")[0] == 0
    assert (here / "pinned.toml").exists()


def test_the_program_itself_ends_without_success(here):
    path = written(here, "exits.py", GOES_WRONG["exits.py"][0])
    env = {**os.environ, "PYTHONPATH": str(here)}
    done = subprocess.run([sys.executable, "-m", "tcpmodel", "verify", path], capture_output=True, text=True, env=env)

    assert (done.returncode, done.stdout) == (151, "")
    assert done.stderr.splitlines()[-1] == "EXIT 151 configuration"
