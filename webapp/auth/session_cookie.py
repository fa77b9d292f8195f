"""The session cookie, signed by Flask."""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

CLOCK_SKEW = 30  # seconds that the clocks of two copies of the desk may differ


class SkewTolerantSigner(TimestampSigner):
    """itsdangerous rejects a signature from a clock that is one second ahead of this one."""

    def unsign(self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False) -> Any:
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        age = self.get_timestamp() - signed_at.timestamp()
        if max_age is not None and not -CLOCK_SKEW <= age <= max_age:
            raise SignatureExpired(f"Signature age {age:.0f} s", payload=value, date_signed=signed_at)
        return (value, signed_at) if return_timestamp else value


class SessionInterface(SecureCookieSessionInterface):
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer:
            serializer.signer = SkewTolerantSigner
        return serializer
