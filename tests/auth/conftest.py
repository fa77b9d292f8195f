from .fixtures import issuer, with_login

__all__ = ["issuer", "with_login"]
