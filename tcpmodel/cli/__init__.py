"""Floor 6: verbs.  They parse, call and print; the logic is below."""
