"""What SPIN finds on an exported model is what the explorer finds on the system."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from engines.toys import TOYS, counter, ping_pong
from export.odd import odd
from export.spin import ABSENT, Found, build, search
from hypothesis import given, settings
from hypothesis import strategies as st
from language.well_sorted import BAG, COLOUR, FIELDS, SORTS, terms, valuations

from tcpmodel import Network, Time, User, connection
from tcpmodel.cli.main import main
from tcpmodel.errors import UsageError
from tcpmodel.explore.search import explore
from tcpmodel.export.promela import promela
from tcpmodel.export.reading import PROMELA, RESERVED, text, word
from tcpmodel.judging.load import load
from tcpmodel.judging.pins import VERDICTS
from tcpmodel.language.operators import Op, complete
from tcpmodel.language.reference import evaluate
from tcpmodel.language.sorts import BOOL, COUNT, SEQ
from tcpmodel.language.terms import FALSE, constant, up, variable
from tcpmodel.systems.claims import DeadlockFree, LeadsTo
from tcpmodel.systems.moments import Contents, Moment, Place
from tcpmodel.systems.row import Emission, FirstMatch, Row
from tcpmodel.systems.system import Bag, Rule, TransitionSystem, Variable

GOLDEN = Path(__file__).parent / "golden"
SPECS = [
    "early_close_unrepeated",
    "half_close",
    "half_open_reconnect",
    "no_time_wait",
    "normal_close",
    "fast_open_replay",
    "nat_rebinding",
    "predictable_isn",
    "refused_port",
    "time_wait_assassination",
    "two_way_stale_syn",
    "half_old_half_new",
    "fin_ahead_held",
    "zero_window",
    "firewall_resets_with_old_number",
]
LARGER = [
    "any_cut_is_acknowledged",
    "recut_retransmission",
    "text_ahead_acknowledged",
    "text_is_joined_by_its_fin",
    "third_ack_with_text_and_fin",
    "tracker_forgets_idle_flow",
    "proxy_answers_for_host",
    "crossing_syn_ack_acknowledged",
    "second_syn_reset",
    "text_on_syn_repeated",
    "fin_behind_the_window",
]
ODD = [6, 19, 26, 43, 52, 563, 2915]
needs_spin = pytest.mark.skipif(bool(ABSENT), reason=f"not installed: {', '.join(ABSENT)}")


def run(model: str, folder: Path, *options: str, **how) -> Found:
    return search(build(model, folder, **how), *options)


def violations(model: str, folder: Path) -> frozenset[str]:
    """The names of all assertions that SPIN finds violated somewhere."""
    return run(model, folder, "-c0", "-e", claims=["CLAIMS_ALL"]).violated


def expected(words: dict[str, tuple[str, str]]) -> set[str]:
    """The assertions that must be violated, from each claim's kind and verdict."""
    return {f"always_{name}" for name, (kind, verdict) in words.items() if (kind, verdict) == ("always", "fails")} | {
        f"never_{name}" for name, (kind, verdict) in words.items() if verdict == "witnessed"
    }


# SPIN and the explorer.


@needs_spin
@pytest.mark.parametrize("name", TOYS)
def test_spin_reaches_as_many_states_of_a_toy(name, tmp_path):
    toy = TOYS[name]
    found = run(promela(toy.system, [], spec=name), tmp_path)

    assert (found.states, found.steps, found.errors) == (toy.states, toy.steps, 0)


@needs_spin
@pytest.mark.parametrize("name", TOYS)
def test_spin_judges_the_claims_of_a_toy_alike(name, tmp_path):
    toy = TOYS[name]
    model = promela(toy.system, [j.claim for j in toy.judged], spec=name)

    assert violations(model, tmp_path) == expected({j.claim.name: (j.claim.kind, j.word) for j in toy.judged})


@needs_spin
@pytest.mark.long
@pytest.mark.parametrize("name", [*SPECS, *(pytest.param(name, marks=pytest.mark.long) for name in LARGER)])
def test_spin_reaches_as_many_states_of_a_spec(name, tmp_path):
    spec, pin = load(name), VERDICTS.read()[name]
    found = run(promela(spec.system, spec.claims, spec=name), tmp_path)

    assert (found.states, found.steps, found.errors) == (pin["states"], pin["steps"], 0)


@needs_spin
@pytest.mark.parametrize("name", ["no_time_wait", "two_way_stale_syn"])
def test_spin_judges_the_claims_of_a_spec_alike(name, tmp_path):
    spec, pin = load(name), VERDICTS.read()[name]["claims"]
    words = {claim.name: (claim.kind, pin[claim.name].split()[0]) for claim in spec.claims}

    assert violations(promela(spec.system, spec.claims, spec=name), tmp_path) == expected(words)


