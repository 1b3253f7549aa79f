"""The words in which specs speak of endpoints: what is no end, no state and no ending is refused."""

import re
from collections.abc import Callable

import pytest

from tcpmodel.errors import DefinitionError
from tcpmodel.language.terms import TRUE
from tcpmodel.tcp import promises
from tcpmodel.tcp.observers.ghosts import delivered
from tcpmodel.tcp.rfc9293.ends import at, each_end, some_end
from tcpmodel.tcp.rfc9293.segment import ctl
from tcpmodel.tcp.rfc9293.tcb import ESTABLISHED, LISTEN, SYN_SENT, iss, snd, state


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (
            lambda: promises.is_in("A"),
            "needs states, not None: tcpmodel.tcp has them, write one of CLOSED",
        ),
        (lambda: promises.is_in("A", "ESTAB"), "tcpmodel.tcp has them, did you mean 'ESTABLISHED'?"),
        (
            lambda: promises.is_in("A", "SYN-SENT"),
            "tcpmodel.tcp has them, write SYN_SENT without quotes",
        ),
        (lambda: promises.is_in("A", LISTEN, TRUE), "is_in('A', ...) needs states, not value(1)"),
        (lambda: promises.is_in("C", LISTEN), "there is no end 'C': write 'A' or 'B'"),
        (lambda: promises.has_ended("A"), "has_ended('A', ...) needs ways to end, not '': write one of aborted"),
        (lambda: promises.has_ended("A", "rest"), "needs ways to end, not 'rest': did you mean 'reset'?"),
        (lambda: promises.has_ended("a", "reset"), "there is no end 'a': write 'A' or 'B'"),
        (lambda: promises.leaves("A", "LISTEN"), "write LISTEN without quotes"),
        (lambda: promises.stale_syn_reaches("A", "LISTEN"), "write LISTEN without quotes"),
        (lambda: promises.agreement_on_entry("C"), "there is no end 'C': write 'A' or 'B'"),
        (lambda: at("A", delivered == iss), "did you write ==? write equal(x, y)"),
        (lambda: each_end(state == LISTEN), "did you write ==? write equal(x, y)"),
        (lambda: some_end(state != LISTEN), "did you write !=? write ~equal(x, y)"),
    ],
)
def test_what_is_no_end_no_state_and_no_ending_is_refused(build: Callable[[], object], says: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(says)):
        build()


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: at("A", delivered == 0), "write equal(x, 0)"),
        (lambda: ~(ctl.rst & (delivered == 0)), "write equal(x, 0)"),
        (lambda: ~(ctl.rst & (delivered == iss)), "write equal(x, y)"),
        (lambda: ctl.rst & (state in (ESTABLISHED, SYN_SENT)), "or one_of(x, values)"),
        (lambda: promises.in_flight("A", lambda segment, sender: segment.ctl.syn == TRUE), "write equal(x, y)"),
        (lambda: promises.in_flight("A", lambda segment, sender: True), "True is Python's, not the model's"),
        (lambda: snd.una < snd.nxt, "write before(x, y)"),
    ],
)
def test_a_comparison_of_pythons_is_refused_where_a_spec_writes_it(build: Callable[[], object], says: str) -> None:
    with pytest.raises(TypeError, match=re.escape(says)):
        build()
