"""SEGMENT ARRIVES: what an endpoint does with a segment (RFC 9293 3.10.7).

CLOSED, LISTEN and SYN-SENT have one block each; the eight other states share a sequence of blocks,
one per check of 3.10.7.4 (`checks`: sequence number, RST, SYN, ACK, text, FIN).
"""

from __future__ import annotations

from tcpmodel.language.terms import FALSE, TRUE
from tcpmodel.systems.row import FirstMatch, Row
from tcpmodel.tcp.rfc9293.calls import CHOOSE_ISS, SYN_NUMBERS
from tcpmodel.tcp.rfc9293.checks import (
    ACK_CHECK,
    FIN_CHECK,
    RESET,
    RST_CHECK,
    SEQUENCE_CHECK,
    SYN_CHECK,
    TEXT_CHECK,
    ack_is_new,
)
from tcpmodel.tcp.rfc9293.segment import (
    ACK,
    ACK_SEGMENT,
    RESET_AFTER_SEG,
    RESET_AT_SEG_ACK,
    SYN,
    ctl,
    emit,
    seg,
)
from tcpmodel.tcp.rfc9293.tcb import (
    CLOSED,
    ESTABLISHED,
    LISTEN,
    SYN_RECEIVED,
    SYN_SENT,
    TCB,
    irs,
    iss,
    passive,
    rcv,
    snd,
    state,
)

TAKE_SYN = {irs: seg.seq, rcv.nxt: seg.seq + 1}
SYN_ACK_SEGMENT = emit(seq=iss, ack=rcv.nxt, ctl=(SYN, ACK))

CLOSED_ARRIVALS = FirstMatch(
    "segment arrives in CLOSED",
    state,
    (CLOSED,),
    (
        Row("CLOSED drops a reset", "3.10.7.1", when=(ctl.rst,)),
        Row("CLOSED resets the sender of an ACK", "3.10.7.1", when=(ctl.ack,), send=RESET_AT_SEG_ACK),
        Row("CLOSED resets the sender of anything else", "3.10.7.1", send=RESET_AFTER_SEG),
    ),
)

LISTEN_ARRIVALS = FirstMatch(
    "segment arrives in LISTEN",
    state,
    (LISTEN,),
    (
        Row("LISTEN drops a reset", "3.10.7.2 first", when=(ctl.rst,)),
        Row("LISTEN resets the sender of an ACK", "3.10.7.2 second", when=(ctl.ack,), send=RESET_AT_SEG_ACK),
        Row(
            "LISTEN answers a SYN with SYN,ACK",
            "3.10.7.2 third",
            when=(ctl.syn,),
            pick=CHOOSE_ISS,
            set=SYN_NUMBERS | TAKE_SYN | {passive: TRUE},
            goto=SYN_RECEIVED,
            send=SYN_ACK_SEGMENT,
            reading="text and a FIN on the SYN are not kept for ESTABLISHED; the sender repeats them",
        ),
        Row("LISTEN drops anything else", "3.10.7.2 fourth"),
    ),
)

SYN_SENT_ARRIVALS = FirstMatch(
    "segment arrives in SYN-SENT",
    state,
    (SYN_SENT,),
    (
        Row(
            "SYN-SENT drops a reset that acknowledges nothing it sent",
            "3.10.7.3 first",
            when=(ctl.ack, ~ack_is_new, ctl.rst),
        ),
        Row(
            "SYN-SENT resets the sender of an unacceptable ACK",
            "3.10.7.3 first",
            when=(ctl.ack, ~ack_is_new),
            send=RESET_AT_SEG_ACK,
        ),
        Row(
            "SYN-SENT is refused",
            "3.10.7.3 second",
            when=(ctl.rst, ctl.ack),
            goto=CLOSED,
            forget=TCB,
            tell=RESET,
            ends="refused",
            reading="erratum 8167: RCV.NXT means nothing here, so SEG.SEQ is not compared with it",
        ),
        Row("SYN-SENT drops a reset without ACK", "3.10.7.3 second", when=(ctl.rst,)),
        Row(
            "SYN,ACK completes the caller's handshake",
            "3.10.7.3 fourth",
            when=(ctl.syn, ctl.ack),
            set=TAKE_SYN | {snd.una: seg.ack},
            goto=ESTABLISHED,
            send=ACK_SEGMENT,
            reading="text and a FIN on it do not go on to the sixth check; the sender repeats them",
        ),
        Row(
            "a SYN crosses ours",
            "3.10.7.3 fourth",
            when=(ctl.syn,),
            set=TAKE_SYN | {passive: FALSE},
            goto=SYN_RECEIVED,
            send=SYN_ACK_SEGMENT,
            reading="text and a FIN on the SYN are not kept for ESTABLISHED; the sender repeats them",
        ),
        Row("SYN-SENT drops what is neither SYN nor reset", "3.10.7.3 fifth"),
    ),
)

SEGMENT_ARRIVES = (
    CLOSED_ARRIVALS,
    LISTEN_ARRIVALS,
    SYN_SENT_ARRIVALS,
    SEQUENCE_CHECK,
    RST_CHECK,
    SYN_CHECK,
    ACK_CHECK,
    TEXT_CHECK,
    FIN_CHECK,
)
