"""YAML files as they are written, and what is told of them: what every stage reads and reports with."""
