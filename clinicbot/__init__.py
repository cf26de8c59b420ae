"""The clinic FAQ assistant: answers visitors from curated articles, with sources."""

__version__ = "0.1.0"
