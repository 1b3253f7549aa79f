"""Derive all that is to be shown of a `system.smt2`, and ask a solver: `python check.py FOLDER [SOLVER ...]`.

Nothing of tcpmodel is needed.  The file says what its parts mean.  SOLVER is a program that reads SMT-LIB 2, with its
options (`z3 -in`); without one, the Python module bitwuzla is asked.  To be shown is: the invariant holds at the start;
the ways of each rule leave nothing out; each way keeps each clause; each lemma and then each claim follows.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from pathlib import Path
from typing import Any, NamedTuple

COMMAND = re.compile(r"\((set-logic|define-sort|define-fun|declare-const) .*|\(assert \(bvult \S+ \(_ bv\d+ \d+\)\)\)")
FUNCTION = re.compile(r"\(define-fun (\|[^|]*\|) \(((?:\(\|[^|]*\| (?:\w+|\(_ BitVec \d+\))\) ?)*)\) ")
Records = list[tuple[str, str]]  # of each its bag and its name
Question = tuple[str, str, str, str]  # about what, what it asks, the answer that must be ("" for any), the text


class Item(NamedTuple):
    """What a header says, the records that it is of, and the lines behind it; the last is its function."""

    says: dict[str, Any]
    of: Records
    lines: list[str]

    def call(self, names: dict[str, str], when: str = "before", changed: Iterable[str] = ()) -> str:
        """Its function of the records of these names, before a step, after one that changed these, or at the start."""
        function, parameters = FUNCTION.match(self.lines[-1]).groups()  # type: ignore[union-attr]
        given = []
        for name in re.findall(r"\|([^|]*)\|", parameters):
            element, _, field = name.partition(".")
            later = f"{name}'" if name in changed else f"{names[element]}.{field}" if element in names else name
            there_is = f"|{name} {when}|" if when else "false"
            given.append(there_is if name.startswith("there is ") else f"|{later}|")
        return f"({function} {' '.join(given)})" if given else str(function)

    def of_each(self, records: Records) -> Iterator[dict[str, str]]:
        """Each choice among the records for those that it is of."""
        for chosen in product(*([name for bag, name in records if bag == wanted] for wanted, _ in self.of)):
            yield {element: name for (_, element), name in zip(self.of, chosen, strict=True)}


class System:
    """The file's items, and of each rule its own."""

    def __init__(self, text: str) -> None:
        items = [Item({}, [], [])]
        for line in text.splitlines():
            if line.startswith(";! "):
                says = json.loads(line[3:])
                items.append(Item(says, [(bag, name) for bag, name in says.get("of", [])], []))
            elif line[:1] not in ("", ";") and line not in ("(push 1)", "(pop 1)"):
                items[-1].lines.append(one_command(line))
        starts = [n for n, item in enumerate(items) if "rule" in item.says] + [len(items)]
        self.items, self.rules = items[: starts[0]], [items[a:b] for a, b in pairwise(starts)]
        self.functions = {line.split("|")[1]: line for i in self.items for line in i.lines if FUNCTION.match(line)}
        self.bags = {bag.says["bag"]: bag.lines for bag in self.all("bag")}
        self.alike = {alike.says["alike"]: alike for alike in self.all("alike")}
        self.limits, self.clauses, self.lemmas, self.somes = map(self.all, ("limit", "clause", "lemma", "some"))
        self.witnesses = [(bag, some.says["some"]) for some in self.somes for bag, _ in some.of]

    def all(self, kind: str, items: list[Item] | None = None) -> list[Item]:
        """The items of a kind: of the file, or of a rule."""
        return [item for item in (self.items if items is None else items) if kind in item.says]

    def text(self, records: Records, lines: Iterable[str], asserted: Iterable[str]) -> str:
        """A question about these records: the functions that it speaks of, all that there is, its own lines."""
        own = [*lines, *(f"(assert {formula})" for formula in asserted), ""]
        used = dict.fromkeys(re.findall(r"\|([^|]*)\|", "\n".join(own)))
        functions = [self.functions[name] for name in used if name in self.functions]
        consts = [line for variable in self.all("variable") for line in variable.lines]
        consts += [line.replace(f"|{bag}.", f"|{name}.") for bag, name in records for line in self.bags[bag]]
        return "\n".join([*self.items[0].lines, *functions, *consts, *own])

    def each(self, items: Iterable[Item], records: Records) -> Iterator[str]:
        """What the items say of each choice among the records, where these are there."""
        for item in items:
            for names in item.of_each(records):
                there = [f"|{w}.there|" for _, w in self.witnesses if w in names.values()]
                yield f"(=> {conj(there)} {item.call(names)})"

    def witnessed(self) -> Iterator[str]:
        """For what clauses say of some record, a record of which it is said, if it is there."""
        for some, (_, name) in zip(self.somes, self.witnesses, strict=True):
            said = some.call({element: name for _, element in some.of})
            yield f"(declare-const |{name}.there| Bool)"
            yield f"(define-fun |there is {name} before| () Bool (and |{name}.there| {said}))"

    def questions(self) -> Iterator[Iterable[Question]]:
        """In groups: where the first says that a way cannot happen, the others of its group need not be asked."""
        start = [item.call({}) for item in self.all("init")]
        bare = conj(clause.call({}, when="") for clause in self.clauses if not clause.of)
        yield [("start", "it can be", "sat", self.text([], [], start))]
        yield [("start", "the invariant holds", "unsat", self.text([], [], [*start, f"(not {bare})"]))]
        for rule, *parts in (rule for rule in self.rules if "as" not in rule[0].says):
            ways, steps = self.all("way", parts), self.all("step", parts)
            lines = [line for part in parts if "step" not in part.says for line in part.lines]
            missed = f"(and |enabled| (not {disj(way.call({}) for way in ways)}))"
            yield [(rule.says["rule"], "its ways leave nothing out", "unsat", self.text(rule.of, lines, [missed]))]
            yield from (self.of_way(rule, parts, way, step) for way, step in zip(ways, steps, strict=True))
        for item in [*self.lemmas, *self.all("claim"), *self.all("needs")]:
            kind, records = next(iter(item.says)), item.of + self.witnesses
            known = [*self.limits, *self.clauses, *(self.lemmas if kind != "lemma" else [])]
            said = item.call({element: element for _, element in item.of})
            goal = said if kind == "needs" else f"(not {said})"
            text = self.text(records, self.witnessed(), [*self.each(known, records), goal])
            asked = ("what it needs can be", "sat") if kind == "needs" else ("it follows", "unsat")
            yield [(item.says[kind], *asked, text)]

    def of_way(self, rule: Item, parts: list[Item], way: Item, step: Item) -> Iterator[Question]:
        """Whether it can happen; and of arbitrary records, and of those sent, that what clauses say is kept."""
        changed = re.findall(r"\(define-fun \|([^|]*)'\| ", "\n".join(step.lines))
        swept, new = self.all("swept", parts), [name for name in self.all("new") if name.says["new"] in changed]
        theres = [t for t in self.all("there", parts) if f"|{t.says['there']}|" in "".join(way.lines + step.lines)]
        lines = [line for item in [*swept, *theres, way, step] for line in item.lines]

        def question(name: str, expected: str, records: Records, *more: str) -> Question:
            spoken_of = [*records, *self.witnesses]
            own = [*lines, *self.witnessed(), *self.later(swept, spoken_of), *self.still(rule, step, swept, changed)]
            known = [*self.each([*self.limits, *self.clauses, *self.lemmas], spoken_of + rule.of), way.call({})]
            known += ["|may be picked|", *self.each(theres, spoken_of), *self.each(new, [*records, *rule.of])]
            known += [limit.call({}, "after", changed) for limit in self.limits]
            return way.says["way"], name, expected, self.text(spoken_of + rule.of, own, [*known, *more])

        yield question("it can happen", "", [])
        for crowd in self.all("crowd")[: None if "|picked." in step.lines[0] else 1]:
            there = crowd.call({name: name for _, name in crowd.of})
            yield question(f"it can happen, {crowd.says['crowd']}", "sat", crowd.of, there)
        for records, goals in self.goals(step, swept, changed).items():
            said = " and ".join(name for _, name in records) or "the variables"
            yield question(f"it keeps what is said of {said}", "unsat", list(records), f"(not {conj(goals)})")

    def goals(self, step: Item, swept: list[Item], changed: list[str]) -> dict[tuple[tuple[str, str], ...], list[str]]:
        """Each clause after the step, by the arbitrary records that it is of; but not where it is what it was."""
        goals: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for clause in self.clauses:
            for sent in product(*(["", *(name for b, name in step.of if b == bag)] for bag, _ in clause.of)):
                names = {own[1]: name or after(own, swept) for own, name in zip(clause.of, sent, strict=True)}
                goal = clause.call(names, "after", changed)
                if goal != clause.call({own: own for own in names}):
                    dropped = [f"|{name} dropped|" for name in names.values() if name.endswith("'")]
                    arbitrary = tuple(own for own, name in zip(clause.of, sent, strict=True) if not name)
                    goals.setdefault(arbitrary, []).append(disj([*dropped, goal]))
        return goals

    def never(self, impossible: set[str]) -> list[str]:
        """The rules that never fire, if these ways cannot happen."""
        ways = {rule.says["rule"]: {way.says["way"] for way in self.all("way", parts)} for rule, *parts in self.rules}
        return [r.says["rule"] for r, *_ in self.rules if ways[r.says.get("as", r.says["rule"])] <= impossible]

    def later(self, swept: list[Item], records: Records) -> Iterator[str]:
        """Records that a sweep changes, as they are afterwards, and whether they are dropped."""
        for item in swept:
            for names in item.of_each(records):
                name = "".join(names.values()) + f"'{item.says['swept']}"
                yield f"(define-fun |{name}| () {item.says['sort']} {item.call(names)})"

    def still(self, rule: Item, step: Item, swept: list[Item], changed: list[str]) -> Iterator[str]:
        """Of what clauses say of some record: one that is sent, or a witness that is neither taken nor dropped."""
        for some, (bag, name) in zip(self.somes, self.witnesses, strict=True):
            element = some.of[0][1]
            found = [some.call({element: sent}, "after", changed) for b, sent in step.of if b == bag]
            for w, its in ((w, after((bag, w), swept)) for b, w in self.witnesses if b == bag):
                gone = [self.alike[bag].call({"one": w, "other": taken}) for b, taken in rule.of if b == bag]
                gone += [f"|{its} dropped|"] if its != w else []
                found.append(f"(and |{w}.there| (not {disj(gone)}) {some.call({element: its}, 'after', changed)})")
            yield f"(define-fun |there is {name} after| () Bool {disj(found)})"


