"""What to expect of an autotune before it is created.

`compute`, `simulation`, `summary` and `probability` use NumPy and run in a worker process; the other modules do not,
so that the web process need not load it.
"""
