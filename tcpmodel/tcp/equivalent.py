"""Mutants that no claim can tell from the rules, with the reason why."""

from __future__ import annotations

from collections.abc import Mapping

EQUIVALENT: Mapping[str, str] = {}
"""The mutants by name, each with its argument."""
