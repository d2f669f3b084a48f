"""Documents that AWS runs: AWSTOE components and image workflows, checked as AWS would, on any operating system."""
