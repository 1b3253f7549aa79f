"""A tracker takes an old ACK for the last one, forgets the connection, and drops the FIN that has to come again.

Source: RFC 9293 3.6 and RFC 5961 3.2; conntrack's and firewalls' close tracking.  The tracker has seen both FINs, and
the next ACK from A ends the flow for it; but that ACK answers something else, as a challenge does, and not B's FIN.  B
stays in LAST-ACK: its FIN does not pass, and nobody answers.
"""

from tcpmodel import (
    BOOL,
    TRUE,
    LeadsTo,
    Network,
    Part,
    Row,
    User,
    Variable,
    Witness,
    both,
    connection,
    equal,
    variable,
    weak,
)
from tcpmodel.tcp import (
    BARE_ACKS,
    FINS,
    LAST_ACK,
    RESETS,
    arrive,
    at,
    promises,
    rcv,
    repeats,
    seg,
    snd,
    takes,
    theirs,
)

saw_a = variable("tracker.saw_a", BOOL, says="the tracker has seen A's FIN", denies="the tracker has not seen A's FIN")
saw_b = variable("tracker.saw_b", BOOL, says="the tracker has seen B's FIN", denies="the tracker has not seen B's FIN")
gone = variable("tracker.gone", BOOL, says="the tracker has forgotten the flow", denies="the tracker knows the flow")
CITE = "RFC 9293 3.6"


def sees(end, event, name, noted, *when, of):
    """The tracker looks at a segment of this end, which goes on, and notes something if it is of this kind."""
    row = Row(name, CITE, when=of, set={noted: TRUE})
    return takes("tracker", end, event, row, when=(~gone, *when), stays=True)


dropped = Row("the tracker drops a segment of no flow", CITE)
tracker = Part(
    "tracker",
    variables=(Variable(saw_a), Variable(saw_b), Variable(gone)),
    rules=(
        sees("A", "sees A's FIN", "A's FIN passes the tracker", saw_a, ~saw_a, of=(seg.ctl.fin,)),
        sees("B", "sees B's FIN", "B's FIN passes the tracker", saw_b, ~saw_b, of=(seg.ctl.fin,)),
        sees(
            "A",
            "takes an ACK for the last",
            "an ACK after both FINs is taken for the last",
            gone,
            saw_a,
            saw_b,
            of=(seg.ctl.ack, ~seg.ctl.fin),
        ),
        takes("tracker", "A", "drops what A sends", dropped, when=(gone,)),
        takes("tracker", "B", "drops what B sends", dropped, when=(gone,)),
    ),
    holds_back={"A": gone, "B": gone},
)
system = connection(
    a=User(closes=1, retransmissions=None),
    b=User(sends=1, closes=1, retransmissions=None),
    network=Network(capacity=3, when_full="block"),
    path=[tracker],
    bits=4,
    established=True,
)
too_soon = both(gone, promises.is_in("B", LAST_ACK), at("A", ~equal(rcv.nxt, theirs(snd.nxt))))
claims = [
    Witness(
        "forgotten_too_soon",
        too_soon,
        says="B is in LAST-ACK, A has not had its FIN, and the tracker has forgotten the flow",
    ),
    LeadsTo(
        "fin_gets_through",
        too_soon,
        ~promises.is_in("B", LAST_ACK),
        (*repeats("B"), weak("tracker: drops what B sends"), *arrive("A", FINS), *arrive("B", BARE_ACKS, RESETS)),
        says="B leaves LAST-ACK though the tracker has forgotten the flow before B's FIN got through",
        expected="fails",
    ),
    promises.no_stale_data(),
    promises.whole_stream(),
    promises.typing(),
]
