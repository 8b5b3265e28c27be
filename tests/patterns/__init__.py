"""Learned fixes, from a merged change to a proposal in another file."""