def after(record: tuple[str, str], swept: list[Item]) -> str:
    """What an arbitrary record is called after the step: otherwise, if that sweeps its bag."""
    return record[1] + "'" * any(record[0] == bag for item in swept for bag, _ in item.of)


def conj(formulas: Iterable[str]) -> str:
    """All of them."""
    return f"(and true true {' '.join(formulas)})"


def disj(formulas: Iterable[str]) -> str:
    """One of them."""
    return f"(or false false {' '.join(formulas)})"


def one_command(line: str) -> str:
    """The line, if it is one command that declares or defines something, or says how many values a variable has."""
    less, bare = "", re.sub(r"\|[^|]*\|", "name", line)
    while less != bare:
        less, bare = bare, re.sub(r"\([^();\"]*\)", "one", bare)
    if bare != "one" or not COMMAND.fullmatch(line):
        raise ValueError(f"this neither declares nor defines one thing: {line}")
    return line


def ask(text: str, command: list[str]) -> str:
    """The solver's answer."""
    if command:
        return subprocess.run(command, input=text + "(check-sat)\n", capture_output=True, text=True).stdout.strip()
    import bitwuzla

    parser = bitwuzla.Parser(bitwuzla.TermManager(), bitwuzla.Options())
    parser.parse(text, True, False)
    return str(parser.bitwuzla().check_sat())


def main(folder: str, *command: str) -> int:
    """Ask everything; 1 if an answer is not the one that must be."""
    asked, wrong, impossible = 0, 0, set()
    system = System((Path(folder) / "system.smt2").read_text(encoding="utf-8"))
    for group in system.questions():
        for about, name, expected, text in group:
            answer, asked = ask(text, list(command)), asked + 1
            if answer not in (expected or "sat", expected or "unsat"):
                print(f"{about}: {name}: {answer}, not {expected or 'sat or unsat'}")
                wrong += 1
            if not expected and answer == "unsat":
                impossible.add(about)
                break
    for rule in system.never(impossible):
        print(f"{rule}: it never fires")
    print(f"{asked} questions, {wrong} without the expected answer")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
