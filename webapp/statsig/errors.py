"""The errors of the client. Each answers one question: was the autotune created?

    StatsigError
      NotCreated            no, and this request will not create it later
        Rejected            400, 409, 422: Statsig's reasons, at the fields it names
        Unauthorized        401, 403: the key is not valid, or lacks the permission
        RateLimited         429: try again after `retry_after` seconds, 0 to 60
        Unreachable         no connection was made
        ReadFailed          Statsig did not answer a read
          ListTooLong       the list of autotunes is longer than can be read
      OutcomeUnknown        perhaps: the request may have arrived

No message contains text from Statsig, except those of Rejected, which are redacted.
"""

from math import ceil

from ..contract.errors import FieldError

MAX_RETRY_AFTER = 60  # seconds


def capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


class StatsigError(Exception):
    """The message is a sentence for users."""


class NotCreated(StatsigError):
    pass


class Rejected(NotCreated):
    """`name_taken`: Statsig says the name is in use, perhaps by this very request, sent twice by a gateway."""

    def __init__(self, errors: list[FieldError], name_taken: bool = False) -> None:
        super().__init__("Statsig rejected the request.")
        self.errors, self.name_taken = errors, name_taken


class Unauthorized(NotCreated):
    def __init__(self, status: int) -> None:
        problem = "is not accepted by" if status == 401 else "does not have permission for this in"
        super().__init__(f"The desk’s API key {problem} Statsig. Ask an administrator to fix it.")
        self.status = status


class RateLimited(NotCreated):
    """`wait`: the seconds Statsig asks for; the message does not hide that they are more than MAX_RETRY_AFTER.

    `countdown` is how many seconds a page can count down; None if that is none, or not known.
    """

    def __init__(self, wait: float, destination: str = "Statsig") -> None:
        self.retry_after = ceil(min(wait, MAX_RETRY_AFTER))
        self.countdown = self.retry_after if 0 < wait <= MAX_RETRY_AFTER else None
        when = _when(self.retry_after, wait > MAX_RETRY_AFTER)
        super().__init__(capitalized(f"{destination} is busy. Try again {when}."))


def _when(seconds: int, or_more: bool) -> str:
    if or_more:
        return "in a minute or more"
    if seconds == 0:
        return "now"
    return "in 1 second" if seconds == 1 else f"in {seconds} seconds"


class Unreachable(NotCreated):
    pass


class ReadFailed(NotCreated):
    pass


class ListTooLong(ReadFailed):
    def __init__(self) -> None:
        super().__init__("There are too many autotunes in Statsig to search them all.")


class OutcomeUnknown(StatsigError):
    pass
