"""An imaginary shop for clothes and home goods: what its project at Statsig holds."""

from typing import NamedTuple

COMPANY = {
    "companyID": "sandbox",
    "companyName": "Sandbox Shop",
    "isWarehouseNative": False,
    "orgID": None,
    "orgName": None,
}

REVIEW_SETTINGS = {
    "is_config_review_required": False,
    "is_metric_review_required": False,
    "is_metric_review_required_on_verified_only": False,
}


class Event(NamedTuple):
    """`a_day`: how many are logged on an average day; `per_visitor`: of one visitor; `signed_in`: the share of
    visitors with a user ID."""

    name: str
    a_day: int
    per_visitor: float
    signed_in: float
    source: str
    values: tuple[str, ...] = ("",)
    metadata: tuple[tuple[str, str], ...] = ()


WEB, SERVER, APP = "statsig-js", "statsig-node", "statsig-ios"
CATEGORIES = ("shirts", "dresses", "shoes", "kitchen", "bedding", "lighting")

EVENTS = (
    Event("page_view", 48_200, 6.1, 0.34, WEB, ("/", "/sale", "/category/shoes", "/product/linen-shirt")),
    Event("product_viewed", 21_900, 3.4, 0.36, WEB, CATEGORIES, (("list", "category"),)),
    Event("time_spent_on_page", 17_600, 2.9, 0.35, WEB, ("12", "38", "71", "140", "463")),
    Event("search_performed", 6_840, 1.9, 0.38, WEB, ("linen", "boots", "pan", "duvet"), (("results", "24"),)),
    Event("category_filtered", 5_310, 2.2, 0.36, WEB, ("size", "color", "price")),
    Event("add_to_cart", 4_120, 1.6, 0.47, WEB, CATEGORIES, (("quantity", "1"),)),
    Event("cart_viewed", 3_480, 1.5, 0.49, WEB),
    Event("app_opened", 3_150, 2.4, 0.81, APP, ("push", "icon")),
    Event("recommendation_clicked", 2_260, 1.4, 0.41, WEB, ("home", "product", "cart")),
    Event("banner_clicked", 1_870, 1.1, 0.33, WEB, ("free_shipping", "sale", "new_in")),
    Event("wishlist_added", 1_540, 1.7, 0.62, WEB, CATEGORIES),
    Event("checkout_started", 1_390, 1.1, 0.58, WEB, ("cart", "express")),
    Event("remove_from_cart", 1_120, 1.3, 0.46, WEB, CATEGORIES),
    Event("shipping_method_chosen", 1_060, 1.1, 0.61, WEB, ("standard", "express", "pickup")),
    Event("payment_method_chosen", 940, 1.1, 0.63, WEB, ("card", "paypal", "invoice")),
    Event("login", 910, 1.2, 1.0, SERVER, ("password", "google")),
    Event("purchase", 760, 1.04, 0.68, SERVER, ("24.90", "59.00", "112.50"), (("currency", "EUR"),)),
    Event("coupon_applied", 415, 1.1, 0.59, WEB, ("WELCOME10", "SUMMER")),
    Event("email_opened", 380, 1.2, 1.0, SERVER, ("newsletter", "order", "reminder")),
    Event("newsletter_signup", 268, 1.0, 0.24, WEB, ("footer", "popup")),
    Event("signup_completed", 212, 1.0, 1.0, SERVER, ("password", "google")),
    Event("payment_failed", 58, 1.3, 0.66, SERVER, ("declined", "expired", "timeout")),
    Event("review_submitted", 44, 1.1, 1.0, WEB, ("3", "4", "5")),
    Event("support_chat_opened", 37, 1.1, 0.52, WEB, ("order", "product")),
    Event("refund_requested", 26, 1.05, 1.0, SERVER, ("size", "quality", "late")),
)


class Metric(NamedTuple):
    """`measures`: what of each event, as Statsig calls it."""

    name: str
    type: str
    measures: str
    events: tuple[str, ...]
    description: str
    directionality: str = "increase"


