"""Benchmarks, one file each: fresh database, durability on, a baseline in the same run."""
