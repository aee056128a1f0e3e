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
    SEE_VOUCHERS = "see-vouchers"
    MAKE_VOUCHERS = "make-vouchers"


ALLOWED: dict[Action, frozenset[Role]] = {
    Action.OVERVIEW: frozenset(Role),
    Action.FILMS: frozenset(Role),
    Action.SEE_VOUCHERS: frozenset({Role.OPERATOR, Role.FESTIVAL, Role.FINANCE}),
    Action.MAKE_VOUCHERS: frozenset({Role.OPERATOR, Role.FESTIVAL}),
}
