"""Sweeps (parameter synthesis): how long TIME-WAIT, the quiet time and a number's life must be, found by search.

No threshold is written down anywhere: each is the smallest (or largest) value whose claim an
exploration finds to hold, together with the run that breaks the claim one step away from it.
"""
