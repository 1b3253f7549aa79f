"""For each assumption a conversation that needs it: what the judge is to find, and where it goes wrong without.

Some begin with an earlier incarnation of the same connection, whose numbers come again: a copy of one of its segments
that the network kept is a legal way for almost anything to arrive.
"""

from __future__ import annotations

from conform.conversations import A, B, Conversation

from tcpmodel.conform import assumptions as may

OPENED = """A SYN
B SYN,ACK
A ACK
"""
CLOSED_BY_A = """A FIN,ACK
B ACK
B FIN,ACK
A ACK
"""
SETTLED = (
    OPENED
    + """B ACK text=1
A ACK
"""
)
"""Both ends have shown that they are ESTABLISHED, and everything is acknowledged."""
SAME_NUMBERS = """A SYN seq=-11
B SYN,ACK
A ACK text=10
B FIN,ACK
A RST seq=0
+9 A SYN
B SYN
A SYN,ACK seq=0 ack=1
B FIN,ACK seq=1 ack=0 late
"""
"""The last segment is a copy of the fourth, and acknowledges the ISS of a caller whom a SYN has crossed."""
GONE = "that the connection is gone is all that shows"

SENDING = (
    Conversation(may.PROBES, OPENED + "A ACK text=10\nB ACK\n+60 A ACK seq=10\nB ACK", A, 6),
    Conversation(may.TEXT_ON_SYN, "A SYN text=5\nB SYN,ACK ack=1\nA ACK seq=1 ack=1 text=5\nB ACK", A, 1),
    Conversation(
        may.EARLY_TEXT,
        "A SYN text=5\nB SYN,ACK\nB ACK text=7",
        B,
        3,
        beside=(may.TEXT_ON_SYN, may.SYN_TEXT_TAKEN),
        why="only a listener that took a SYN's text sends before the third ACK (RFC 7413 4.2.2)",
    ),
    Conversation(may.ABORT_WITH_ACK, OPENED + "A RST,ACK", A, 4),
    Conversation(may.ABORT_WHILE_CLOSING, OPENED + "B FIN,ACK\nA ACK\nA FIN,ACK\nA RST,ACK", A, 7),
)

OPENING = (
    Conversation(
        may.SYN_TEXT_TAKEN,
        "A SYN text=5\nB SYN,ACK",
        B,
        2,
        beside=(may.TEXT_ON_SYN,),
        why="the text must have come with a SYN",
    ),
    Conversation(
        may.NO_PLACE,
        "A SYN\n+1 A SYN seq=5000\nB SYN,ACK",
        B,
        3,
        instead=(may.RESET_SWALLOWED,),
        why="nobody listened yet, and the reset was lost in the host",
    ),
    Conversation(may.THIRD_ACK_IGNORED, OPENED + "+1 B SYN,ACK seq=0", B, 4),
    Conversation(may.SYN_COOKIE, "A SYN\nB SYN,ACK\nA RST seq=1\nA ACK\nB ACK text=5", B, 5),
    Conversation(
        may.CROSSING_SYN_ACK,
        "A SYN\nB SYN\nA SYN,ACK seq=0\nB SYN,ACK seq=0\nA ACK\nA ACK text=5",
        A,
        6,
        instead=(may.LINUX_WINDOW,),
        why="its row for the crossing SYN,ACK does the same",
    ),
    Conversation(
        may.LINUX_WINDOW,
        """A SYN seq=-2
B SYN,ACK
A ACK text=2
A RST seq=1
+9 A SYN
B SYN,ACK seq=0
A ACK text=2 seq=-1 ack=1 late
B ACK text=5 ack=1""",
        B,
        8,
        instead=(may.UNACCEPTABLE_ACK_USED,),
        why="whoever uses the ACK of any unacceptable segment uses that of one at the edge, too",
    ),
    Conversation(
        may.CROSSING_SYN_IGNORED,
        "A SYN\nB SYN seq=-100\nB SYN\nB SYN,ACK seq=0\nA ACK",
        A,
        5,
    ),
    Conversation(
        may.SYN_RECEIVED_RESETS,
        "A SYN\nB SYN,ACK\nA SYN seq=100 late\nB RST,ACK seq=@0 ack=101",
        B,
        4,
        instead=(may.CRASH,),
        why="a host that forgot its TCB sends that reset, too",
    ),
    Conversation(
        may.SYN_CHALLENGED, "A SYN\nB SYN,ACK\nA SYN seq=100 late\nB ACK\nA ACK seq=1 ack=1\nB ACK text=5", B, 6
    ),
    Conversation(may.ACK_OF_ISS, SAME_NUMBERS + "A ACK text=5 seq=1 ack=2", A, 10),
    Conversation(
        may.BAD_ACK_IGNORED,
        SAME_NUMBERS + "+1 A SYN,ACK seq=0 ack=1",
        A,
        10,
        instead=(may.RESET_SWALLOWED,),
        why="that a reset is not sent is all that shows",
    ),
    Conversation(
        may.UNACCEPTABLE_ACK_USED,
        """A SYN seq=-5
B SYN,ACK
A ACK
A RST seq=-4
+9 A SYN
B SYN,ACK seq=0
A ACK seq=-4 ack=1 late
B ACK
B ACK text=5""",
        B,
        9,
    ),
)

