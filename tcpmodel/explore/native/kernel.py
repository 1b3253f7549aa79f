"""The search as native code: expand a part of the frontier, look up what was queued, keep what is new.

`search` takes chunks of the frontier until the round's end or its limit.  Successors are queued, and
looked up a batch at a time in three passes, so that each waits for memory as rarely as may be: their
buckets were asked for when they were queued, then the states those name, then all is compared.
Claims are judged on every new state, before anything else is done with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tcpmodel.explore.native import table
from tcpmodel.explore.native.code import Code, Value
from tcpmodel.explore.native.context import Context, Slot
from tcpmodel.explore.native.layout import Layout
from tcpmodel.explore.native.steps import QUEUED_BESIDE, Steps, frame_of, stored_parameters, unpack
from tcpmodel.language.terms import Term

JUDGED_TOGETHER = 64
"""How many conditions one word of SEEN has bits for."""


def texts(
    steps: Steps, *, conditions: Sequence[Term], stuck: Sequence[Term], told: Sequence[Term], compact: bool
) -> Iterator[str]:
    """All functions.

    Bit i of SEEN says that `conditions[i]` came true, the bits after those that a stuck state met
    `stuck`; `told` are the terms whose truth in every state `tell` gives.
    """
    layout = steps.layout
    keys = table.Keys(layout.words, compact=compact)
    yield table.DECLARATIONS
    yield from steps.texts()
    yield table.peek(keys)
    yield table.claim(keys)
    yield table.find(keys)
    yield table.place(keys)
    yield _judge("judge", layout, conditions, first_bit=0)
    yield _judge("judge_stuck", layout, stuck, first_bit=len(conditions))
    yield _flush(keys)
    yield _expand(layout)
    yield _search(layout)
    yield _begin(keys)
    yield _lookup(layout)
    yield _generate()
    yield _graph(layout)
    yield _tell(layout, told)


def _judge(name: str, layout: Layout, conditions: Sequence[Term], *, first_bit: int) -> str:
    """Note which conditions the state of this number satisfies, and for which it is the first."""
    code = Code(name, {"ctx": "ptr", "number": "i64", **stored_parameters(layout)})
    context = Context(code.arguments["ctx"])
    frame = frame_of(layout, code, unpack(layout, [code.arguments[p] for p in stored_parameters(layout)]))
    for word in range(len(conditions)):
        at, bit = divmod(first_bit + word, JUDGED_TOGETHER)
        seen = context.array(Slot.SEEN).at(at)
        new = frame.read(conditions[word]) & (seen.get() & (1 << bit)).equals(0)
        with code.when(new):
            seen.set(seen.get() | (1 << bit))
            context.array(Slot.FIRST).at(first_bit + word).set(code.arguments["number"])
    code.give()
    return code.text()


def _flush(keys: table.Keys) -> str:
    """Look up what is queued; what is new is kept, linked to where it came from, and judged."""
    code = Code("flush", {"ctx": "ptr"})
    context, words = Context(code.arguments["ctx"]), keys.words
    queue, width = context.array(Slot.QUEUE), words + QUEUED_BESIDE
    queued = context[Slot.QUEUED].get()
    with code.counting(0, queued) as n:
        entry = queue.at(n * width).address
        likely = code.call("peek", code.arguments["ctx"], entry.at(words).get(), returns="i64")
        entry.at(words + 3).set(likely)
    with code.counting(0, queued) as n:
        entry = queue.at(n * width).address
        known = table.is_there(keys, context, entry.at(words + 3).get(), entry.at(words).get(), entry)
        with code.when(~known):
            _keep(keys, context, entry)
    context[Slot.QUEUED].set(0)
    code.give()
    return code.text()


def _keep(keys: table.Keys, context: Context, entry: Value) -> None:
    code, mine, words = entry.code, context[Slot.NEXT].get(), keys.words
    stored = [entry.at(i).get() for i in range(words)]
    there = context.array(Slot.STORE).at(mine * words).address
    for i, word in enumerate(stored):
        there.at(i).set(word)
    keys.keep(context, mine, entry.at(words).get())
    number = code.call("claim", code.arguments["ctx"], entry.at(words).get(), entry, returns="i64")
    with code.when(number.equals(mine)):
        came = entry.at(words + 1).get()
        context.array(Slot.PARENTS).at(mine, "i32").set((came >> 32).to("i32"))
        context.array(Slot.FOUND).at(came & 0xFFFFFFFF).add(1)
        context[Slot.NEXT].set(mine + 1)
        code.call("judge", code.arguments["ctx"], mine, *stored)


def _expand(layout: Layout) -> str:
    """Queue the successors of one state; note it if it is stuck."""
    code = Code("expand", {"ctx": "ptr", "number": "i64"})
    context, number = Context(code.arguments["ctx"]), code.arguments["number"]
    context[Slot.SOURCE].set(number)
    state = context.array(Slot.STORE).at(number * layout.words).address
    stored = [state.at(i).get() for i in range(layout.words)]
    moved = code.call("successors", code.arguments["ctx"], *stored, returns="i64")
    with code.when(moved.equals(0)):
        count = context[Slot.STUCK_COUNT].get()
        context.array(Slot.STUCK).at(count, "i32").set(number.to("i32"))
        context[Slot.STUCK_COUNT].set(count + 1)
        code.call("judge_stuck", code.arguments["ctx"], number, *stored)
    code.give()
    return code.text()


def _search(layout: Layout) -> str:
    """`search(ctx)`: expand chunks of the frontier until its part is done or the limit is near."""
    code = Code("search", {"ctx": "ptr"}, public=True)
    context, ctx = Context(code.arguments["ctx"]), code.arguments["ctx"]
    end, chunk = context[Slot.END].get(), context[Slot.CHUNK].get()
    with code.loop() as rounds:
        rounds.leave(~(context[Slot.NEXT].get() + context[Slot.QUEUED].get()).below(context[Slot.LIMIT].get()))
        cursor = context.array(Slot.CURSOR)
        first = code.result("i64", f"atomicrmw add ptr {cursor.text}, i64 {chunk.text} monotonic")
        rounds.leave(~first.below(end))
        past = first + chunk
        with code.counting(first, past.below(end).choose(past, end)) as position:
            code.call("expand", ctx, _number_at(context, position))
            with code.when(~context[Slot.QUEUED].get().below(context[Slot.BATCH].get())):
                code.call("flush", ctx)
    code.call("flush", ctx)
    code.give()
    return code.text()


def _number_at(context: Context, position: Value) -> Value:
    """The number of the state at a place of the frontier, whose ranges lie end to end."""
    code = position.code
    left, number = code.variable(position), code.variable(0)
    ranges = code.variable(context[Slot.RANGES].get())
    with code.loop() as search:
        pair = code.result("ptr", f"inttoptr i64 {ranges.get().text} to ptr")
        first, end = pair.at(0).get(), pair.at(1).get()
        number.set(first + left.get())
        search.leave(number.get().below(end))
        left.set(left.get() - (end - first))
        ranges.set(ranges.get() + 16)
    return number.get()


def _begin(keys: table.Keys) -> str:
    """`begin(ctx, number)`: judge a state that was put into the store, and note its key."""
    code = Code("begin", {"ctx": "ptr", "number": "i64"}, public=True)
    context, number = Context(code.arguments["ctx"]), code.arguments["number"]
    state = context.array(Slot.STORE).at(number * keys.words).address
    stored = [state.at(i).get() for i in range(keys.words)]
    keys.keep(context, number, table.hash_of(stored))
    code.call("judge", code.arguments["ctx"], number, *stored)
    code.give()
    return code.text()


def _lookup(layout: Layout) -> str:
    """`lookup(ctx, state, result)`: the number of a state, or -1."""
    code = Code("lookup", {"ctx": "ptr", "state": "ptr", "result": "ptr"}, public=True)
    state = code.arguments["state"]
    hashed = table.hash_of([state.at(i).get() for i in range(layout.words)])
    number = code.call("find", code.arguments["ctx"], hashed, state, returns="i64")
    code.arguments["result"].at(0).set(number)
    code.give()
    return code.text()


def _generate() -> str:
    """`generate(ctx, first, end)`: make the successors of these states and drop them: a search without its table."""
    code = Code("generate", {"ctx": "ptr", "first": "i64", "end": "i64"}, public=True)
    context = Context(code.arguments["ctx"])
    with code.counting(code.arguments["first"], code.arguments["end"]) as number:
        code.call("expand", code.arguments["ctx"], number)
        context[Slot.QUEUED].set(0)
        context[Slot.STUCK_COUNT].set(0)
    code.give()
    return code.text()


def _graph(layout: Layout) -> str:
    """`graph(ctx, first, end, ends, targets, taken, enabled)`: the steps that lead elsewhere from these states.

    For state i of them, `ends[i]` is the number of steps up to its last, `enabled[i]` a mask of kinds;
    for each step, the number of the state that it leads to and the mask of the kinds that it is.
    """
    arrays = dict.fromkeys(("ends", "targets", "taken", "enabled"), "ptr")
    code = Code("graph", {"ctx": "ptr", "first": "i64", "end": "i64", **arrays}, public=True)
    ctx, context = code.arguments["ctx"], Context(code.arguments["ctx"])
    steps, width = code.variable(0), layout.words + QUEUED_BESIDE
    with code.counting(code.arguments["first"], code.arguments["end"]) as number:
        for slot in (Slot.QUEUED, Slot.STUCK_COUNT, Slot.ENABLED):
            context[slot].set(0)
        code.call("expand", ctx, number)
        with code.counting(0, context[Slot.QUEUED].get()) as n:
            entry = context.array(Slot.QUEUE).at(n * width).address
            step = steps.get()
            target = code.call("find", ctx, entry.at(layout.words).get(), entry, returns="i64")
            code.arguments["targets"].at(step).set(target)
            code.arguments["taken"].at(step).set(entry.at(layout.words + 2).get())
            steps.set(step + 1)
        place = number - code.arguments["first"]
        code.arguments["ends"].at(place).set(steps.get())
        code.arguments["enabled"].at(place).set(context[Slot.ENABLED].get())
    code.give()
    return code.text()


def _tell(layout: Layout, told: Sequence[Term]) -> str:
    """`tell(ctx, first, end, out)`: a byte for each state and, within it, for each term: whether it is true there."""
    code = Code("tell", {"ctx": "ptr", "first": "i64", "end": "i64", "out": "ptr"}, public=True)
    store, first = Context(code.arguments["ctx"]).array(Slot.STORE), code.arguments["first"]
    with code.counting(first, code.arguments["end"]) as number:
        state = store.at(number * layout.words).address
        frame = frame_of(layout, code, unpack(layout, [state.at(i).get() for i in range(layout.words)]))
        for i, term in enumerate(told):
            code.arguments["out"].at((number - first) * len(told) + i, "i8").set(frame.read(term).to("i8"))
    code.give()
    return code.text()
