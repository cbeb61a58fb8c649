"""How fast the answers come, beside named peers on the same data: ``python -m tests.benchmarks``."""
