"""The third segment of the handshake carries text and a FIN: B passes from SYN-RECEIVED to CLOSE-WAIT at one arrival.

Source: RFC 9293 3.10.7.4, fifth check ("if SND.UNA < SEG.ACK =< SND.NXT, then enter ESTABLISHED state and continue
processing"), seventh and eighth; 3.10.2 and 3.10.4, by which A's calls wait for ESTABLISHED.  A's bare ACK is lost or
overtaken; the segment with what A had queued serves as well.
"""

from tcpmodel import Network, User, Witness, both, connection, equal
from tcpmodel.tcp import CLOSE_WAIT, SYN_RECEIVED, at, delivered, hygiene, in_flight, mutants, promises

system = connection(
    a=User(active_opens=1, sends=2, closes=1, first_isn=0),
    b=User(passive_opens=1, first_isn=8),
    network=Network(capacity=2, lose=1),
    segments="any",
    bits=4,
)
meets_syn_received = both(
    promises.is_in("B", SYN_RECEIVED),
    in_flight("A", lambda s, sender: both(s.has_text, s.ctl.fin)),
    ~in_flight("A", lambda s, sender: ~s.has_text),
)
claims = [
    Witness(
        "text_and_fin_meet_syn_received",
        meets_syn_received,
        says="text and FIN in one segment are all that is in flight to B, which is in SYN-RECEIVED",
    ),
    Witness(
        "taken_at_once",
        both(promises.is_in("B", CLOSE_WAIT), at("B", equal(delivered, 1))),
        says="B has delivered the text and consumed the FIN",
    ),
    promises.agreement_on_entry(),
    promises.whole_stream(),
    promises.no_stale_data(),
    promises.typing(),
    hygiene.own_numbers(),
    hygiene.acknowledged_is_received(),
]
broken_by = {"whole_stream": mutants.text_in_front_of_fin_is_lost}
