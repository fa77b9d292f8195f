"""What can go wrong between the desk and Statsig. Each answers one question: was it created?

    StatsigError
      NotCreated            no, and nothing will come of it
        Rejected            400, 409, 422: Statsig's reasons, at fields where it named them
        Unauthorised        401, 403: the key is not good for this
        Busy                429: try again after `retry_after` seconds, 0 to 60
        Unreachable         no connection was made
        Failed              a read that Statsig could not answer
          ListTooLong       the list of autotunes has no end that could be reached
      Unknown               perhaps: the request may have arrived

No message here holds a word from upstream, but for those of Rejected, which are redacted.
"""

from math import ceil

from ..contract.errors import FieldError

UNKNOWN_KEY = 401
LONGEST_WAIT = 60  # seconds


def capitalized(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


class StatsigError(Exception):
    """The message is a sentence for people."""


class NotCreated(StatsigError):
    pass


class Rejected(NotCreated):
    """`name_taken`: a reason may mean that the name is in use, perhaps by this very request, sent twice on its way."""

    def __init__(self, errors: list[FieldError], name_taken: bool = False) -> None:
        super().__init__("Statsig did not accept this.")
        self.errors, self.name_taken = errors, name_taken


class Unauthorized(NotCreated):
    def __init__(self, status: int) -> None:
        refused = "not accepted by" if status == UNKNOWN_KEY else "not allowed to do this in"
        super().__init__(f"The key of this desk is {refused} Statsig. Whoever looks after the desk has to mend that.")
        self.status = status


class RateLimited(NotCreated):
    """`wait` is what Statsig asks for, in seconds, however many: a person is not told less."""

    def __init__(self, wait: float, place: str = "Statsig") -> None:
        self.retry_after = ceil(min(wait, LONGEST_WAIT))
        super().__init__(capitalized(f"{place} is busy. Try again {_when(self.retry_after, wait > LONGEST_WAIT)}."))


def _when(seconds: int, or_more: bool) -> str:
    if or_more:
        return "in a minute or more"
    if seconds == 0:
        return "now"
    return "in 1 second" if seconds == 1 else f"in {seconds} seconds"


class Unreachable(NotCreated):
    pass


class Failed(NotCreated):
    pass


class ListTooLong(Failed):
    def __init__(self) -> None:
        super().__init__("Statsig lists more autotunes than can be looked through.")


class OutcomeUnknown(StatsigError):
    pass
