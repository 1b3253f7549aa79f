"""The library as somebody meets it in a shell: short representations, and arguments that answer a mistake."""

import pydoc
import re
from collections.abc import Callable

import pytest

import tcpmodel
from tcpmodel import Always, Attacker, LeadsTo, Network, Time, User, Witness, connection, explore
from tcpmodel.errors import DefinitionError, UsageError
from tcpmodel.language.terms import FALSE, TRUE, implies
from tcpmodel.tcp import mutants, promises
from tcpmodel.tcp.rfc9293.rules import RFC_9293
from tcpmodel.tcp.rfc9293.tcb import CLOSED, ESTABLISHED

SPEC = tcpmodel.load("two_way_stale_syn")
FOUND = explore(SPEC.system, SPEC.claims)


@pytest.mark.parametrize(
    "value",
    [
        SPEC,
        SPEC.system,
        FOUND,
        *FOUND.verdicts.values(),
        FOUND.trace("no_false_established"),
        tcpmodel.judge(SPEC),
        *tcpmodel.judge(SPEC).judged,
        explore(SPEC.system, [LeadsTo("l", TRUE, FALSE)]).trace("l"),
        RFC_9293,
        mutants.closed_is_silent(RFC_9293),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_shell_shows_is_a_line_that_says_what_it_is(value: object) -> None:
    shown = repr(value)
    assert "\n" not in shown
    assert len(shown) < 400
    assert not re.search(r"0x[0-9a-f]+", shown)


def test_help_on_a_connection_is_short_and_names_its_defaults() -> None:
    text = pydoc.plain(pydoc.render_doc(connection))
    assert len(text) < 2000
    assert "rules: 'Rules' = RFC_9293" in text
    assert "network: 'Network' = Network(capacity=2, lose=0" in text


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: User(opens=1), "User has no 'opens': did you mean 'passive_opens' or 'active_opens'?"),
        (lambda: User(send=1), "User has no 'send': did you mean 'sends'?"),
        (lambda: Network(loss=1), "Network has no 'loss': did you mean 'lose'?"),
        (lambda: Time(mls=1), "Time has no 'mls': did you mean 'msl'?"),
        (lambda: Attacker(x=1), "Attacker has no 'x': write one of acks"),
        (lambda: connection(a=User(), b=User(), c=User()), "a connection has two ends, and 'c' is none"),
        (lambda: connection(a=1, b=User()), "a=1 is no User: write a=User(...)"),
        (lambda: connection(a=User(), b=User(), time=3), "time=3 is no Time: write time=Time(...)"),
        (lambda: connection(a=User(), b=User(), network=None), "network=None is no Network"),
        (lambda: connection(a=User(), b=User(), rules="RFC"), "the rules of A are no rules: write RFC_9293"),
    ],
)
def test_an_argument_that_there_is_not_is_answered_with_those_there_are(build: Callable[[], object], says: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(says)):
        build()


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (RFC_9293.replaced("LISTEN answers a SYN with SYN,ACK"), "in which 'A: segment arrives' cannot happen"),
        (RFC_9293.changed("SYN,ACK completes the caller's handshake", send=None), "'B: segment arrives' cannot happen"),
        (
            RFC_9293.changed("LISTEN answers a SYN with SYN,ACK", goto=CLOSED),
            "after which A is ESTABLISHED and B CLOSED",
        ),
        (
            RFC_9293.changed("an ACK of our SYN establishes the connection", goto=None),
            "A is ESTABLISHED and B SYN-RECEIVED",
        ),
    ],
)
def test_rules_that_do_not_establish_a_connection_cannot_start_with_one(rules, says) -> None:
    with pytest.raises(DefinitionError, match=re.escape(says)) as told:
        connection(a=User(), b=User(), established=True, rules=rules)
    assert str(told.value).startswith("established=True plays the handshake of RFC 9293 figure 6")


def test_the_trace_of_a_claim_is_given_or_those_that_have_one_are_named() -> None:
    assert len(FOUND.trace("no_false_established")) == 4
    with pytest.raises(UsageError, match="there is no trace of 'typing': write one of "):
        FOUND.trace("typing")
    with pytest.raises(
        UsageError, match="there is no trace of 'no_false_establish': did you mean 'no_false_established'"
    ):
        FOUND.trace("no_false_establish")


ENDS = {"a": User(active_opens=1, closes=1, aborts=1), "b": User(passive_opens=1, sends=1, closes=1)}


def test_an_end_has_sent_something_once_it_has_sent_text() -> None:
    silent = connection(bits=4, **ENDS)
    nothing = explore(silent, [Always("never", ~promises.has_sent("A")), Witness("b_does", promises.has_sent("B"))])
    assert [verdict.word for verdict in nothing.verdicts.values()] == ["holds", "witnessed"]
    assert nothing.trace("b_does").system.value(nothing.trace("b_does").last, "B.state") == "ESTABLISHED"


def test_what_is_delivered_has_been_sent() -> None:
    heard = promises.at("A", ~promises.equal(promises.delivered, 0)) & promises.took_each_other("A")
    in_it = promises.is_in("B", ESTABLISHED)
    claim = Always("it_was_sent", implies(heard & in_it, promises.has_sent("B")), needs=heard & in_it)
    assert explore(connection(bits=4, **ENDS), [claim]).verdicts["it_was_sent"].word == "holds"
