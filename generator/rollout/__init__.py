"""Rolling out a fleet: its waves, and the journal of what was applied where."""
