"""Weights and Setups as files: what a student takes home and brings back. Never a pickle on the way in."""
