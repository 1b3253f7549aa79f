"""Floor 3: RFC 9293's connection processing, the network, and two endpoints joined by it."""
