"""Most hosts set ACK in the reset that ABORT sends; whoever gets it must not look at that ACK.

Source: RFC 9293 3.10.5 writes <SEQ=SND.NXT><CTL=RST>, and 3.10.7.4 second judges a reset by its SEQ alone, in front
of the fifth check.  A stack that ignores such a reset in SYN-RECEIVED (FreeBSD D40982), in ESTABLISHED (picoTCP
#248), or where its ACK does not cover all that was sent, stays in a connection with nobody.
"""

from tcpmodel import LeadsTo, Network, User, Witness, both, connection, equal
from tcpmodel.tcp import (
    CLOSED,
    ESTABLISHED,
    RESETS,
    SYN_RECEIVED,
    all_acknowledged,
    arrive,
    at,
    in_flight,
    inc,
    mutants,
    promises,
    something_outstanding,
)

system = connection(
    a=User(active_opens=1, aborts=1, first_isn=0),
    b=User(passive_opens=1, sends=1, first_isn=4),
    network=Network(capacity=3, when_full="block"),
    abort_reset="ack",
)
on_its_way = in_flight("A", lambda segment, sender: segment.ctl.rst & equal(sender, inc))
gone = both(promises.is_in("A", CLOSED), promises.has_ended("A", "aborted"), on_its_way)


def is_told(name, waits, how):
    """B does not stay where its peer's reset finds it."""
    says = f"where A has aborted and its reset is on its way, B, {how}, leaves the connection"
    there = promises.is_in("B", SYN_RECEIVED, ESTABLISHED)
    return LeadsTo(name, both(gone, waits), ~there, arrive("B", RESETS), says=says)


claims = [
    Witness(
        "aborted_early", both(gone, promises.is_in("B", SYN_RECEIVED)), says="the reset overtakes the third segment"
    ),
    promises.both_established(),
    is_told("told_in_syn_received", promises.is_in("B", SYN_RECEIVED), "in SYN-RECEIVED"),
    is_told(
        "told_when_established",
        promises.is_in("B", ESTABLISHED) & at("B", all_acknowledged),
        "ESTABLISHED and with nothing outstanding",
    ),
    is_told(
        "told_with_text_outstanding",
        promises.is_in("B", ESTABLISHED) & at("B", something_outstanding),
        "ESTABLISHED and with an octet outstanding",
    ),
    promises.no_stale_control(),
    promises.typing(),
]
broken_by = {
    "told_in_syn_received": mutants.syn_received_ignores_rst_ack,
    "told_when_established": mutants.established_ignores_rst_ack,
    "told_with_text_outstanding": mutants.reset_with_old_ack_is_ignored,
}
