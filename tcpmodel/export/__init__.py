"""Exports: transition systems as the input of other checkers, reading for reading."""
