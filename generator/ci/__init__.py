"""The pipelines of a repository that holds a spec: made and kept up, until somebody takes one over."""
