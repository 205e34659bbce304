"""Thousands of networks, measured one like the other: a grid, what is found of each, where that is kept, who works."""
