"""What is measured, and what it is measured against: the dashboard with a sampler inside, and empty pages."""
