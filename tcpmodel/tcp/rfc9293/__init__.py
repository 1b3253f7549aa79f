"""One endpoint as RFC 9293 has it, in its order: its variables, its segments, its rules. Read it first."""
