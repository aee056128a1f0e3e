"""Which role may do what in the console: the one table that every request is checked against."""

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is."""

    OPERATOR = "operator"
    FESTIVAL = "festival"
    FINANCE = "finance"
    SUPPORT = "support"


class Action(StrEnum):
    """What can be seen or done."""

    OVERVIEW = "overview"
    FILMS = "films"
    CHANGE_PLACES = "change-places"
    SEE_VOUCHERS = "see-vouchers"
    MAKE_VOUCHERS = "make-vouchers"
    LIST_ORDERS = "list-orders"
    FIND_PERSON = "find-person"
    REFUND = "refund"
    SEE_AVAILS = "see-avails"
    CHANGE_AVAILS = "change-avails"
    SEE_SECTIONS = "see-sections"
    CHANGE_SECTIONS = "change-sections"
    SEE_DEVICES = "see-devices"
    END_DEVICE = "end-device"
    SEE_VENUES = "see-venues"
    CHANGE_VENUES = "change-venues"
    SEE_STAFF = "see-staff"
    END_STAFF = "end-staff"
    TAKINGS = "takings"
    NOTES = "notes"
    CHANGES = "changes"


ALLOWED: dict[Action, frozenset[Role]] = {
    Action.OVERVIEW: frozenset(Role),
    Action.FILMS: frozenset(Role),
    Action.CHANGE_PLACES: frozenset({Role.OPERATOR, Role.FESTIVAL}),
    Action.SEE_VOUCHERS: frozenset({Role.OPERATOR, Role.FESTIVAL, Role.FINANCE}),
    Action.MAKE_VOUCHERS: frozenset({Role.OPERATOR, Role.FESTIVAL}),
    Action.LIST_ORDERS: frozenset({Role.OPERATOR, Role.FINANCE}),
    Action.FIND_PERSON: frozenset({Role.OPERATOR, Role.FINANCE, Role.SUPPORT}),
    Action.REFUND: frozenset({Role.OPERATOR, Role.FINANCE, Role.SUPPORT}),
    Action.SEE_AVAILS: frozenset({Role.OPERATOR, Role.FESTIVAL, Role.FINANCE}),
    Action.CHANGE_AVAILS: frozenset({Role.OPERATOR, Role.FESTIVAL}),
    Action.SEE_SECTIONS: frozenset({Role.OPERATOR, Role.FESTIVAL}),
    Action.CHANGE_SECTIONS: frozenset({Role.OPERATOR, Role.FESTIVAL}),
    Action.SEE_DEVICES: frozenset({Role.OPERATOR, Role.SUPPORT}),
    Action.END_DEVICE: frozenset({Role.OPERATOR, Role.SUPPORT}),
    Action.SEE_VENUES: frozenset({Role.OPERATOR, Role.FESTIVAL, Role.FINANCE, Role.SUPPORT}),
    Action.CHANGE_VENUES: frozenset({Role.OPERATOR, Role.FESTIVAL}),
    Action.SEE_STAFF: frozenset({Role.OPERATOR}),
    Action.END_STAFF: frozenset({Role.OPERATOR}),
    Action.TAKINGS: frozenset({Role.OPERATOR, Role.FESTIVAL, Role.FINANCE}),
    Action.NOTES: frozenset({Role.OPERATOR, Role.FESTIVAL, Role.SUPPORT}),
    Action.CHANGES: frozenset({Role.OPERATOR, Role.FINANCE}),
}
