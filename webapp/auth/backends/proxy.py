"""A proxy in front authenticates users: it names them in a header, and proves itself by a shared secret."""

from secrets import compare_digest

from flask import request
from flask.typing import ResponseReturnValue

from ...config import split_list
from ...config.parsers import PROOF_HEADER
from ..errors import AccessDenied
from ..permissions import User, clean_email, email_problem
from .base import AuthBackend, wrong_address

IAP_PREFIX = "accounts.google.com:"  # Google's Identity-Aware Proxy puts it before the address


class ProxyBackend(AuthBackend):
    def authenticate(self) -> User | None:
        """Raises AccessDenied without the secret: the headers could come from anybody."""
        self._require_secret()
        value = _decoded_header(self.settings.proxy_user_header).strip()
        email = clean_email(value.removeprefix(IAP_PREFIX))
        if value and not email:
            title = "Your email address cannot be used here"
            raise AccessDenied("an unusable email address", title, email_problem(value), 401)
        return User(email, email, self._groups()) if email else None

    def _require_secret(self) -> None:
        secret = self.settings.proxy_secret
        value = request.headers.get(PROOF_HEADER, "").encode("utf-8", "surrogateescape")
        if not secret or not compare_digest(value, secret.reveal().encode()):
            raise wrong_address("a wrong proxy secret" if value else "no proxy secret", 403)

    def _groups(self) -> frozenset[str]:
        header = self.settings.proxy_groups_header
        return frozenset(split_list(_decoded_header(header) if header else "", self.settings.groups_separator))

    def challenge(self) -> ResponseReturnValue:
        message = "Log in through your company’s login page, then try again."
        raise AccessDenied("the proxy sent no user", "You are not logged in", message, 401)


def _decoded_header(name: str) -> str:
    """WSGI passes each byte as one character; proxies send UTF-8. Raises AccessDenied for anything else."""
    try:
        return request.headers.get(name, "").encode("latin-1").decode("utf-8")
    except UnicodeError:
        message = f"The proxy in front does not send {name} in UTF-8. Ask your administrator."
        raise AccessDenied(f"{name} is not UTF-8", "You are not logged in", message, 401) from None
