"""Floor 4: engines that enumerate the reachable states."""
