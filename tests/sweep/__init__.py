"""Tests of netlib.sweep."""
