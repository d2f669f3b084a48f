"""A review goes to where people read it: one comment that stays, a step's summary, annotations, outputs."""
