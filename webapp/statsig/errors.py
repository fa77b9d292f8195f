"""What can go wrong between the desk and Statsig. Each answers one question: was it created?

    StatsigError
      NotCreated            no, and nothing will come of it
        Rejected            400, 409, 422: Statsig's reasons, at fields where it named them
        Unauthorised        401, 403: the key is not good for this
        Busy                429: `retry_after` seconds
        Unreachable         no connection was made
        Failed              a read that Statsig could not answer
      Unknown               perhaps: the request may have arrived

No message here holds a word from upstream, but for those of Rejected, which are redacted.
"""

from ..contract import Problem

UNKNOWN_KEY = 401


class StatsigError(Exception):
    """The message is a sentence for people."""


class NotCreated(StatsigError):
    pass


class Rejected(NotCreated):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("Statsig did not accept this.")
        self.problems = problems


class Unauthorised(NotCreated):
    def __init__(self, status: int) -> None:
        refused = "not accepted by" if status == UNKNOWN_KEY else "not allowed to do this in"
        super().__init__(f"The key of this desk is {refused} Statsig. Whoever looks after the desk has to mend that.")
        self.status = status


class Busy(NotCreated):
    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Statsig is busy. Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class Unreachable(NotCreated):
    pass


class Failed(NotCreated):
    pass


class Unknown(StatsigError):
    pass
