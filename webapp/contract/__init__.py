"""Statsig's Create Autotune without Flask: the form, its rules and the request body.

AutotuneForm.from_data(form_data)    validates what was typed; `body()` is what is sent
form_from_body(body)                 validates a request body
advice(body)                         what is worth knowing about a valid body
"""
