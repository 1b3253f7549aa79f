"""Regeneration of a certificate from its spec, without a solver: the texts that its files must hold, byte for byte.

A folder may make fewer claims than its spec; where the spec defines no proof, it may leave out clauses that a rule does
not keep.  All that it takes from the spec's proof it must take unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from tcpmodel.judging.load import Spec
from tcpmodel.judging.methods import instance
from tcpmodel.prove.certificate import Manifest, files_of
from tcpmodel.prove.certify import retold
from tcpmodel.systems.claims import Always
from tcpmodel.systems.proof import Proof


class Retold(NamedTuple):
    """The texts of a certificate's files by their paths, and the claims of the spec that it does not make."""

    texts: dict[str, str]
    unclaimed: tuple[str, ...]


def retell(spec: Spec, manifest: Manifest) -> Retold:
    """The texts that the folder with this manifest must hold if it is about this spec."""
    proof = _proof(spec, manifest)
    made = {claim.name for claim in manifest.claims}
    claims, lemmas = _called(proof.claims, made), tuple(lemma for lemma in proof.lemmas if lemma.claim.name in made)
    if spec.proof is None:
        kept = _called(proof.invariant, {clause.name for clause in manifest.invariant})
        proof = replace(proof, invariant=kept, lemmas=lemmas)
    told = retold(replace(proof, claims=claims), manifest, spec=spec.name)
    return Retold(files_of(told)[1], tuple(c.name for c in proof.claims if c.name not in made))


def _proof(spec: Spec, manifest: Manifest) -> Proof:
    if spec.proof is not None:
        return spec.proof()
    claims = tuple(claim for claim in spec.claims if isinstance(claim, Always))
    return replace(instance(spec.system, bits=manifest.bits), claims=claims)


def _called(clauses: Iterable[Always], names: set[str]) -> tuple[Always, ...]:
    return tuple(clause for clause in clauses if clause.name in names)
