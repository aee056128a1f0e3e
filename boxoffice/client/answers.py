"""The box office's answers as values: one reader for each shape of its API."""

from typing import cast

from boxoffice.client.fields import Fields
from boxoffice.client.model import (
    Catalogue,
    Device,
    Gift,
    HouseRules,
    IssuedLicence,
    NotesCommentator,
    NotesOffer,
    Offer,
    OfferState,
    Order,
    OrderState,
    PackageRef,
    Pass,
    Play,
    Reason,
    SampleNote,
    Screening,
    Section,
    SectionKind,
    SignInPlace,
    Ticket,
    TicketState,
    Title,
    Told,
)

DAY_MS = 86_400_000
SHA256 = r"[0-9a-f]{64}"
LICENCE_LIMIT = 1 << 20


def read_catalogue(fields: Fields) -> Catalogue:
    """``GET /v1/catalogue``."""
    return Catalogue(
        territory=fields.pattern("territory", r"[A-Z]{2}(-[A-Z0-9]{1,3})?"),
        sections=fields.each("sections", _section),
        titles=fields.each("titles", _title),
        signers=fields.each("signers", lambda key: key.plain(("kty", "crv", "x", "kid", "alg", "use"))),
    )


def read_order(fields: Fields) -> Order:
    """An order, from any call that answers with one."""
    return Order(
        id=fields.identifier("id"),
        state=cast("OrderState", fields.choice("state", OrderState)),
        title_id=fields.identifier("title_id"),
        total=fields.money("total"),
        checkout_url=fields.web_address("checkout_url"),
        ticket_id=fields.optional("ticket_id", fields.identifier),
        created=fields.time("created"),
        gift=fields.optional("gift", fields.text),
        screening_id=fields.optional("screening_id", fields.identifier),
    )


def read_passes(fields: Fields) -> tuple[Pass, ...]:
    """``GET /v1/passes``."""
    return fields.each("passes", _read_pass)


def _read_pass(fields: Fields) -> Pass:
    return Pass(
        id=fields.identifier("id"),
        names=fields.words("names"),
        title_ids=fields.optional("title_ids", fields.texts),
        used_title_ids=fields.texts("used_title_ids"),
        tickets=fields.integer("tickets"),
        left=fields.integer("left"),
        ends=fields.optional("ends", fields.time),
    )


def read_sign_ins(fields: Fields) -> tuple[SignInPlace, ...]:
    """``GET /v1/account/sign-ins``."""
    return fields.each(
        "sign_ins",
        lambda one: SignInPlace(
            one.identifier("id"), one.prose("device"), one.time("created"), one.time("seen"), one.flag("this")
        ),
    )


def read_gifts(fields: Fields) -> tuple[Gift, ...]:
    """``GET /v1/gifts``."""
    return fields.each("gifts", _read_gift)


def _read_gift(fields: Fields) -> Gift:
    return Gift(
        order_id=fields.identifier("order_id"),
        title_id=fields.identifier("title_id"),
        bought=fields.time("bought"),
        code=fields.optional("code", fields.text),
        claimed=fields.optional("claimed", fields.time),
        refunded=fields.optional("refunded", fields.time),
    )


def read_tickets(fields: Fields) -> tuple[Ticket, ...]:
    """``GET /v1/tickets``."""
    return fields.each("tickets", read_ticket)


def read_ticket(fields: Fields) -> Ticket:
    """One ticket."""
    return Ticket(
        id=fields.identifier("id"),
        title_id=fields.identifier("title_id"),
        order_id=fields.identifier("order_id"),
        state=cast("TicketState", fields.choice("state", TicketState)),
        bought=fields.time("bought"),
        unlock_by=fields.time("unlock_by"),
        started=fields.optional("started", fields.time),
        watch_by=fields.optional("watch_by", fields.time),
        device=fields.optional("device", lambda name: _device(fields.inner(name))),
        position_ms=fields.integer("position_ms", 0, DAY_MS),
        seen_ms=fields.integer("seen_ms", 0, DAY_MS),
        running_time_ms=fields.integer("running_time_ms", 0, DAY_MS),
        allowed=fields.flag("allowed"),
        reasons=read_reasons(fields),
        price=fields.money("price"),
        screening_id=fields.optional("screening_id", fields.identifier),
        opens=fields.optional("opens", fields.time),
        again_ms=fields.optional("again_ms", lambda name: fields.integer(name, 0, 1 << 53)) or 0,
        again_allowed_ms=fields.optional("again_allowed_ms", lambda name: fields.integer(name, 0, 1 << 53)),
    )


def read_play(fields: Fields) -> Play:
    """``POST /v1/tickets/{id}/admission``."""
    return Play(
        id=fields.identifier("id"),
        ticket_id=fields.identifier("ticket_id"),
        package=_package(fields.inner("package")),
        position_ms=fields.integer("position_ms", 0, DAY_MS),
        watch_by=fields.time("watch_by"),
        house_rules=_house_rules(fields.inner("house_rules")),
        mark=fields.text("mark", 40),
        seen=fields.spans("seen", DAY_MS),
    )


