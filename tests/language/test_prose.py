"""The prose reading says what a term means in the RFC's manner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language.well_sorted import COLOUR, FREE, SORTS, terms

from tcpmodel.language.prose import prose
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import (
    FALSE,
    TRUE,
    Term,
    alternatives,
    at_least,
    before,
    choose,
    constant,
    down,
    equal,
    every,
    implies,
    named,
    one_of,
    some,
    up,
    upto,
    variable,
    within,
)

RED, GREEN, BLUE = alternatives(COLOUR)
UNA, NXT, ACK = variable("snd.una", SEQ), variable("snd.nxt", SEQ), variable("seg.ack", SEQ)
SYN = variable("seg.syn", BOOL, says="the SYN bit is set", denies="the SYN bit is off")
PASSIVE = variable("passive", BOOL)
LEFT = variable("left", COUNT, says="the budget")
COLOUR_OF = variable("colour", COLOUR, says="the colour")


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (upto(UNA, ACK, NXT), "SND.UNA < SEG.ACK =< SND.NXT"),
        (within(NXT, UNA, 2), "SND.UNA =< SND.NXT < SND.UNA+2"),
        (before(NXT, ACK), "SND.NXT < SEG.ACK"),
        (NXT + 1, "SND.NXT+1"),
        (NXT - 1, "SND.NXT-1"),
        (equal(ACK, NXT), "SEG.ACK = SND.NXT"),
        (~equal(ACK, NXT), "SEG.ACK is not SND.NXT"),
        (SYN, "the SYN bit is set"),
        (~SYN, "the SYN bit is off"),
        (PASSIVE, "passive is set"),
        (~PASSIVE, "passive is not set"),
        (SYN & PASSIVE, "the SYN bit is set and passive is set"),
        (SYN | PASSIVE, "(the SYN bit is set or passive is set)"),
        (~(SYN | PASSIVE), "the SYN bit is off and passive is not set"),
        (~(SYN & PASSIVE), "it is not so that the SYN bit is set and passive is set"),
        (implies(SYN, PASSIVE), "(if the SYN bit is set, then passive is set)"),
        (implies(SYN & PASSIVE, equal(ACK, NXT)), "(if the SYN bit is set and passive is set, then SEG.ACK = SND.NXT)"),
        (PASSIVE | ~SYN, "(passive is set or the SYN bit is off)"),
        (~PASSIVE | ~SYN, "(passive is not set or the SYN bit is off)"),
        (named("the ACK is new", upto(UNA, ACK, NXT)), "the ACK is new"),
        (~named("the ACK is new", upto(UNA, ACK, NXT)), "not (the ACK is new)"),
        (equal(COLOUR_OF, RED), "the colour = red"),
        (one_of(COLOUR_OF, (RED, BLUE)), "the colour is one of red, blue"),
        (equal(COLOUR_OF, RED) | SYN, "(the colour = red or the SYN bit is set)"),
        (at_least(LEFT, 1), "the budget is at least 1"),
        (up(LEFT), "the budget plus one"),
        (down(LEFT), "the budget minus one"),
        (choose(SYN, NXT, 0), "(SND.NXT if the SYN bit is set, else 0)"),
        (TRUE, "always"),
        (FALSE, "never"),
        (constant(3, SEQ), "3"),
        (GREEN, "green"),
        (some("net", "seg", SYN), "a segment is in flight of which: the SYN bit is set"),
        (every("net", "seg", SYN), "it is not so that a segment is in flight of which: the SYN bit is off"),
    ],
    ids=str,
)
def test_a_term_is_said_in_words(term: Term, words: str) -> None:
    assert prose(term) == words


def test_alternatives_of_two_variables_are_not_said_as_of_one() -> None:
    other = variable("other", COLOUR)
    assert prose(equal(COLOUR_OF, RED) | equal(other, BLUE)) == "(the colour = red or OTHER = blue)"


@given(st.sampled_from(SORTS).flatmap(terms))
def test_every_term_can_be_said(term: Term) -> None:
    assert prose(term)


def test_a_variable_without_a_phrase_is_said_by_its_name() -> None:
    assert prose(FREE[2]) == "V.SEQ.1"
