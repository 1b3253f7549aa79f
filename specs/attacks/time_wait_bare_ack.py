"""A bare ACK at RCV.NXT starts TIME-WAIT over, also where it acknowledges what was never sent, and is not answered.

Source: RFC 9293 3.10.7.4 fifth: TIME-WAIT does not look at SEG.ACK.  An ACK for each ACK would have two ends in
TIME-WAIT acknowledge each other for ever.  The attacker knows RCV.NXT and not SND.NXT; B, which waits as well,
shows how much time has passed.
"""

from tcpmodel import (
    TRUE,
    Always,
    Attacker,
    LeadsTo,
    Network,
    Time,
    User,
    Witness,
    at_least,
    before,
    both,
    connection,
    equal,
)
from tcpmodel.tcp import (
    BARE_ACKS,
    TIME_WAIT,
    arrive,
    at,
    in_flight,
    mutants,
    promises,
    rcv,
    snd,
    theirs,
    time_wait_elapsed,
)

system = connection(
    a=User(closes=1),
    b=User(closes=1),
    network=Network(reorder=False),
    time=Time(msl=1, time_wait=4),
    attacker=Attacker(target="A", acks=1, knows=("seq",)),
    established=True,
)
waiting = both(*(promises.is_in(end, TIME_WAIT) for end in "AB"))
starts_over = both(waiting, at("A", equal(time_wait_elapsed, 0)), at("B", equal(time_wait_elapsed, 4)))
bad = in_flight(
    "B",
    lambda segment, sender: (
        segment.ctl.ack & equal(segment.seq, theirs(rcv.nxt)) & before(theirs(snd.nxt), segment.ack)
    ),
)
claims = [
    Witness("starts_over", starts_over, says="A waits from the start again, B has waited long enough"),
    LeadsTo(
        "bad_ack_starts_it_over",
        both(waiting, at("A", at_least(time_wait_elapsed, 2)), bad),
        at("A", equal(time_wait_elapsed, 0)),
        arrive("A", BARE_ACKS),
        says="an ACK of what was never sent has A's TIME-WAIT begin again, or it is over",
    ),
    Always(
        "no_answer",
        ~(starts_over & in_flight("A", lambda segment, sender: TRUE)),
        needs=starts_over,
        says="where A waits from the start again, it has sent nothing",
    ),
    promises.typing(),
]
broken_by = {
    "bad_ack_starts_it_over": mutants.time_wait_judges_acks_first,
    "no_answer": mutants.time_wait_answers_acks,
}
