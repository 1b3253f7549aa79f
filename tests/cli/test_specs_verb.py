"""What there is to verify is listed, and a wrong name is answered with the closest ones."""

import json
import time

from tcpmodel.judging.load import spec_paths


def test_every_spec_is_listed_with_its_headline(said):
    code, out, _ = said("specs")
    named = [line.split()[0] for line in out.splitlines() if line.startswith("  ")]

    assert code == 0
    assert named == list(spec_paths())


def test_a_chapter_is_listed_alone_and_in_json_with_its_claims(said):
    listed = json.loads(said("specs", "figures", "--json")[1])["specs"]
    head, *told = said("specs", "figures")[1].splitlines()

    assert head.endswith("(figures)")
    assert len(told) == len(listed)
    assert all(f"  {spec['headline']}" in line for spec, line in zip(listed, told, strict=True))
    assert all(spec["claims"] for spec in listed)
    assert "did you mean 'time_wait'?" in said("specs", "timewait")[2]


def test_a_name_like_no_other_is_answered_with_the_closest_and_with_what_lists_all(said):
    code, _, err = said("verify", "zzzzzz")

    assert code == 2
    assert "the closest are " in err
    assert "; tcpmodel specs lists all " in err
    assert len(err.splitlines()[0]) < 160


def test_the_time_bounds_reading_and_compiling_too(said, tmp_path):
    path = tmp_path / "never.py"
    path.write_text('"""A story."""\nimport time\nwhile True:\n    time.sleep(0.01)\nsystem = claims = None\n')
    began = time.monotonic()
    code, _, err = said("verify", str(path), "--timeout", "0.5s")
    assert (code, "the time was over while never.py was read and compiled" in err) == (20, True)
    code, out, err = said("verify", str(path), "handshake", "--timeout", "5s")
    assert (code, "the time was over while never.py was read and compiled" in err) == (20, True)
    assert "both_established" in out
    assert time.monotonic() - began < 60


def test_too_many_nodes_are_refused_with_the_option_that_allows_more(said):
    assert "--max-nodes" in said("diagram", "handshake", "--max-nodes", "1")[2]
