"""Command line: verbs that parse, call and print; the logic is in the rooms below."""
