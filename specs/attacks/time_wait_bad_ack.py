"""A forged ACK of what was never sent meets TIME-WAIT: it starts 2MSL over and is not answered.

Source: RFC 9293 3.10.7.4 fifth, TIME-WAIT STATE; promise Q1.  The attacker knows RCV.NXT and not SND.NXT.  Where
whatever TIME-WAIT answers starts it over (`time_wait_restart=ack_bearing`, more than the letter), no answer
outlives it.  A stack that judges the ACK first, as in ESTABLISHED, answers and goes on waiting as before: its
answer may meet the next connection.
"""

from tcpmodel import (
    Always,
    Attacker,
    Network,
    Time,
    User,
    Witness,
    at_least,
    both,
    connection,
    equal,
    every,
    implies,
    variable,
)
from tcpmodel.tcp import OUT, TIME_WAIT, at, mutants, nothing_in_flight, promises, state, time_wait_elapsed

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(capacity=3),
    time=Time(msl=1, time_wait=4),
    attacker=Attacker(target="A", acks=1, knows=("seq",)),
    bits=4,
    established=True,
    time_wait_restart="ack_bearing",
)
waiting = both(*(promises.is_in(end, TIME_WAIT) for end in "AB"))
as_old = every(OUT, "each", at_least(variable("each.age", time_wait_elapsed.sort), time_wait_elapsed))
claims = [
    Witness(
        "starts_over",
        both(waiting, at("A", equal(time_wait_elapsed, 0)), at("B", equal(time_wait_elapsed, 4))),
        says="A waits from the start again, B has waited long enough",
    ),
    Always(
        "answers_start_it_over",
        at("A", implies(equal(state, TIME_WAIT), as_old)),
        needs=promises.is_in("A", TIME_WAIT) & ~nothing_in_flight(),
        says="nothing that A has in flight in TIME-WAIT is younger than the wait",
    ),
    promises.typing(),
]
broken_by = {"answers_start_it_over": mutants.time_wait_judges_acks_first}
