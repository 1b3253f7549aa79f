"""A small typed language in which every guard, update and claim is written."""
