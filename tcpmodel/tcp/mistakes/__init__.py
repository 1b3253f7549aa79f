"""Rules gone wrong on purpose, and which of them no claim can tell."""
