"""A planner for autotunes: what to expect of one before it is launched.

What stands here asks and reads; it does without NumPy. `answers` and `best` do the work, with it.
"""
