"""Who may use which page: one line an endpoint, and what is not listed is closed to everybody."""

from .permissions import Right

OPEN, LOOK, WRITE, CREATE = Right.NONE, Right.LOOK, Right.WRITE, Right.CREATE

TABLE = {
    "static": OPEN,
    "listing.healthz": OPEN,
    "auth.login": OPEN,
    "auth.callback": OPEN,
    "auth.logout": OPEN,
    "auth.logged_out": OPEN,
    "old_addresses.plan": OPEN,
    "old_addresses.plan_json": OPEN,
    "old_addresses.absent": OPEN,
    "old_addresses.turn_down": OPEN,
    "old_addresses.held": OPEN,
    "listing.index": LOOK,
    "detail.show": LOOK,
    "detail.as_json": LOOK,
    "detail.back": LOOK,
    "forecast.show": LOOK,
    "forecast.as_json": LOOK,
    "forms.nothing_here": LOOK,
    "forms.new": WRITE,
    "forms.submit_new": WRITE,
    "forms.edit": WRITE,
    "forms.submit_edit": WRITE,
    "forms.preview": WRITE,
    "restore.restore": WRITE,
    "detail.create": CREATE,
    "detail.not_created": CREATE,
    "detail.reject": CREATE,
}

# What pages ask for by themselves keeps nobody logged in.
UNATTENDED = {"detail.as_json", "forecast.as_json"}
# A form that comes when its session is over is kept on the server until its person has logged in again.
HELD = {"forms.submit_new", "forms.submit_edit"}
# What was typed here stays on the page instead.
KEPT_ON_PAGE = HELD | {"detail.reject"}
