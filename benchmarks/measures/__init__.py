"""One file for each question; each has `measure(effort)`, which returns a `Result`."""
