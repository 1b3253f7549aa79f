"""Inductive invariants: what every step keeps true, whatever the bounds, and the systems that proofs are about."""
