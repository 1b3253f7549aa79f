"""The table of states found: exact, open-addressing, one cache line a bucket.

A bucket holds twelve states: a byte of each one's hash, and its number; the state itself lies in the
store under that number.  A state is claimed by comparing and swapping its number in, so several
workers share the table without locks.  A byte of zero is a state not there yet, or not quite yet.

With hash compaction (Wolper and Leroy, 1993) states whose hashes of 64 bits are equal count as one,
and nothing but those hashes is kept of states that have been expanded.

*Problem.*  A search asks of every step whether it leads to a new state, tens of millions of times a second, and nearly
every question waits for memory: the table is far larger than the caches, and a hash goes anywhere in it.  So what
counts is how many cache lines a question touches, and how early they are asked for.

*Idea.*  Open addressing with linear probing, in buckets of one cache line (64 bytes).  A bucket keeps a byte of the
hash of each of its entries, a tag, so all twelve are compared by one instruction on 16 bytes, and only an entry whose
tag fits, one in 256 of the others, is followed into the store.  The bucket's number comes from the hash's upper half by
multiplication instead of division, the tag from its lowest byte, so the two say different things of a state.

*Waiting for memory.*  Workers gather successors and handle them together: they ask for all buckets first
(`look_ahead`), then for the states that tags point to (`peek`), and compare last (`claim`).  By the time that a line is
read it has mostly come.

*Without locks.*  An entry is free while its number is zero.  A worker that finds no equal state writes its own into the
store and then compares and swaps the number into the first free entry of the bucket; whoever comes second sees the
other's number and compares with that state.  The tag is written after the number: a reader that still sees a tag of
zero finds the entry again as the first free one, fails to swap, and compares.  So no state is entered twice, and
none is missed.  Entries are never removed.

*Growing.*  When a share of `FULLEST` is in use all workers meet, and a table `GROWTH` times as large is filled from the
store; numbers of states stay, so nothing else changes.

*What it costs.*  5.3 bytes for each entry, so 6.3 for each state in a table as full as it may be, besides the state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tcpmodel.explore.native.code import Code, Place, Value, all_of
from tcpmodel.explore.native.context import Context, Slot

BUCKET = 64
ENTRIES = 12
IDS_AT = 16
FULLEST = 0.85
"""The share of entries in use at which the table grows."""
GROWTH = 1.75
AHEAD = 32
"""How many states ahead a table that is filled anew asks for buckets."""
SEED = 0x243F6A8885A308D3
MULTIPLIERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)

DECLARATIONS = """
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
declare i16 @llvm.cttz.i16(i16, i1)
"""


def hash_of(words: Sequence[Value]) -> Value:
    """The hash of a stored state: products of pairs of words, folded, and once more what they come to."""
    code = words[0].code

    def folded(left: Value, right: Value) -> Value:
        wide = left.to("i128") * right.to("i128")
        return wide.to("i64") ^ (wide >> 64).to("i64")

    mixed = code.constant(SEED)
    for i in range(0, len(words), 2):
        second = words[i + 1] if i + 1 < len(words) else code.constant(0)
        mixed = mixed ^ folded(words[i] ^ _multiplier(i), second ^ _multiplier(i + 1))
    return folded(mixed, code.constant(MULTIPLIERS[0]))


def hash_in_python(words: Sequence[int]) -> int:
    """The same hash of the same words, for those who look for a state by it."""

    def folded(left: int, right: int) -> int:
        return (left * right ^ (left * right >> 64)) & ((1 << 64) - 1)

    mixed = SEED
    for i in range(0, len(words), 2):
        second = words[i + 1] if i + 1 < len(words) else 0
        mixed ^= folded(words[i] ^ _multiplier(i), second ^ _multiplier(i + 1))
    return folded(mixed, MULTIPLIERS[0])


def _multiplier(place: int) -> int:
    """A number of its own for each word."""
    return (MULTIPLIERS[place % 4] * (place // 4 * 2 + 1)) & ((1 << 64) - 1)


def bucket_of(context: Context, hashed: Value) -> Value:
    """The number of the bucket where a state of this hash belongs."""
    return ((hashed >> 32) * context[Slot.BUCKETS].get()) >> 32


def tag_of(hashed: Value) -> Value:
    """The byte of the hash that the bucket holds: never zero."""
    tag = hashed & 255
    return tag.differs(0).choose(tag, 1)


def look_ahead(context: Context, hashed: Value) -> None:
    """Ask for the bucket's cache line."""
    prefetch(context.array(Slot.TABLE).at(bucket_of(context, hashed) * BUCKET, "i8").address)


