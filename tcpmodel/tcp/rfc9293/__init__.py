"""One endpoint as RFC 9293 has it, in its order: what it remembers, sends and does. Read it first."""
