"""Learned machines judged against the rows: a Mealy machine of a real stack, walked beside one endpoint."""
