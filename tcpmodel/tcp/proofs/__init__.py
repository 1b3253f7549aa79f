"""What every step keeps true, whatever the bounds: the invariants of the proofs."""
