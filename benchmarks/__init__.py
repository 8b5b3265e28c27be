"""Measurements that are no tests: each prints its figures and judges them."""