@needs_spin
def test_a_breadth_first_search_of_spin_finds_a_shortest_counterexample(tmp_path):
    spec = load("two_way_stale_syn")
    model = promela(spec.system, spec.claims, spec=spec.name)
    found = run(model, tmp_path, claims=["SHORTEST", "CLAIM_no_false_established"], modes=["-DBFS"])

    assert (found.violated, found.depth) == ({"always_no_false_established"}, 4)


@needs_spin
@pytest.mark.parametrize("seed", ODD)
def test_spin_reaches_as_many_states_of_an_odd_system(seed, tmp_path):
    system = odd(seed)
    ours, found = explore(system), run(promela(system, [], spec=f"odd_{seed}"), tmp_path)

    assert ours.states > 20
    assert (found.states, found.steps, found.errors) == (ours.states, ours.steps, 0)


@needs_spin
def test_a_tick_ages_segments_and_drops_the_old(tmp_path):
    """Segments of several ages that stay in order only if the bag is sorted again, and more than one may expire."""
    user = User(sends=2, retransmissions=1)
    network = Network(capacity=3, duplicate=1)
    system = connection(a=user, b=User(), network=network, time=Time(msl=2, prompt=False), bits=4, established=True)
    ours, found = explore(system), run(promela(system, [], spec="ticks"), tmp_path)

    assert (found.states, found.steps, found.errors) == (ours.states, ours.steps, 0)


@needs_spin
def test_no_name_is_taken_for_a_word_of_promela_or_for_one_of_the_models_own(tmp_path):
    names = ["int", "do", "now", "trpt", "depth", "in", "sent", "steps", "done.1", "1st", "never.w", "a b"]
    flags = [variable(name, BOOL) for name in names]
    rules = tuple(_rule(f.name, Row(f.name, "toy", set={f: ~f})) for f in flags)
    system = TransitionSystem("names", 2, tuple(Variable(f) for f in flags), (), rules)
    found = run(promela(system, [], spec="names"), tmp_path)

    assert (found.states, found.steps, found.errors) == (1 << len(flags), len(flags) << len(flags), 0)


def _rule(name: str, *rows: Row) -> Rule:
    return Rule(name, "toy", name, (FirstMatch(name, None, (), rows),))


@needs_spin
def test_a_value_that_only_observers_ask_for_is_part_of_the_state(tmp_path):
    flag, note = variable("flag", BOOL), variable("note", SEQ)
    write = _rule("write", Row("write", "toy", when=(~flag,), set={flag: ~flag}))
    sign = _rule("sign", Row("sign", "toy", when=(~flag,), set={flag: ~flag, note: constant(3, SEQ)}))
    system = TransitionSystem("notes", 2, (Variable(flag), Variable(note, ghost=True)), (), (write, sign))
    found = run(promela(system, [], spec="notes"), tmp_path)

    assert (found.states, found.steps) == (3, 2)


# The reading.


def test_the_table_has_one_entry_for_each_operator():
    assert set(PROMELA) == set(Op)
    for op in Op:
        with pytest.raises(TypeError, match=f"no entry for {op.name}: add one"):
            complete("Promela", {k: v for k, v in PROMELA.items() if k is not op})


@given(st.data(), st.integers(1, 4))
def test_unfolding_keeps_a_terms_value(data, bits):
    term = data.draw(st.sampled_from(SORTS).flatmap(terms))
    values = data.draw(valuations(bits))

    assert evaluate(_moment(bits).read(term), _placed(values), bits=bits) == evaluate(term, values, bits=bits)


def _moment(bits: int) -> Moment:
    """Three places of which some hold a record."""
    fields = {v.name.partition(".")[2]: v for v in FIELDS}
    places = [
        Place(variable(f"here.{k}", BOOL), {f: variable(f"{k}.{f}", v.sort) for f, v in fields.items()})
        for k in range(3)
    ]
    return Moment(bits, {}, {BAG: Contents(tuple(places), tuple(p.present for p in places))})


def _placed(values: dict) -> dict[str, int]:
    """The values where records lie in places."""
    flat = {name: value for name, value in values.items() if name != BAG}
    empty = {v.name.partition(".")[2]: 0 for v in FIELDS}
    for k in range(3):
        here = k < len(values[BAG])
        flat[f"here.{k}"] = int(here)
        flat |= {f"{k}.{f}": value for f, value in (values[BAG][k] if here else empty).items()}
    return flat


