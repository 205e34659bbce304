"""What is measured, and what it is measured against: the dashboard with a clock inside, and empty pages."""
