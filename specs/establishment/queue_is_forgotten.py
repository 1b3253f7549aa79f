"""What was queued before ESTABLISHED is forgotten with the TCB: no later connection sends it.

Source: RFC 9293 3.10.2, 3.10.4, 3.10.8 and 3.10.7.4 fourth: SEND and CLOSE wait in SYN-RECEIVED; a crash, a user
timeout or a second SYN ends the attempt, and the user's octet and its CLOSE end with it.
"""

from tcpmodel import User, Witness, connection, equal
from tcpmodel.tcp import LISTEN, SYN_RECEIVED, at, hygiene, inc, mutants, promises, queued, state

system = connection(
    a=User(active_opens=2, aborts=1),
    b=User(passive_opens=1, sends=1, closes=1, crashes=1, timeouts=1),
    bits=4,
    isn="last_used_plus",
)
waiting = at("B", equal(state, SYN_RECEIVED) & queued.fin & equal(queued.text, 1))
claims = [
    Witness("queued", waiting, says="an octet and a CLOSE wait in SYN-RECEIVED"),
    Witness(
        "back_in_listen",
        promises.is_in("B", LISTEN) & at("B", equal(inc, 1)),
        says="B listens again after a first attempt",
    ),
    hygiene.all_is_forgotten(),
    promises.no_stale_data(),
    promises.typing(),
]
broken_by = {"all_is_forgotten": mutants.queue_outlives_the_tcb}
