"""Homeostat heals repositories: learned fixes first, proof by the repository's own tests."""

__version__ = "0.1.0"
