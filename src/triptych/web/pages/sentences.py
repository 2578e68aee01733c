"""What happened, as a sentence with the verb first: one for each event that we know, and a plain one for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext, ngettext

from triptych.web.pages import words, writing

_OFFLINE = frozenset({"store", "shop", "till", "phone", "post", "offline", "call"})
"""Channels of the physical world: their items are square."""
Properties = Mapping[str, Any]


class Item(NamedTuple):
    """One item of a timeline: its icon, whether it happened in the physical world, what it says, what stands right."""

    icon: str
    offline: bool
    says: str
    aside: str
    channel: str = ""


def describe(event: Mapping[str, Any]) -> Item:
    """The item that an event of the timeline is shown as."""
    given: Properties = event.get("properties") or {}
    name = str(event.get("event") or "")
    kind = str(event.get("type") or "track")
    channel = str(event.get("channel") or given.get("channel") or "")
    offline = channel in _OFFLINE
    amount = writing.money(event["amount"], event.get("currency") or "EUR") if event.get("amount") else ""
    if kind == "track":
        icon, tell = TRACKS.get(name, ("point", _plain))
        return Item(_offline_icon(icon, offline=offline), offline, tell(name, given), amount, channel)
    if kind in {"page", "screen"}:
        title = event.get("page_title") or name or event.get("page_path") or ""
        said = gettext("Looked at %(page)s") % {"page": title} if title else words.event_type(kind)
        return Item("world" if kind == "page" else "device-mobile", offline, said, amount, channel)
    icon = {"identify": "login", "group": "building", "alias": "arrows-join-2"}.get(kind, "point")
    said = gettext("Gave or confirmed who they are") if kind == "identify" else words.event_type(kind)
    return Item(icon, offline, said, amount, channel)


def _offline_icon(icon: str, *, offline: bool) -> str:
    return "building-store" if offline and icon in {"shopping-bag", "receipt"} else icon


def _plain(name: str, _: Properties) -> str:
    return name


def _product(given: Properties) -> str:
    return str(given.get("name") or given.get("product_id") or given.get("sku") or gettext("a product"))


def _viewed(_: str, given: Properties) -> str:
    return gettext("Looked at %(product)s") % {"product": _product(given)}


def _listed(_: str, given: Properties) -> str:
    listing = given.get("category") or given.get("list_id") or gettext("a list")
    return gettext("Looked through %(list)s") % {"list": listing}


def _added(_: str, given: Properties) -> str:
    return gettext("Put %(product)s in the basket") % {"product": _product(given)}


def _removed(_: str, given: Properties) -> str:
    return gettext("Took %(product)s out of the basket") % {"product": _product(given)}


def _ordered(_: str, given: Properties) -> str:
    lines = given.get("products")
    many = len(lines) if isinstance(lines, list) else int(given.get("lines") or 0)
    if not many:
        return gettext("Bought something")
    return ngettext("Bought %(number)s item", "Bought %(number)s items", many) % {"number": writing.number(many)}


def _refunded(_: str, given: Properties) -> str:
    order = given.get("order_id")
    return gettext("Was refunded for order %(order)s") % {"order": order} if order else gettext("Was refunded")


def _checkout(_: str, __: Properties) -> str:
    return gettext("Began to check out")


def _searched(_: str, given: Properties) -> str:
    return gettext("Searched for “%(query)s”") % {"query": given.get("query", "")}


def _consent(_: str, given: Properties) -> str:
    about = words.purpose(str(given.get("purpose", "")))
    answer = words.consent(str(given.get("status", "")))
    return gettext("Answered about %(purpose)s: %(answer)s") % {"purpose": about, "answer": answer}


def _opened(_: str, __: Properties) -> str:
    return gettext("Opened an e-mail")


def _clicked(_: str, __: Properties) -> str:
    return gettext("Clicked a link")


def _called(_: str, given: Properties) -> str:
    about = given.get("subject") or given.get("topic")
    return gettext("Called about %(subject)s") % {"subject": about} if about else gettext("Called")


def _ticket(_: str, given: Properties) -> str:
    about = given.get("subject") or given.get("topic")
    return gettext("Asked for help: %(subject)s") % {"subject": about} if about else gettext("Asked for help")


def _coupon(_: str, given: Properties) -> str:
    return (
        gettext("Used a coupon")
        if not given.get("coupon_id")
        else gettext("Used coupon %(id)s") % {"id": given["coupon_id"]}
    )


def _signed_up(_: str, __: Properties) -> str:
    return gettext("Opened an account")


def _signed_in(_: str, __: Properties) -> str:
    return gettext("Logged in")


TRACKS: dict[str, tuple[str, Callable[[str, Properties], str]]] = {
    "Product Viewed": ("eye", _viewed),
    "Product Clicked": ("click", _viewed),
    "Product List Viewed": ("table", _listed),
    "Products Searched": ("search", _searched),
    "Product Added": ("basket-plus", _added),
    "Product Removed": ("basket", _removed),
    "Cart Viewed": ("basket", lambda *_: gettext("Looked at the basket")),
    "Checkout Started": ("shopping-cart", _checkout),
    "Order Completed": ("receipt", _ordered),
    "Order Refunded": ("receipt-refund", _refunded),
    "Order Cancelled": ("receipt-refund", lambda *_: gettext("Cancelled an order")),
    "Coupon Applied": ("tag", _coupon),
    "Coupon Redeemed": ("tag", _coupon),
    "Consent Changed": ("shield-check", _consent),
    "Email Opened": ("mail", _opened),
    "Email Link Clicked": ("click", _clicked),
    "Link Clicked": ("click", _clicked),
    "Call Ended": ("phone-incoming", _called),
    "Call Received": ("phone-incoming", _called),
    "Ticket Opened": ("message-circle", _ticket),
    "Ticket Created": ("message-circle", _ticket),
    "Signed Up": ("user-plus", _signed_up),
    "Account Created": ("user-plus", _signed_up),
    "Signed In": ("login", _signed_in),
    "Logged In": ("login", _signed_in),
}
