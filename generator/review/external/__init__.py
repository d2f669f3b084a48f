"""Rules of others over a plan: conftest and checkov, on a plan without secrets."""
