"""Statsig's Create Autotune in plain Python: what may be asked for, how it is said, and what is sent.

Every rule is written here once; the form, the sandbox and the command line ask it.

    parse(answers) -> Autotune | [Problem]      what was typed, read by the contract
    advice(autotune) -> [Advice]                 worth knowing, never in the way
    payload(autotune) -> dict; body(autotune)    what is sent
"""
