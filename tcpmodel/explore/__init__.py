"""Engines that enumerate the reachable states."""