def prefetch(address: Value) -> None:
    """Ask for a cache line."""
    address.code.line(f"call void @llvm.prefetch.p0(ptr {address.text}, i32 0, i32 3, i32 1)")


def _bucket(context: Context, number: Value) -> Value:
    return context.array(Slot.TABLE).at(number * BUCKET, "i8").address


def _tags(bucket: Value) -> Value:
    """The bytes of the bucket's entries."""
    return bucket.code.result("<16 x i8>", f"load <16 x i8>, ptr {bucket.text}, align 16")


def _matches(tags: Value, tag: Value) -> Value:
    """Bits of the entries that have this byte."""
    code, byte = tags.code, tag.to("i8")
    one = code.result("<16 x i8>", f"insertelement <16 x i8> poison, i8 {byte.text}, i32 0")
    every = code.result(
        "<16 x i8>", f"shufflevector <16 x i8> {one.text}, <16 x i8> poison, <16 x i32> zeroinitializer"
    )
    equal = code.result("<16 x i1>", f"icmp eq <16 x i8> {tags.text}, {every.text}")
    bits = code.result("i16", f"bitcast <16 x i1> {equal.text} to i16")
    return bits & ((1 << ENTRIES) - 1)


def _lowest(bits: Value) -> Value:
    """The place of the lowest bit."""
    return bits.code.result("i16", f"call i16 @llvm.cttz.i16(i16 {bits.text}, i1 true)").to("i64")


def _id(bucket: Value, entry: Value) -> Place:
    """An entry's number, plus one."""
    return bucket.at(IDS_AT, "i8").address.at(entry, "i32")


def _load_id(bucket: Value, entry: Value) -> Value:
    text = f"load atomic i32, ptr {_id(bucket, entry).address.text} acquire, align 4"
    return bucket.code.result("i32", text).to("i64")


class Keys:
    """By what states are compared: all their words, or with compaction their hashes."""

    def __init__(self, words: int, *, compact: bool) -> None:
        self.words, self.compact = words, compact

    def place(self, context: Context, number: Value) -> Value:
        """Address of a state's key."""
        if self.compact:
            return context.array(Slot.HASHES).at(number).address
        return context.array(Slot.STORE).at(number * self.words).address

    def wanted(self, hashed: Value, state: Value) -> list[Value]:
        """The key of a state at hand."""
        return [hashed] if self.compact else [state.at(i).get() for i in range(self.words)]

    def hashed(self, context: Context, number: Value) -> Value:
        """The hash of a state in the store."""
        place = self.place(context, number)
        return place.at(0).get() if self.compact else hash_of([place.at(i).get() for i in range(self.words)])

    def keep(self, context: Context, number: Value, hashed: Value) -> None:
        """Note the key of a state that was put into the store."""
        if self.compact:
            self.place(context, number).at(0).set(hashed)


def peek(keys: Keys) -> str:
    """`peek(ctx, hash)`: the number of the state that the bucket's first matching entry names, else 0.

    It is asked for: by the time that it is compared it should be there.
    """
    code = Code("peek", {"ctx": "ptr", "hash": "i64"}, "i64", inline=True)
    context, hashed = Context(code.arguments["ctx"]), code.arguments["hash"]
    bucket = _bucket(context, bucket_of(context, hashed))
    found = _matches(_tags(bucket), tag_of(hashed))
    likely = _load_id(bucket, _lowest(found | (1 << (ENTRIES - 1)))) - 1
    number = found.differs(0).choose(likely, 0)
    prefetch(keys.place(context, number))
    code.give(number)
    return code.text()


def is_there(keys: Keys, context: Context, number: Value, hashed: Value, state: Value) -> Value:
    """Whether the state of this number is the one wanted."""
    there = keys.place(context, number)
    wanted = keys.wanted(hashed, state)
    return all_of(state.code, [w.equals(there.at(i).get()) for i, w in enumerate(wanted)])


def find(keys: Keys) -> str:
    """`find(ctx, hash, state)`: the number of a state that is in the table, else -1."""
    code = Code("find", {"ctx": "ptr", "hash": "i64", "state": "ptr"}, "i64")
    context, hashed = Context(code.arguments["ctx"]), code.arguments["hash"]
    same = _Same(keys, context, hashed, code.arguments["state"])
    with _probing(context, hashed) as (bucket, tags):
        same.among(bucket, _matches(tags, tag_of(hashed)))
        with code.when(_matches(tags, code.constant(0)).differs(0)):
            code.give(-1)
    return code.text()