METRICS = (
    Metric("Page Views", "event_count_custom", "count", ("page_view",), "Pages that were opened."),
    Metric("Product Views", "event_count_custom", "count", ("product_viewed",), "Product pages that were opened."),
    Metric("Time on Page", "mean", "value", ("time_spent_on_page",), "Seconds on a page."),
    Metric("Searches", "event_count_custom", "count", ("search_performed",), "Searches in the shop."),
    Metric("Filter Uses", "event_count_custom", "count", ("category_filtered",), "Filters set in a category."),
    Metric("Add to Cart", "event_count_custom", "count", ("add_to_cart",), "Products put into a cart."),
    Metric("Cart Visitors", "event_user", "count_distinct", ("add_to_cart",), "People who put a product into a cart."),
    Metric("Cart Views", "event_count_custom", "count", ("cart_viewed",), "Views of the cart."),
    Metric("App Opens", "event_count_custom", "count", ("app_opened",), "Starts of the app."),
    Metric("App Users", "event_user", "count_distinct", ("app_opened",), "People who started the app."),
    Metric("Recommendation Clicks", "event_count_custom", "count", ("recommendation_clicked",), "All placements."),
    Metric(
        "Banner Clicks", "event_count_custom", "count", ("banner_clicked",), "Clicks on the banner of the home page."
    ),
    Metric("Wishlist Adds", "event_count_custom", "count", ("wishlist_added",), "Products put on a wish list."),
    Metric("Checkouts Started", "event_count_custom", "count", ("checkout_started",), "Checkouts that were opened."),
    Metric("Cart Removals", "event_count_custom", "count", ("remove_from_cart",), "Products taken out.", "decrease"),
    Metric("Express Shipping", "event_count_custom", "count", ("shipping_method_chosen",), "Orders sent by express."),
    Metric("Payment Choices", "event_count_custom", "count", ("payment_method_chosen",), "Payment methods chosen."),
    Metric("Logins", "event_user", "count_distinct", ("login",), "People who logged in."),
    Metric("Purchases", "event_count_custom", "count", ("purchase",), "Orders that were paid."),
    Metric("Buyers", "event_user", "count_distinct", ("purchase",), "People with a paid order."),
    Metric("Revenue", "sum", "value", ("purchase",), "Revenue in EUR, with tax."),
    Metric("Order Value", "mean", "value", ("purchase",), "Revenue of an order in EUR."),
    Metric(
        "Checkout Conversion", "ratio", "count", ("purchase", "checkout_started"), "Purchases per started checkout."
    ),
    Metric(
        "Shop Conversion", "funnel", "count", ("product_viewed", "add_to_cart", "purchase"), "From view to purchase."
    ),
    Metric("Coupons Used", "event_count_custom", "count", ("coupon_applied",), "Coupons that were accepted."),
    Metric("Email Opens", "event_user", "count_distinct", ("email_opened",), "People who opened an email."),
    Metric("Newsletter Signups", "event_count_custom", "count", ("newsletter_signup",), "New newsletter readers."),
    Metric("New Accounts", "event_count_custom", "count", ("signup_completed",), "Accounts that were opened."),
    Metric("Failed Payments", "event_count_custom", "count", ("payment_failed",), "Declined payments.", "decrease"),
    Metric("Refunds", "event_count_custom", "count", ("refund_requested",), "Refunds asked for.", "decrease"),
)


class MetricSource(NamedTuple):
    """`ids`: the columns by unit ID; `fields`: the formulas by name."""

    name: str
    description: str
    sql: str
    timestamp: str
    ids: dict[str, str]
    fields: dict[str, str]


METRIC_SOURCES = (
    MetricSource(
        "Orders",
        "Paid orders with their value, one row each.",
        "SELECT *\nFROM shop.orders\nWHERE DATE(paid_at) BETWEEN {statsig_start_date} AND {statsig_end_date}\n",
        "paid_at",
        {"userID": "customer_id", "companyID": "company_id"},
        {"order_value_eur": "gross_cents / 100"},
    ),
    MetricSource(
        "Web Events",
        "All events of the website, also those of visitors who are not signed in.",
        "SELECT *\nFROM shop.web_events\nWHERE DATE(logged_at) BETWEEN {statsig_start_date} AND {statsig_end_date}\n",
        "logged_at",
        {"userID": "user_id", "stableID": "stable_id", "deviceID": "device_id"},
        {},
    ),
    MetricSource(
        "Returns",
        "Parcels that came back, with their reason.",
        "SELECT *\nFROM shop.returns\nWHERE DATE(received_at) BETWEEN {statsig_start_date} AND {statsig_end_date}\n",
        "received_at",
        {"userID": "customer_id"},
        {"refund_eur": "refund_cents / 100"},
    ),
)

UNIT_ID_TYPES = (
    {"name": "companyID", "description": "A company that orders for its offices."},
    {"name": "deviceID", "description": "A phone or tablet with the app."},
)


class Experiment(NamedTuple):
    """`a_day`: exposures on an average day; `began`: how many days ago; `took`: how many days, if it has ended."""

    name: str
    status: str
    metric: str
    hypothesis: str
    a_day: int = 0
    began: int = 0
    took: int = 0
    id_type: str = "userID"


EXPERIMENTS = (
    Experiment("checkout_one_page", "active", "Purchases", "One page loses fewer buyers than three.", 1_310, 11),
    Experiment(
        "search_suggestions", "active", "Searches", "Suggestions lead to more searches.", 6_200, 6, 0, "stableID"
    ),
    Experiment("home_layout", "active", "Add to Cart", "New products on top sell better.", 9_400, 19, 0, "stableID"),
    Experiment("free_shipping_threshold", "active", "Order Value", "A bar raises the order value.", 2_870, 3),
    Experiment("app_onboarding", "active", "App Users", "A shorter tour keeps more people.", 540, 25, 0, "deviceID"),
    Experiment("product_video", "setup", "Add to Cart", "A video answers what a photo cannot."),
    Experiment("office_prices", "setup", "Revenue", "Net prices help companies.", id_type="companyID"),
    Experiment("wishlist_reminder", "decision_made", "Purchases", "A reminder brings people back.", 0, 74, 28),
    Experiment("newsletter_popup", "decision_made", "Newsletter Signups", "Later is better.", 0, 52, 14, "stableID"),
    Experiment("review_request_time", "experiment_stopped", "Buyers", "A week later is better.", 0, 40, 21),
    Experiment("coupon_field_hidden", "abandoned", "Purchases", "Fewer people leave to look for codes.", 0, 90, 5),
    Experiment("dark_mode", "archived", "App Opens", "Dark mode is opened more often.", 0, 160, 30, "deviceID"),
)
