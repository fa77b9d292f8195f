"""The use cases: save and check drafts, create an autotune once, reconcile unknown outcomes."""
