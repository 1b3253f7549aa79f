"""A stranger's SYN in the window is challenged; RFC 793 would reset the connection.

Source: RFC 5961 4; hazard H68 (without `syn_5961` 2 steps from ESTABLISHED, as the prototype found).
"""

from tcpmodel import Always, Attacker, User, Witness, both, connection, within
from tcpmodel.tcp import ESTABLISHED, in_flight, promises, rcv, theirs

system = connection(a=User(), b=User(), attacker=Attacker(syns=1), established=True)
together = both(*(promises.is_in(end, ESTABLISHED) for end in "AB"))
in_the_window = in_flight(
    "A", lambda segment, sender: segment.ctl.syn & within(segment.seq, theirs(rcv.nxt), system.origin["window"])
)
claims = [
    Witness(
        "challenged",
        together & in_flight("B", lambda segment, sender: segment.ctl.ack),
        says="B asks A with an ACK",
    ),
    Always(
        "survives", together, needs=in_the_window, says="both ends stay ESTABLISHED, whatever SYN comes from nobody"
    ),
    promises.typing(),
]
hazards = {"H68": "survives"}
broken_by = {"survives": {"syn_5961": "off"}}
