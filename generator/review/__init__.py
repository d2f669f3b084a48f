"""The plans of a fleet, as one review: groups of the same changes, risks, a digest; Markdown, HTML and JSON."""
