"""Environment of the two ends (users, network, clock, attacker), and the transition systems made with it."""
