"""Nothing is owed to an idle end, so no timeout ends it: it outlives its peer by any length of time.

Source: RFC 9293 3.10.8 and 3.8.3, as read here: the user timeout expires only while an acknowledgment is
awaited.  What would find the crash out is told in `idle_half_open`.
"""

from tcpmodel import Always, User, Witness, both, connection
from tcpmodel.tcp import CLOSED, ESTABLISHED, hygiene, promises

system = connection(a=User(timeouts=1), b=User(crashes=1), established=True)
left_alone = both(promises.is_in("A", ESTABLISHED), promises.is_in("B", CLOSED))
claims = [
    Witness("half_open", left_alone, says="B has crashed, A has not noticed"),
    Always("never_ends", promises.is_in("A", ESTABLISHED), needs=left_alone, says="A stays ESTABLISHED"),
    promises.typing(),
    hygiene.all_is_settled(),
]
