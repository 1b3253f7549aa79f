"""Mutants: rules made wrong on purpose, and those of them that no claim can tell from the right ones."""
