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
    "listing.index": LOOK,
    "pages.show": LOOK,
    "pages.as_json": LOOK,
    "pages.back": LOOK,
    "plans.show": LOOK,
    "plans.as_json": LOOK,
    "forms.nothing_here": LOOK,
    "forms.new": WRITE,
    "forms.submit_new": WRITE,
    "forms.edit": WRITE,
    "forms.submit_edit": WRITE,
    "forms.preview": WRITE,
    "held.bring_back": WRITE,
    "pages.press": CREATE,
    "pages.absent": CREATE,
    "pages.turn_down": CREATE,
}

# What pages ask for by themselves keeps nobody logged in.
UNATTENDED = {"pages.as_json", "plans.as_json"}
# A form that comes when its session is over is kept on the server until its person has logged in again.
HELD = {"forms.submit_new", "forms.submit_edit"}
# What was typed here stays on the page instead.
KEPT_ON_PAGE = HELD | {"pages.turn_down"}
