"""Accounts from AWS Organizations: asked for, named, and written down for all that works with no AWS at hand."""