def claim(keys: Keys) -> str:
    """`claim(ctx, hash, state)`: the number of a state; if it is new, that is NEXT, where the caller has put it."""
    code = Code("claim", {"ctx": "ptr", "hash": "i64", "state": "ptr"}, "i64")
    context, hashed = Context(code.arguments["ctx"]), code.arguments["hash"]
    same, mine = _Same(keys, context, hashed, code.arguments["state"]), context[Slot.NEXT].get()
    with _probing(context, hashed) as (bucket, tags):
        same.among(bucket, _matches(tags, tag_of(hashed)))
        other = _take_free_entry(context, bucket, tags, tag_of(hashed), mine)
        same.give_if_it_is(other)
    return code.text()


def place(keys: Keys) -> str:
    """`place(ctx, first, end)`: put the states of these numbers, which are all different, into the table."""
    code = Code("place", {"ctx": "ptr", "first": "i64", "end": "i64"}, public=True)
    context = Context(code.arguments["ctx"])
    end = code.arguments["end"]
    with code.counting(code.arguments["first"], end) as number:
        with code.when((number + AHEAD).below(end)):
            look_ahead(context, keys.hashed(context, number + AHEAD))
        code.call("put", code.arguments["ctx"], keys.hashed(context, number), number, returns="i64")
    code.give()
    return put() + code.text()


def put() -> str:
    """`put(ctx, hash, number)`: put a state that is not there yet under its number."""
    code = Code("put", {"ctx": "ptr", "hash": "i64", "number": "i64"}, "i64")
    context, hashed = Context(code.arguments["ctx"]), code.arguments["hash"]
    with _probing(context, hashed) as (bucket, tags):
        _take_free_entry(context, bucket, tags, tag_of(hashed), code.arguments["number"])
    return code.text()


@contextmanager
def _probing(context: Context, hashed: Value) -> Iterator[tuple[Value, Value]]:
    """Look at a bucket after the other, from the hash's own, until what is written inside gives a result.

    A bucket with a free entry is looked at again: if it was not taken, another worker was first.
    """
    code = hashed.code
    number = code.variable(bucket_of(context, hashed))
    with code.loop():
        bucket = _bucket(context, number.get())
        tags = _tags(bucket)
        code.line("fence acquire")
        yield bucket, tags
        with code.when(_matches(tags, code.constant(0)).equals(0)):
            after = number.get() + 1
            number.set(after.equals(context[Slot.BUCKETS].get()).choose(code.constant(0), after))


def _take_free_entry(context: Context, bucket: Value, tags: Value, tag: Value, number: Value) -> Value:
    """Give `number` if the bucket's first free entry could be had for it; else what is there now, or 0."""
    code, other = bucket.code, bucket.code.variable(0)
    free = _matches(tags, code.constant(0))
    with code.when(free.differs(0)):
        entry = _lowest(free)
        new, at = (number + 1).to("i32"), _id(bucket, entry).address
        with code.when(context[Slot.ALONE].get().differs(0)):
            _id(bucket, entry).set(new)
            bucket.at(entry, "i8").set(tag.to("i8"))
            code.give(number)
        pair = code.result("{ i32, i1 }", f"cmpxchg ptr {at.text}, i32 0, i32 {new.text} acq_rel acquire")
        with code.when(code.result("i1", f"extractvalue {{ i32, i1 }} {pair.text}, 1")):
            byte = bucket.at(entry, "i8").address
            code.line(f"store atomic i8 {tag.to('i8').text}, ptr {byte.text} release, align 1")
            code.give(number)
        other.set(code.result("i32", f"extractvalue {{ i32, i1 }} {pair.text}, 0").to("i64"))
    return other.get()


class _Same:
    """Comparing the state wanted with those that entries name; gives the number of the one that is the same."""

    def __init__(self, keys: Keys, context: Context, hashed: Value, state: Value) -> None:
        self._code, self._keys, self._context = state.code, keys, context
        self._hashed, self._state = hashed, state

    def give_if_it_is(self, entry_id: Value) -> None:
        """Look at the state of an entry's number plus one; zero is none."""
        code = self._code
        with code.when(entry_id.differs(0)):
            same = is_there(self._keys, self._context, entry_id - 1, self._hashed, self._state)
            with code.when(same):
                code.give(entry_id - 1)

    def among(self, bucket: Value, bits: Value) -> None:
        """Look at each of these entries."""
        code = self._code
        left = code.variable(bits, "i16")
        with code.loop() as each:
            now = left.get()
            each.leave(now.equals(0))
            self.give_if_it_is(_load_id(bucket, _lowest(now)))
            left.set(now & (now - 1))
