"""What there is to verify is listed, and a wrong name is answered with the closest ones."""

import json
import time

from tcpmodel.spec.load import spec_paths


def test_every_spec_is_listed_with_its_headline(said):
    listed = json.loads(said("specs", "--json")[1])["specs"]
    code, out, _ = said("specs", "time_wait")

    assert [spec["name"] for spec in listed] == list(spec_paths())
    assert all(spec["headline"] and spec["claims"] for spec in listed)
    assert code == 0
    assert out.splitlines()[0] == "TIME-WAIT (time_wait)"
    assert len(out.splitlines()) == 1 + sum(spec["chapter"] == "time_wait" for spec in listed)
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
