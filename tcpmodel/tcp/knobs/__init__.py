"""Every departure from RFC 9293 and every choice within it, as changes of its rules."""