@pytest.mark.skipif("cc" in ABSENT, reason="not installed: cc")
def test_c_computes_what_the_reference_says(tmp_path):
    """SPIN hands expressions to C as they are, but for the choice, which C writes with a question mark."""
    lines: list[str] = []

    @settings(max_examples=300)
    @given(st.data(), st.integers(1, 4))
    def collect(data, bits):
        term = _moment(bits).read(data.draw(st.sampled_from(SORTS).flatmap(terms)))
        values = _placed(data.draw(valuations(bits)))
        written = text(term, bits=bits, places={name: f"(id({value}))" for name, value in values.items()})
        want = evaluate(term, values, bits=bits)
        lines.append(f"if (({written.replace('->', '?')}) != {want}) return {len(lines) % 250 + 1};")

    collect()
    colours = [f"#define Colour_{name} {k}" for k, name in enumerate(COLOUR.values)]
    code = ["static int id(volatile int x) { return x; }", *colours, "int main(void) {", *lines, "return 0; }"]
    (tmp_path / "terms.c").write_text("\n".join(code))
    subprocess.run(["cc", "-w", "-o", "terms", "terms.c"], cwd=tmp_path, check=True)

    assert len(lines) > 200
    assert subprocess.run([tmp_path / "terms"]).returncode == 0


@pytest.mark.parametrize("name", ["A.snd.una", "do", "1st", "time-wait", "é", "_", "int"])
def test_a_name_becomes_an_identifier_of_its_own(name):
    found = word(name)

    assert found.isidentifier()
    assert found.isascii()
    assert found not in RESERVED
    assert word(name, [found]) != found


def test_names_stay_readable():
    assert [word(n) for n in ("A.snd.una", "A.state", "network.left.lose")] == [
        "A_snd_una",
        "A_state",
        "network_left_lose",
    ]


# The text.


def test_the_text_of_a_small_system_is_the_golden_one():
    toy = ping_pong()
    made = promela(toy.system, [j.claim for j in toy.judged], spec="ping_pong")

    assert made == (GOLDEN / "ping_pong.pml").read_text(encoding="utf-8")


def test_the_same_system_gives_the_same_text():
    spec = load("two_way_stale_syn")

    assert len({promela(load(spec.name).system, spec.claims, spec=spec.name) for _ in range(2)}) == 1


def test_claims_that_are_not_exported_are_said_to_be_so():
    claims = [DeadlockFree(), LeadsTo("comes_back", FALSE, FALSE)]

    assert "Claims not exported: deadlock_free (deadlock_free), comes_back (leads_to)" in promela(
        counter().system, claims, spec="counter"
    )


def test_what_never_changes_needs_no_bits():
    declared = promela(load("half_open_discovery").system, [], spec="x")

    assert "unsigned A_state : " in declared
    assert "unsigned A_queued_fin" not in declared


# Mistakes.


def test_numbers_of_too_many_bits_are_refused_in_one_sentence():
    with pytest.raises(UsageError, match="31 bits are too wide, as Promela's integers have 32: write bits=30 or fewer"):
        promela(replace(counter().system, bits=31), [], spec="wide")


def test_picking_among_too_many_numbers_is_refused_in_one_sentence():
    with pytest.raises(UsageError, match="an option of its own: write bits=8 or fewer"):
        promela(connection(a=User(active_opens=1), b=User(passive_opens=1), bits=9), [], spec="wide")


def test_a_record_that_is_too_wide_is_refused_in_one_sentence():
    fields = tuple(Variable(variable(name, SEQ)) for name in ("low", "high"))
    n = variable("n", SEQ)
    send = Row("send", "toy", set={n: n + 1}, send=Emission("A_to_B", {"low": n, "high": n + 1}))
    system = TransitionSystem("wide", 16, (Variable(n),), (Bag("A_to_B", fields, 1),), (_rule("send", send),))
    with pytest.raises(UsageError, match=r"a record of A_to_B needs 33 bits and Promela's integers have 31: choose"):
        promela(system, [], spec="wide")


def test_a_count_without_a_top_is_refused_in_one_sentence():
    n = variable("n", COUNT)
    system = TransitionSystem("endless", 2, (Variable(n),), (), (_rule("count", Row("count", "toy", set={n: up(n)})),))
    with pytest.raises(UsageError, match="n counts without a top, so Promela has no width for it: declare it with top"):
        promela(system, [], spec="endless")


# The verb.


def test_the_verb_prints_writes_or_packs_the_text(capsys, tmp_path):
    file = tmp_path / "x.pml"

    assert main(["export", "normal_close", "--to", "promela"]) == 0
    printed = capsys.readouterr().out
    assert main(["export", "normal_close", "--to", "promela", "--out", str(file)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["export", "normal_close", "--to", "promela", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)

    assert printed.startswith("/* generated by tcpmodel export normal_close --to promela; do not edit")
    assert document == {"schema": 1, "format": "promela", "spec": "normal_close", "text": printed}
    assert file.read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export", "normal_close", "--to", "alloy"], "invalid choice: 'alloy'"),
        (["export", "normal_close"], "--to"),
        (["export", "normal_clse", "--to", "promela"], "did you mean 'normal_close'?"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(capsys, arguments, sentence):
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_the_verb_has_help_with_an_example(capsys):
    with pytest.raises(SystemExit):
        main(["export", "--help"])

    assert "example: tcpmodel export" in capsys.readouterr().out
