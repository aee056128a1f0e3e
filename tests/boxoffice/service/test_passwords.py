"""A forgotten password: asked for on a page, brought by a letter, set once."""

import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

import boxoffice.service.accounts
from boxoffice.service import add_staff
from boxoffice.service.console.roles import Role
from boxoffice.service.post import NotSent, Outbox
from boxoffice.service.strongroom import digest
from core import LANGUAGES
from tests.boxoffice.postgresql import ask
from tests.boxoffice.service.conftest import FORM_TOKEN, PASSWORD, Device, Office
from tests.boxoffice.service.mailroom import ISSUER, Writer, letters_in, text_of

pytestmark = pytest.mark.usefixtures("only_the_test_writes")
NEW = "paper-lantern-9"
SERVICE_HASHER = boxoffice.service.accounts._HASHER
"""Before the tests make it cheap."""
LINK = re.compile(re.escape(ISSUER) + r"(/oauth/password/([\w-]{32}))\?lang=([\w-]+)")


def ask_for(office: Office, email: str) -> requests.Response:
    till = office.till()
    return till.submit(till.open("/oauth/password"), "/oauth/password", email=email)


def links_in(outbox: Path) -> list[str]:
    """The pages that the letters lead to."""
    found = [LINK.search(text_of(letter)) for letter in letters_in(outbox)]
    return [link[1] for link in found if link]


def choose(office: Office, link: str, password: str = NEW) -> requests.Response:
    till = office.till()
    page = till.open(link)
    return till.submit(page, link, password=password) if page.status_code == 200 else page


def waiting(office: Office) -> int:
    """How many rows of letters there are."""
    found: int = ask(office.config.database_url, "SELECT count(*) FROM password_reset")[0]
    return found


def sign_in(office: Office, email: str, password: str) -> int:
    till = office.till()
    path = "/oauth/authorize?" + urlencode(office.device().authorize_query("v" * 43))
    return till.submit(till.open(path), path, email=email, password=password, do="sign-in").status_code


def linked(office: Office, writer: Writer, outbox: Path) -> tuple[Any, str]:
    """A viewer who forgot the password, and the page that the letter leads to."""
    viewer = office.newcomer()
    assert ask_for(office, viewer.email).status_code == 200  # type: ignore[attr-defined]
    writer.sweep()
    (link,) = links_in(outbox)
    return viewer, link


def test_a_forgotten_password_is_set_anew_and_all_sign_ins_end(office: Office, writer: Writer, outbox: Path) -> None:
    viewer, link = linked(office, writer, outbox)
    sofa: Device = viewer
    laptop = office.second_device(sofa)
    verifier = "v" * 43
    under_way = sofa.code(viewer.email, create=False, verifier=verifier)["code"]
    add_staff(office.config, viewer.email, Role.OPERATOR)
    till = office.till()
    signed = till.submit(till.open("/console/sign-in"), "/console/sign-in", email=viewer.email, password=PASSWORD)
    assert signed.status_code == 303
    assert "/console/sign-in" not in till.open("/console").url
    assert 'href="/oauth/password"' in office.till().open("/console/sign-in").text
    authorize = "/oauth/authorize?" + urlencode(sofa.authorize_query(verifier))
    assert 'href="/oauth/password"' in office.till().open(authorize).text

    done = choose(office, link)
    assert (done.status_code, "Your new password is set" in done.text) == (200, True)
    assert [device.ask("GET", "/v1/tickets").status_code for device in (sofa, laptop)] == [401, 401]
    assert [device.refresh(device.tokens["refresh_token"]).status_code for device in (sofa, laptop)] == [400, 400]
    assert sofa.exchange(under_way, verifier).status_code == 400
    assert "/console/sign-in" in till.open("/console").url
    assert [sign_in(office, viewer.email, word) for word in (PASSWORD, NEW)] == [422, 303]


def test_the_tickets_are_there_after_it(office: Office, writer: Writer, outbox: Path, monkeypatch: Any) -> None:
    viewer, link = linked(office, writer, outbox)
    viewer.buy()
    choose(office, link)
    monkeypatch.setattr("tests.boxoffice.service.conftest.PASSWORD", NEW)
    assert len(office.device().sign_in(viewer.email).tickets()) == 1


def test_whoever_is_not_known_is_answered_the_same_and_gets_no_letter(
    office: Office, writer: Writer, outbox: Path
) -> None:
    known, unknown = office.newcomer().email, "stranger@example.org"  # type: ignore[attr-defined]
    answers = [ask_for(office, email) for email in (known, unknown)]
    bodies = [FORM_TOKEN.sub("", answer.text) for answer in answers]
    kept = [sorted(set(answer.headers) - {"Date", "X-Request-Id"}) for answer in answers]
    assert (answers[0].status_code, bodies[0], kept[0]) == (answers[1].status_code, bodies[1], kept[1])
    assert known not in bodies[0]
    assert waiting(office) == 2, "both cost a row, so that neither is answered sooner"
    writer.sweep()
    assert [letter["To"] for letter in letters_in(outbox)] == [known]
    assert waiting(office) == 1


def test_a_password_is_kept_as_argon2id_that_costs_what_owasp_asks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boxoffice.service.accounts, "_HASHER", SERVICE_HASHER)
    viewer = office.newcomer()
    (kept,) = ask(office.config.database_url, "SELECT password_hash FROM account")
    costs = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", kept)
    assert costs
    memory_kib, rounds, _lanes = map(int, costs.groups())
    assert memory_kib >= 19 * 1024
    assert rounds >= 2
    assert PASSWORD not in kept
    office.second_device(viewer)


