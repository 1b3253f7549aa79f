"""What a spec says breaks a claim does break it, and what it changes besides does not."""

import pytest
from tcp.playing import spec as loaded

from tcpmodel import explore, load
from tcpmodel.errors import DefinitionError
from tcpmodel.judging.broken import breaking_text, broken, broken_verdict, world_of
from tcpmodel.judging.load import spec_paths
from tcpmodel.judging.pins import VERDICTS, in_words
from tcpmodel.tcp.world.connection import sibling

SPECS = {name: loaded(name) for name in spec_paths()}
ENTRIES = [(name, claim) for name, spec in SPECS.items() for claim in spec.broken_by]


WORLDS = [(name, claim) for name, claim in ENTRIES if world_of(SPECS[name], claim)]


@pytest.mark.long
@pytest.mark.parametrize(("name", "claim"), ENTRIES)
def test_what_is_said_to_break_a_claim_breaks_it_in_the_pinned_number_of_steps(name, claim):
    found = in_words(broken_verdict(SPECS[name], claim))
    assert found.startswith("fails ")
    assert VERDICTS.read()[name]["broken"][claim] == found


@pytest.mark.parametrize(("name", "claim"), WORLDS)
def test_the_claim_holds_where_only_the_world_is_changed(name, claim):
    spec = SPECS[name]
    system = sibling(spec.system, **world_of(spec, claim))
    assert explore(system, [spec.claim(claim)]).verdicts[claim].word == "holds"


@pytest.mark.parametrize("name", [name for name, spec in SPECS.items() if spec.hazards])
def test_a_claim_that_keeps_a_hazard_away_says_what_breaks_it(name):
    spec = SPECS[name]
    kept = {claim for claim in spec.hazards.values() if spec.claim(claim).expected == "holds"}
    assert kept <= set(spec.broken_by)


@pytest.mark.parametrize(
    ("name", "claim", "text"),
    [
        ("two_way_echo", "sequence_agreement", "handshake=two_blind"),
        ("three_way_stale_syn", "agreement_on_entry", "handshake=two_blind"),
        ("last_ack_lost", "passive_closer_succeeds", "time.time_wait=4"),
        ("half_close", "whole_stream", "fin_out_of_order"),
        ("no_time_wait", "whole_stream", "fin_out_of_order"),
    ],
)
def test_what_breaks_a_claim_is_told_in_a_few_words(name, claim, text):
    assert breaking_text(SPECS[name], claim) == text


def test_a_broken_system_differs_only_in_what_breaks_it():
    spec = SPECS["last_ack_lost"]
    changed = broken(spec, "passive_closer_succeeds").origin
    assert {k for k in changed if changed[k] != spec.system.origin[k]} == {"time"}


BEGINNING = '''"""A story."""
from tcpmodel import *
from tcpmodel.tcp import promises
system = connection(a=User(active_opens=1), b=User(passive_opens=1))
claims = [promises.both_established(), promises.typing()]
'''


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('hazards = ["H01"]', 'write hazards = {"H04": "a_claim"}'),
        ('hazards = {"H4": "typing"}', "names a hazard 'H4': write an id from 'H01' to 'H80'"),
        ('hazards = {"H81": "typing"}', "names a hazard 'H81'"),
        ('hazards = {"H04": "typign"}', "has no claim 'typign' for H04: did you mean 'typing'?"),
        ('broken_by = "typing"', 'write broken_by = {"a_claim": {"isn": "zero"}}'),
        ('broken_by = {"typign": {"isn": "zero"}}', "has no claim 'typign' to break: did you mean 'typing'?"),
        ('broken_by = {"both_established": {"isn": "zero"}}', "breaks both_established, which does not hold"),
        ('broken_by = {"typing": {}}', "write changes, or a function from rules to rules"),
        ('broken_by = {"typing": "isn"}', "write changes, or a function from rules to rules"),
        ("slow = 1 == 1", "write that, or nothing"),
    ],
)
def test_a_wrong_annotation_is_told_in_one_sentence(tmp_path, line, sentence):
    path = tmp_path / "mine.py"
    path.write_text(BEGINNING + line + "\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as wrong:
        load(path)
    assert sentence in str(wrong.value)
    assert "\n" not in str(wrong.value)
