"""Proof by solvers: bounded search, induction, and certificates that a second solver re-checks."""
