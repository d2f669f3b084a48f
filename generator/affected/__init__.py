"""Which roots a change touches, and why: two specs and what they render, compared."""
