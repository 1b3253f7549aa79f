# Everything runs in .venv, made from this checkout; PYTHON picks the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

BENCH ?=
MUTANTS ?=

.PHONY: long proofs walk mutants matrix verify verify-all test check bench diagrams pin sweeps pages reference readme lint types cover stale clean

verify: $(VENV)/installed
	$(BIN)/tcpmodel verify

# The slow specs, too.
verify-all: $(VENV)/installed
	$(BIN)/tcpmodel verify --all --no-ladders

test: $(VENV)/tested
	$(BIN)/pytest -n auto

# What takes too long for every change: whole proofs, whole matrices.
long: $(VENV)/tested
	$(BIN)/pytest -n auto -m long

check: $(VENV)/tested
	$(MAKE) lint types
	$(MAKE) test
	$(MAKE) long
	$(MAKE) cover
	$(MAKE) stale
	$(MAKE) verify-all
	$(MAKE) mutants
	$(MAKE) proofs
	$(MAKE) walk

lint: $(VENV)/tested
	$(BIN)/ruff check tcpmodel specs tests
	$(BIN)/ruff format --check tcpmodel specs tests

types: $(VENV)/tested
	$(BIN)/mypy

# Coverage of the two lowest floors, by their own tests and by those of who reads the step relation.
cover: $(VENV)/tested
	$(BIN)/pytest -n auto --cov --cov-report=term tests/language tests/systems tests/engines tests/prove/test_unrolling.py tests/export/test_smv.py

# Which claim notices which change of one row; MUTANTS=--fresh searches for all of them anew, which takes a while.
mutants: $(VENV)/tested
	$(BIN)/python tests/mutation.py $(MUTANTS)

# The proofs without bounds, made and asked again of a second solver; the digests are pinned in specs/certificates.toml.
proofs: $(VENV)/tested
	for proof in unbounded isn_clock time_wait_outlasts; do \
	  $(BIN)/tcpmodel prove $$proof --out build/proofs/$$proof && $(BIN)/tcpmodel recheck build/proofs/$$proof --spec $$proof --pinned || exit 1; done

# A random walk of the system that is proved without bounds: a million steps, a minute or two.
walk: $(VENV)/tested
	$(BIN)/python tests/walk.py

# Ours and SPIN's, side by side; needs spin and cc, 12 GB, and half an hour. BENCH='--repeat-large 0' takes two minutes, BENCH=--page writes docs/figures.md.
# BENCH=start: whole processes, from their call to their end. BENCH=conform: captures judged, beside tshark.
bench: $(VENV)/tested
	$(BIN)/python tests/bench.py $(BENCH)

diagrams: $(VENV)/installed
	$(BIN)/tcpmodel diagram gallery --out diagrams

# Generated files must be what the generator makes of this checkout; SVG by Graphviz depends on its version.
stale: $(VENV)/installed
	rm -rf build/diagrams
	$(BIN)/tcpmodel diagram gallery --out build/diagrams
	for f in build/diagrams/*.dot build/diagrams/*.mmd build/diagrams/ladder_*.svg; do \
	  diff -q $$f diagrams/$$(basename $$f) || { echo "diagrams/ is stale: run make diagrams" >&2; exit 1; }; done

pin: $(VENV)/installed
	$(BIN)/tcpmodel verify --all --pin --no-ladders

# Which promise breaks without which mechanism: half a minute.
matrix: $(VENV)/installed
	$(BIN)/tcpmodel matrix --pin --as svg --out diagrams/matrix.svg

# The thresholds of TIME-WAIT, found by search: a few minutes.
sweeps: $(VENV)/installed
	$(BIN)/tcpmodel sweep time-wait --pin specs/sweeps.toml --svg diagrams/time_wait_thresholds.svg

# What commands print in README.md and docs/, and specs/README.md: a few minutes, since it makes the proofs, too.
pages: reference
	$(BIN)/python tests/pages.py

# docs/reference.md, of the docstrings: a second or two.
reference: $(VENV)/tested
	$(BIN)/python tests/reference.py

readme: pages

$(VENV)/made:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	$(PIP) --editable '.[pictures]' || { echo "no layout engine could be installed: diagrams stay DOT" >&2; $(PIP) --editable .; }
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(PIP) --editable '.[pictures,test]'
	touch $@

clean:
	rm -rf $(VENV) build dist
