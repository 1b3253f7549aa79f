"""Specs in folders: how they are found, ordered, pinned, left out and verified chapter by chapter."""

import json
import re

import pytest

from tcpmodel.cli.main import main
from tcpmodel.draw.catalogue import TITLES
from tcpmodel.errors import DefinitionError, UsageError
from tcpmodel.judging.load import CHAPTERS, chapter_of, chapters, find_all, is_slow, load, spec_paths
from tcpmodel.judging.pins import VERDICTS

SPEC = '''"""A story."""
from tcpmodel import *
from tcpmodel.tcp import promises
system = connection(a=User(active_opens=1), b=User(passive_opens=1))
claims = [promises.both_established(), promises.typing()]
broken_by = {"typing": lambda rules: rules.replaced("LISTEN answers a SYN with SYN,ACK")}
'''


@pytest.fixture
def specs(tmp_path, monkeypatch):
    """Other built-in specs: those of a checkout made here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tcpmodel.judging.load.__file__", str(tmp_path / "tcpmodel" / "judging" / "load.py"))

    def write(*names: str, also: str = "") -> None:
        for name in names:
            path = tmp_path / "specs" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SPEC + also, encoding="utf-8")

    return write


def verified(capsys, *arguments: str) -> tuple[list[str], str]:
    assert main(["verify", *arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    return [spec["name"] for spec in json.loads(out)["specs"]], err


def test_every_spec_of_the_project_is_in_a_chapter_with_a_title_or_proved_without_bounds():
    assert set(CHAPTERS) == set(TITLES)
    for path in spec_paths().values():
        assert chapter_of(path) in CHAPTERS or (chapter_of(path) == "" and load(path).proof)


def test_chapters_come_in_their_order_and_specs_by_name(specs):
    specs("time_wait/b", "figures/z", "mine/a", "time_wait/a2", "top")
    assert list(spec_paths()) == ["z", "a2", "b", "a", "top"] or list(spec_paths()) == ["z", "a2", "b", "top", "a"]
    assert [chapter_of(path) for path in spec_paths().values()][:3] == ["figures", "time_wait", "time_wait"]


def test_two_specs_of_one_name_are_refused_in_one_sentence(specs):
    specs("figures/a", "isn/a")
    with pytest.raises(DefinitionError, match=r"figures/a\.py and \S+/isn/a\.py are two specs of one name"):
        spec_paths()


@pytest.mark.parametrize("name", ["isn", "isn/", "specs/isn"])
def test_a_chapter_is_verified_by_its_name_or_folder(specs, capsys, name):
    specs("figures/a", "isn/b", "isn/c")
    assert verified(capsys, name)[0] == ["b", "c"]


def test_a_name_that_is_a_specs_and_a_chapters_is_the_specs(specs):
    specs("isn/isn", "isn/b")
    assert [path.stem for path in find_all("isn")] == ["isn"]
    assert [path.stem for path in find_all("isn/")] == ["b", "isn"]


def test_a_spec_named_twice_is_verified_once(specs, capsys):
    specs("isn/b", "isn/c")
    assert verified(capsys, "c", "isn")[0] == ["c", "b"]


@pytest.mark.parametrize("name", ["insn", "isn/nothing"])
def test_an_unknown_name_is_answered_with_those_there_are(specs, name):
    specs("isn/b")
    with pytest.raises(UsageError, match=re.escape(f"there is no spec or chapter {name!r}")):
        find_all(name)


def test_a_folder_without_specs_is_told(specs, tmp_path):
    specs("isn/b")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="there is no spec in the folder empty"):
        find_all("empty")


def test_pins_of_every_chapter_are_in_one_file_with_what_breaks_the_claims(specs, tmp_path, capsys):
    specs("isn/b", "figures/a")
    assert main(["verify", "--pin", "--no-ladders"]) == 0
    pins = VERDICTS.read(tmp_path / "specs")
    assert list(pins) == ["a", "b"]
    assert pins["a"]["broken"] == {"typing": "holds"}
    capsys.readouterr()
    assert verified(capsys, "isn")[0] == ["b"]


def test_pins_of_a_spec_elsewhere_are_beside_it(specs, tmp_path, capsys):
    specs("isn/b")
    alone = tmp_path / "alone.py"
    alone.write_text(SPEC, encoding="utf-8")
    assert main(["verify", str(alone), "--pin", "--no-ladders"]) == 0
    assert list(VERDICTS.read(tmp_path)) == ["alone"]
    assert load(alone).chapter == ""


def test_pinning_one_spec_keeps_the_others_and_drops_those_that_are_gone(specs, tmp_path):
    specs("isn/b", "isn/c", "figures/a")
    assert main(["verify", "--pin", "--no-ladders"]) == 0
    (tmp_path / "specs" / "isn" / "c.py").unlink()
    assert main(["verify", "a", "--pin", "--no-ladders"]) == 0
    assert list(VERDICTS.read(tmp_path / "specs")) == ["a", "b"]


def test_a_slow_spec_is_left_out_with_a_word_about_it_unless_asked_for(specs, capsys):
    specs("isn/b")
    specs("isn/c", also="slow = True\n")
    assert verified(capsys) == (["b"], "left out because they are slow: c; --all includes them\n")
    assert verified(capsys, "--all") == (["b", "c"], "")
    assert verified(capsys, "c") == (["c"], "")
    assert verified(capsys, "isn") == (["b", "c"], "")


def test_no_spec_is_slow_without_saying_so_on_a_line_of_its_own(specs):
    specs("isn/b", also="slow = False\n")
    assert not is_slow(spec_paths()["b"])
    assert load("b").name == "b"


def test_chapters_are_named_in_their_order(specs):
    specs("closing/a", "figures/b")
    assert chapters() == ["figures", "closing"]
