"""A firewall ends a connection with a reset whose number does not fit, and answers every challenge with the same reset.

Source: RFC 5961 section 9; hazard H77.  The firewall swallows A's octet and resets B at the number behind it, which B
has not reached; B challenges, and the firewall, which takes the challenge for more traffic of a connection that it
wants to end, sends its reset again: for ever, unless B throttles its challenges or the firewall reads the ACK.
"""

from tcpmodel import BOOL, SEQ, TRUE, Network, Part, Row, User, Variable, Witness, connection, variable, weak
from tcpmodel.tcp import (
    BARE_ACKS,
    ESTABLISHED,
    RESETS,
    RST,
    TEXTS,
    arrive,
    emit,
    in_flight,
    in_name_of,
    promises,
    seg,
    takes,
)

blocks = variable("firewall.blocks", BOOL, says="the firewall ends the connection", denies="the firewall lets it be")
number = variable("firewall.number", SEQ, says="the number that the firewall resets with")
reset = in_name_of("A", emit(seq=number, ctl=(RST,)))
firewall = Part(
    "firewall",
    variables=(Variable(blocks), Variable(number)),
    rules=(
        takes(
            "firewall",
            "A",
            "swallows text",
            Row(
                "the firewall swallows text and resets the receiver",
                "RFC 5961 9",
                when=(seg.has_text,),
                set={blocks: TRUE, number: seg.seq + seg.text},
                send=reset,
            ),
            when=(~blocks,),
        ),
        takes(
            "firewall",
            "B",
            "answers a challenge",
            Row("the firewall answers a challenge with its reset", "RFC 5961 9", when=(seg.ctl.ack,), send=reset),
            when=(blocks,),
        ),
    ),
    holds_back={"B": blocks},
)
system = connection(
    a=User(sends=1), b=User(), network=Network(capacity=2, when_full="block"), path=[firewall], bits=4, established=True
)
claims = [
    Witness(
        "challenged",
        blocks & in_flight("B", lambda s, sender: s.ctl.ack) & promises.is_in("B", ESTABLISHED),
        says="the firewall has sent its reset, and B has challenged it",
    ),
    promises.falls_silent(
        weak("firewall: swallows text"),
        weak("firewall: answers a challenge"),
        *arrive("A", BARE_ACKS),
        *arrive("B", TEXTS, RESETS),
        expected="fails",
    ),
    promises.no_stale_data(),
    promises.typing(),
]
hazards = {"H77": "falls_silent"}
