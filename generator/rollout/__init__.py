"""What was rolled out where: the journal of applies."""