def read_told(fields: Fields) -> Told:
    """``POST /v1/plays/{id}/progress``."""
    return Told(read_ticket(fields.inner("ticket")), fields.secure_addresses("mirrors"))


def read_reasons(fields: Fields) -> tuple[Reason, ...]:
    """The ``reasons`` of a refusal, an offer or a ticket."""
    return fields.each(
        "reasons",
        lambda reason: Reason(
            rule=reason.text("rule", 40),
            at=reason.optional("at", reason.time),
            zone=reason.optional("zone", reason.text),
            fix=reason.text("fix", 40),
            device=reason.optional("device", reason.prose),
        ),
    )


def _section(fields: Fields) -> Section:
    return Section(
        id=fields.identifier("id"),
        kind=cast("SectionKind", fields.choice("kind", SectionKind)),
        names=fields.words("names"),
        about=fields.words("about"),
        title_ids=fields.texts("title_ids"),
        starts=fields.optional("starts", fields.time),
        ends=fields.optional("ends", fields.time),
    )


def _title(fields: Fields) -> Title:
    return Title(
        id=fields.identifier("id"),
        eidr=fields.optional("eidr", fields.text),
        names=fields.words("names"),
        original_name=fields.prose("original_name"),
        synopsis=fields.words("synopsis"),
        tagline=fields.words("tagline"),
        directors=fields.words_list("directors"),
        countries=fields.texts("countries"),
        year=fields.integer("year", 1880, 9999),
        running_time_ms=fields.integer("running_time_ms", 0, DAY_MS),
        spoken=fields.texts("spoken"),
        subtitles=fields.texts("subtitles"),
        notes=_notes(fields.inner("notes")),
        poster=fields.url_path("poster"),
        backdrop=fields.url_path("backdrop"),
        package=_package(fields.inner("package")),
        trailer=fields.optional("trailer", lambda name: _package(fields.inner(name))),
        house_rules=_house_rules(fields.inner("house_rules")),
        accent=fields.pattern("accent", r"#[0-9A-Fa-f]{6}"),
        offer=_offer(fields.inner("offer")),
        screenings=fields.optional("screenings", lambda name: fields.each(name, _screening)) or (),
    )


def _screening(fields: Fields) -> Screening:
    return Screening(
        id=fields.identifier("id"),
        start=fields.time("start"),
        zone=fields.text("zone", 80),
        doors_close=fields.time("doors_close"),
        offer=_offer(fields.inner("offer")),
    )


def _notes(fields: Fields) -> NotesOffer:
    return NotesOffer(
        languages=fields.texts("languages"),
        count=fields.integer("count", 0, 100_000),
        commentators=fields.each(
            "commentators",
            lambda one: NotesCommentator(id=one.text("id"), name=one.words("name"), role=one.words("role")),
        ),
        sample=fields.each(
            "sample",
            lambda one: SampleNote(
                language=one.text("language", 40),
                topic=one.text("topic", 60),
                title=one.prose("title"),
                body=one.prose("body"),
            ),
        ),
    )


def read_licence_answer(fields: Fields) -> IssuedLicence:
    """``POST /v1/tickets/{id}/licence``."""
    signer = fields.inner("signer")
    return IssuedLicence(
        licence=fields.text("licence", LICENCE_LIMIT),
        signer={name: signer.text(name) for name in ("kty", "crv", "x")},
        package=_package(fields.inner("package")),
    )


def _package(fields: Fields) -> PackageRef:
    return PackageRef(
        id=fields.identifier("id"),
        manifest_sha256=fields.pattern("manifest_sha256", SHA256),
        base=fields.url_path("base").rstrip("/"),
        mirrors=fields.secure_addresses("mirrors"),
    )


def _house_rules(fields: Fields) -> HouseRules:
    return HouseRules(
        seek=fields.flag("seek"),
        offline=fields.flag("offline"),
        cast=fields.flag("cast"),
        second_screen=fields.flag("second_screen"),
        stills=bool(fields.optional("stills", fields.flag)),
        replay_percent=fields.optional("replay_percent", lambda name: fields.integer(name, 0, 1000)),
    )


def _offer(fields: Fields) -> Offer:
    return Offer(
        state=cast("OfferState", fields.choice("state", OfferState)),
        price=fields.optional("price", fields.money),
        window_start=fields.optional("window_start", fields.time),
        window_end=fields.optional("window_end", fields.time),
        zone=fields.text("zone", 80),
        unlock_s=fields.integer("unlock_s"),
        watch_s=fields.integer("watch_s"),
        reasons=read_reasons(fields),
        left=fields.optional("left", fields.integer),
    )


def _device(fields: Fields) -> Device:
    return Device(id=fields.text("id"), name=fields.prose("name"), this=fields.flag("this"))
