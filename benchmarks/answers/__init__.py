"""Answers of models to programs that crash, right and wrong ones, played to the whole loop.

No model was asked: every answer is written by hand, in the ways that models are known to go right and wrong.
They are under the licence of the repository (MIT), as the programs in `benchmarks/crashes` are.
"""
