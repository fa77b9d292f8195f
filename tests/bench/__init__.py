"""What the app costs, as ratios beside references measured in the same run: `python -m tests.bench [PART ...]`."""