def test_who_signs_in_elsewhere_gets_no_password_here(office: Office, writer: Writer, outbox: Path) -> None:
    viewer = office.newcomer()
    ask(office.config.database_url, "UPDATE account SET password_hash = '-' RETURNING id")
    assert ask_for(office, viewer.email).status_code == 200  # type: ignore[attr-defined]
    writer.sweep()
    assert links_in(outbox) == []


def test_a_link_is_good_once_for_half_an_hour_and_looking_spends_nothing(
    office: Office, writer: Writer, outbox: Path
) -> None:
    viewer, link = linked(office, writer, outbox)
    office.clock.moved += timedelta(minutes=29)
    assert [office.till().open(link).status_code for _ in range(3)] == [200] * 3
    assert [choose(office, link, word).status_code for word in ("short", "x" * 257)] == [422, 422]
    till = office.till()
    open_page = till.open(link)
    assert choose(office, link).status_code == 200
    assert till.submit(open_page, link, password="another-one-9").status_code == 404
    assert office.till().open(link).status_code == 404
    assert sign_in(office, viewer.email, NEW) == 303


def test_a_link_that_has_run_out_sets_nothing(office: Office, writer: Writer, outbox: Path) -> None:
    viewer, link = linked(office, writer, outbox)
    till = office.till()
    page = till.open(link)
    office.clock.moved += timedelta(minutes=31)
    assert till.submit(page, link, password=NEW).status_code == 404
    assert sign_in(office, viewer.email, PASSWORD) == 303
    writer.sweep()
    assert waiting(office) == 0


def test_the_other_links_of_an_account_end_with_the_first_that_is_used(
    office: Office, writer: Writer, outbox: Path
) -> None:
    viewer, first = linked(office, writer, outbox)
    ask_for(office, viewer.email)
    writer.sweep()
    (second,) = set(links_in(outbox)) - {first}
    assert choose(office, second).status_code == 200
    assert choose(office, first, "another-one-9").status_code == 404
    assert choose(office, f"/oauth/password/{'A' * 32}").status_code == 404


def test_three_letters_an_hour_go_to_an_address_known_or_not(office: Office, writer: Writer, outbox: Path) -> None:
    known = office.newcomer().email  # type: ignore[attr-defined]
    for email in (known, "stranger@example.org"):
        assert [ask_for(office, email).status_code for _ in range(5)] == [200] * 3 + [429] * 2
    writer.sweep()
    assert len(links_in(outbox)) == 3
    office.clock.moved += timedelta(minutes=61)
    assert ask_for(office, known).status_code == 200


def test_a_caller_asks_for_so_many_and_no_more(office: Office) -> None:
    answers = [ask_for(office, f"one{number}@example.org").status_code for number in range(21)]
    assert answers == [200] * 20 + [429]
    assert ask_for(office, "no address").status_code == 422


def test_whoever_guessed_too_often_signs_in_with_the_new_password_at_once(
    office: Office, writer: Writer, outbox: Path
) -> None:
    viewer, link = linked(office, writer, outbox)
    assert [sign_in(office, viewer.email, "guess-work") for _ in range(6)][-1] == 429
    choose(office, link)
    assert sign_in(office, viewer.email, NEW) == 303


def test_forms_from_another_site_are_refused(office: Office, writer: Writer, outbox: Path) -> None:
    viewer, link = linked(office, writer, outbox)
    for path, fields in (("/oauth/password", {"email": viewer.email}), (link, {"password": NEW})):
        data = {"form_token": "x", **fields}
        assert office.till().http.post(office.base_url + path, data=data, timeout=10).status_code == 403
    assert sign_in(office, viewer.email, PASSWORD) == 303


def test_the_code_is_in_the_letter_and_nowhere_else(
    office: Office, writer: Writer, outbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        viewer, link = linked(office, writer, outbox)
        code = link.rpartition("/")[2]
        row = ask(office.config.database_url, "SELECT * FROM password_reset")
        assert choose(office, link).status_code == 200
    assert row.digest == digest(code)
    assert code not in str(row)
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("boxoffice"))
    assert "a new password was set" in ours
    assert not [word for word in (code, viewer.email, NEW) if word in ours]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_and_its_pages_are_in_the_person_s_language(
    office: Office, writer: Writer, outbox: Path, language: str
) -> None:
    office.device().code("mei@example.org", create=True, verifier="v" * 43, lang=language)
    ask_for(office, "mei@example.org")
    writer.sweep()
    (letter,) = letters_in(outbox)
    link = LINK.search(text_of(letter))
    assert link
    assert (letter["Content-Language"], link[3]) == (language, language)
    assert ("Somebody, probably you" in text_of(letter)) == (language == "en")
    page = office.till().open(f"{link[1]}?lang={language}").text
    assert ("New password" in page, "Set the password" in page) == (language == "en",) * 2


def test_a_letter_that_was_not_taken_is_tried_again_while_its_link_is_good(
    office: Office, writer: Writer, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        reason = "closed"
        raise NotSent(reason)

    with monkeypatch.context() as shut:
        shut.setattr(Outbox, "send", refuse)
        ask_for(office, office.newcomer().email)  # type: ignore[attr-defined]
        writer.sweep()
    writer.sweep()
    assert links_in(outbox) == []
    office.clock.moved += timedelta(minutes=2)
    writer.sweep()
    writer.sweep()
    assert len(links_in(outbox)) == 1


def test_whoever_asked_can_still_delete_the_account(office: Office) -> None:
    viewer = office.newcomer()
    ask_for(office, viewer.email)  # type: ignore[attr-defined]
    deleted = viewer.ask("POST", "/v1/account/delete", {"email": viewer.email})  # type: ignore[attr-defined]
    assert deleted.status_code == 204
    assert waiting(office) == 0