TEXT = (
    Conversation(may.HELD, OPENED + "A ACK text=10 seq=11\nA ACK text=10 seq=1 late\nB ACK", B, 6),
    Conversation(
        may.ACK_AHEAD_WAITS, OPENED + "A FIN,ACK\nB ACK text=10 seq=11\nA ACK ack=1\n+1 A FIN,ACK seq=1 ack=1", A, 7
    ),
    Conversation(
        may.UNSENT_ACK_TAKEN,
        OPENED
        + """B ACK text=100
A ACK text=5
A RST seq=6
+9 A SYN
B SYN,ACK seq=0
A ACK seq=1 ack=1
A ACK seq=1 ack=101 text=5
B ACK seq=1""",
        B,
        11,
    ),
    Conversation(
        may.OLD_ACK_CHALLENGED,
        """A SYN
B SYN,ACK seq=-1000
A ACK text=5
A RST seq=6
+9 A SYN
B SYN,ACK
A ACK seq=1 ack=1
A ACK seq=1 ack=-999 text=5 late
B ACK ack=1
+1 B ACK seq=1 ack=1 text=3""",
        B,
        10,
    ),
    Conversation(
        may.HALF_DUPLEX,
        OPENED + "A FIN,ACK\nB ACK\nB ACK text=10 ack=1 late\nA RST seq=1",
        A,
        7,
        instead=(may.FIN_WAIT_2_ENDS, may.CRASH, may.RESET_SWALLOWED),
        why="whoever has no TCB any more answers text with that reset, too",
    ),
)

RESETS = (
    Conversation(may.RESET_ANSWERED, OPENED + "A RST\n+1 A RST seq=1\nB RST,ACK seq=@0 ack=1", B, 6),
    Conversation(
        may.RESET_BELOW,
        OPENED + "A FIN,ACK\nB ACK\nA RST seq=1\n+1 B SYN seq=9000",
        B,
        7,
        instead=(may.RESET_ANYWHERE, may.CRASH),
        why=GONE,
    ),
    Conversation(
        may.RESET_IN_WINDOW,
        SETTLED + "A RST seq=50\n+1 B SYN seq=9000",
        B,
        7,
        instead=(may.CRASH, may.RESET_SWALLOWED),
        why=GONE,
    ),
    Conversation(
        may.RESET_ANYWHERE,
        """A SYN seq=-200001
B SYN,ACK
A ACK
A RST
+9 A SYN
B SYN,ACK
A ACK
B ACK text=1
A ACK
A RST seq=-200000
+1 B SYN seq=9000""",
        B,
        11,
        instead=(may.CRASH, may.RESET_SWALLOWED),
        why=GONE,
    ),
    Conversation(
        may.SYN_RESETS,
        SETTLED + "A SYN seq=100 late\nB RST,ACK seq=@0 ack=101",
        B,
        7,
        instead=(may.CRASH, may.RESET_SWALLOWED),
        why=GONE,
    ),
)

ENDING = (
    Conversation(may.FIN_TWICE, OPENED + "A FIN,ACK\nB ACK\nA FIN,ACK\nB ACK", B, 7),
    Conversation(may.DEAF_TIME_WAIT, OPENED + CLOSED_BY_A + "B RST seq=2\n+1 B FIN,ACK seq=1\nA ACK", A, 10),
    Conversation(
        may.TIME_WAIT_RESETS_SYN,
        OPENED + CLOSED_BY_A + "B SYN seq=500\nA RST,ACK seq=@0 ack=501\n+1 B FIN,ACK seq=1\nA ACK seq=2 ack=2",
        A,
        11,
    ),
    Conversation(may.REOPENS, OPENED + CLOSED_BY_A + "+1 B SYN seq=5000\nA SYN,ACK seq=9000 ack=5001", A, 9),
    Conversation(may.EARLY_END, OPENED + CLOSED_BY_A + "+1 A SYN seq=9000", A, 8, instead=(may.CRASH,), why=GONE),
    Conversation(
        may.FIN_WAIT_2_ENDS, OPENED + "A FIN,ACK\nB ACK\n+60 A SYN seq=9000", A, 6, instead=(may.CRASH,), why=GONE
    ),
)

ENVIRONMENT = (
    Conversation(may.CRASH, OPENED + "+1 A SYN seq=9000", A, 4),
    Conversation(may.MID_STREAM, "A ACK seq=100 ack=200 text=5\nB ACK", A, 1),
    Conversation(may.RESET_SWALLOWED, SETTLED + "A RST\n+1 A ACK text=5 late\n+1 B SYN seq=5000", B, 8),
)
CONVERSATIONS = SENDING + OPENING + TEXT + RESETS + ENDING + ENVIRONMENT
