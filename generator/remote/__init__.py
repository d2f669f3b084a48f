"""What AWS holds already of what the lock names, so that a version that is taken is known before an apply."""
