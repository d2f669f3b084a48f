"""`python -m generator` is the command `goldsmith`."""

from generator.cli import main

main()
