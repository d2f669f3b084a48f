"""Goldsmith: golden machine images for every account, as plain Terraform."""

__version__ = "0.1.0"
