"""Ghosts (history variables): what observers write down about a connection, and no rule may read."""
