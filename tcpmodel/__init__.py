"""A formal model and model checker of the TCP connection lifecycle (RFC 9293)."""
