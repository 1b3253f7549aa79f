"""Every verb's `--json` is what its schema in the package says, and the schema says no more than is printed."""

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from tcpmodel.cli.main import VERBS, main

SCHEMAS = {
    file.name.removesuffix(".json"): json.loads(file.read_text()) for file in (files("tcpmodel") / "schemas").iterdir()
}
PRINTED = [
    "verify handshake",
    "verify two_way_stale_syn --max-states 100",
    "why",
    "why two-way",
    "matrix origin close",
    "diagram figure5",
    "diagram endpoint",
    "diagram handshake --as mermaid",
    "export handshake --to promela",
    "specs figures",
    "conform docs/captures/simultaneous_open.txt",
    "conform docs/captures/abort.txt",
    "explain docs/captures/closed_port.txt",
    "rules",
    "rules --profile linux",
    "rules two_way_echo",
    "states",
    "prove two_way_stale_syn --claim no_false_established",
    "sweep sequence-space --bits 3 --window 2 --msl 1 --promise in_window",
    "sweep time-wait --msl 1 --losses 0 --rto 2 --restart never --promise Q3",
]


def check(document, verb):
    Draft202012Validator(SCHEMAS[verb]).validate(document)
    return document


@pytest.mark.parametrize("command", PRINTED)
def test_what_is_printed_is_what_the_schema_says(command, capsys):
    main([*command.split(), "--json"])
    check(json.loads(capsys.readouterr().out), command.split()[0])


def test_what_is_written_is_what_the_schemas_say(tmp_path, capsys):
    main(["verify", "two_way_stale_syn", "--out", str(tmp_path / "run")])
    document = check(json.loads((tmp_path / "run" / "run.json").read_text()), "verify")
    trace = next(claim["trace"] for claim in document["specs"][0]["claims"] if claim["trace"])
    capsys.readouterr()
    main(["trace", trace, "--json"])
    check(json.loads(capsys.readouterr().out), "trace")


def test_a_spec_that_cannot_be_judged_is_as_the_schema_says(tmp_path, capsys):
    file = tmp_path / "broken.py"
    file.write_text("system = 1\nclaims = []\n")
    main(["verify", str(file), "--json"])
    assert check(json.loads(capsys.readouterr().out), "verify")["specs"][0]["error"]


LONG = ["matrix origin", "diagram gallery --out gallery", "verify idle_half_open --engine both"]


@pytest.mark.long
@pytest.mark.parametrize("command", LONG)
def test_what_takes_long_is_what_the_schema_says(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    main([*command.split(), "--json"])
    check(json.loads(capsys.readouterr().out), command.split()[0])


@pytest.mark.long
def test_a_proof_and_its_certificate_are_as_the_schemas_say(tmp_path, capsys):
    main(["prove", "isn_clock", "--out", str(tmp_path / "proof"), "--json"])
    check(json.loads(capsys.readouterr().out), "prove")
    main(["recheck", str(tmp_path / "proof"), "--json"])
    check(json.loads(capsys.readouterr().out), "recheck")


def test_every_verb_has_a_schema():
    assert set(SCHEMAS) == set(VERBS)


@pytest.mark.parametrize("verb", SCHEMAS)
def test_a_schema_is_one(verb):
    Draft202012Validator.check_schema(SCHEMAS[verb])


def objects(schema):
    """Every part of a schema that describes an object."""
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    yield from ([schema] if isinstance(schema, dict) and schema.get("type") == "object" else [])
    for part in parts:
        yield from objects(part)


@pytest.mark.parametrize("verb", SCHEMAS)
def test_what_is_printed_and_not_described_is_noticed(verb):
    assert all("additionalProperties" in part for part in objects(SCHEMAS[verb]))
