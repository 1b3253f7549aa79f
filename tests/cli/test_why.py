"""The answers to a "why?": each breaks without its mechanism and not with it, and reads well in every language."""

import json
import re
from string import Formatter

import pytest

from tcpmodel.cli.main import main
from tcpmodel.draw.wrapping import columns
from tcpmodel.errors import UsageError
from tcpmodel.judging.load import spec_paths
from tcpmodel.studies.why import LANGUAGES, TOPICS, answer, catalogue, language, topic
from tcpmodel.studies.why.catalogue import VARIABLES
from tcpmodel.systems.trace import replay

NAMES = [t.name for t in TOPICS]
LENGTHS = {
    "two-way": (4, 4),
    "isn": (7, 6),
    "simultaneous-open": (4, 3),
    "self-connect": (8, 3),
    "reset-to-listen": (6, 6),
    "syn-cookies": (5, 3),
    "fast-open": (7, 3),
    "rst-from-closed": (4, 3),
    "quiet-time": (9, 3),
    "challenge-ack": (2, 2),
    "sequence-wrap": (11, 8),
    "four-segments": (5, 3),
    "last-ack": (6, 7),
    "close-wait-leak": (3, 4),
    "fin-wait-2": (3, 4),
    "reset-after-answer": (5, 4),
    "idle-reset": (4, 1),
    "keep-alive": (1, 2),
    "time-wait": (7, 5),
    "2msl": (10, 10),
    "time-wait-assassination": (8, 8),
    "time-wait-reuse": (10, 10),
    "address-in-use": (12, 9),
    "tw-reuse": (12, 3),
}
"""Per topic: the steps of the shortest run that breaks, and the one in which the two runs part."""
OPTIONAL = {"misconception", "afterword", "bounds"}
NEEDED = {"question", "answer", "mechanism", "assumes"}


@pytest.fixture
def said(capsys):
    def run(*arguments: str) -> str:
        assert main(["why", *arguments]) == 0
        return capsys.readouterr().out

    return run


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# Each answer.


def test_every_topic_has_its_lengths():
    assert set(LENGTHS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_without_the_mechanism_it_breaks_and_with_it_it_does_not(name):
    found = answer(name)

    assert (len(found.without), found.parts) == LENGTHS[name]
    assert found.verdict_with.word == "holds"
    assert replay(found.without) is found.without
    assert replay(found.followed.trace) is found.followed.trace


@pytest.mark.parametrize("name", ["close-wait-leak", "last-ack", "rst-from-closed", "syn-cookies"])
def test_a_run_that_waits_for_ever_is_followed_to_where_it_does(name):
    found = answer(name)

    assert found.without.loop is not None
    assert found.parts == found.without.loop + 1 or found.followed.diverges == found.parts
    assert len(found.followed.trace) > found.without.loop


@pytest.mark.parametrize(
    ("alias", "name"), [("half-close", "four-segments"), ("origin", "reset-to-listen"), ("paws", "sequence-wrap")]
)
def test_a_topic_has_other_names(alias, name):
    assert topic(alias) is topic(name)


def test_no_two_topics_share_a_name():
    known = [name for t in TOPICS for name in (t.name, *t.aliases)]

    assert len(known) == len(set(known))


def test_what_to_see_further_is_there():
    commands = [command.split() for t in TOPICS for command in t.deeper]

    assert {name for verb, name in commands if verb == "verify"} <= set(spec_paths())
    assert {verb for verb, _ in commands} <= {"verify", "sweep"}


# The catalogues.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_topic_has_its_texts_and_no_other_is_there(lang):
    assert set(catalogue(lang).topics) == set(NAMES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty_or_unknown(lang):
    said = catalogue(lang)

    assert all(text.strip() for text in said.frame.values() if text is not said.frame["separator"])
    for texts in said.topics.values():
        assert set(texts) - OPTIONAL == NEEDED
        assert all(text.strip() for text in texts.values())


@pytest.mark.parametrize("lang", LANGUAGES[1:])
def test_catalogues_have_the_same_keys_and_placeholders(lang):
    first, other = catalogue(LANGUAGES[0]), catalogue(lang)

    assert {k: placeholders(v) for k, v in first.frame.items()} == {k: placeholders(v) for k, v in other.frame.items()}
    assert {k: set(v) for k, v in first.topics.items()} == {k: set(v) for k, v in other.topics.items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_that_a_text_names_is_there(lang):
    text = " ".join(text for texts in catalogue(lang).topics.values() for text in texts.values())

    assert set(re.findall(r"tcpmodel why ([a-z0-9-]+)", text)) <= set(NAMES)
    assert set(re.findall(r"tcpmodel verify ([a-z0-9_]+)", text)) <= set(spec_paths())


def test_chinese_has_chinese_punctuation():
    for texts in catalogue("zh").topics.values():
        for text in texts.values():
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", text), text


def test_the_locale_chooses_the_language():
    assert VARIABLES == ("LC_ALL", "LC_MESSAGES", "LANG")
    assert language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}) == "en"
    assert language({"LC_ALL": "", "LC_MESSAGES": "zh_TW"}) == "zh"
    assert language({"LANG": "de_DE"}) == language({}) == "en"


def test_a_language_without_a_catalogue_is_refused():
    with pytest.raises(UsageError, match="there are no answers in 'fr': write one of en, zh"):
        catalogue("fr")


# What is printed.


def test_the_questions_are_listed_in_the_language(said, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    assert "为什么两次握手不够？" in said()
    assert "Why is a two-way handshake not enough?" in said("--lang", "en")
    assert json.loads(said("--json"))["lang"] == "zh"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_the_runs_part_is_marked_in_both(said, lang):
    text = said("time-wait", "--lang", lang)
    marks = [i for i, line in enumerate(text.splitlines()) if catalogue(lang).frame["mark"] in line]

    assert len(marks) == 2
    assert all(text.splitlines()[i + 2].startswith("5.") for i in marks)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_wider_than_a_ladder(said, name, lang):
    assert all(columns(line) <= 110 for line in said(name, "--lang", lang).splitlines())


def test_an_answer_in_chinese_keeps_the_rules_and_states_as_they_are(said):
    text = said("two-way", "--lang", "zh")

    assert "LISTEN answers a SYN with SYN,ACK" in text
    assert "两次运行在第 4 步分开。" in text
    assert "此后 B 处于 ESTABLISHED" in text


def test_what_holds_within_bounds_that_were_met_is_said_to_do_no_more(said):
    assert "leaves_close_wait_if_closed holds within these bounds, which some steps met." in said("close-wait-leak")


def test_json_says_the_language_and_keeps_its_schema(said):
    document = json.loads(said("close-wait-leak", "--lang", "zh", "--json"))

    assert (document["schema"], document["lang"]) == (1, "zh")
    assert document["question"] == catalogue("zh").topics["close-wait-leak"]["question"]
    assert document["without"]["spec"] == "close_wait_leak"
    assert document["with"]["claim"] == "leaves_close_wait_if_closed"
    assert document["with"]["within_bounds"] == ["A_to_B is full", "B_to_A is full"]
