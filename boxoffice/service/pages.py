"""Server-rendered pages: no scripts, nothing from elsewhere, and a form only from a page of ours."""

from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from boxoffice.service import languages
from boxoffice.service.calls import Call
from boxoffice.service.problems import HttpProblem
from boxoffice.service.strongroom import Strongroom, new_secret
from core import LANGUAGES, Code

HERE = Path(__file__).parent
COOKIE = "box-office-form"
LANGUAGE_COOKIE = "box-office-language"


class Pages:
    """Renders templates and guards forms with a signed double-submit token. Thread-safe."""

    def __init__(self, strongroom: Strongroom, issuer: str) -> None:
        self._strongroom = strongroom
        self._secure = issuer.startswith("https:")
        self._environments = {language: _environment(language) for language in LANGUAGES}
        self._style = (HERE / "assets" / "page.css").read_bytes()

    def language(self, call: Call) -> str:
        """By ``?lang``, then ``ui_locales``, then an earlier choice, then what the browser asks for."""
        wishes = (call.query.get("lang", ""), call.query.get("ui_locales", ""), call.cookies.get(LANGUAGE_COOKIE, ""))
        return languages.choose(*wishes, call.headers.get("accept-language", ""), among=spoken_at(call))

    def show(
        self,
        call: Call,
        template: str,
        values: dict[str, Any],
        *,
        status: int = 200,
        form_targets: str = "",
        path: str | None = None,
    ) -> Response:
        """The page in the caller's language. ``form_targets`` are further CSP sources that its forms may lead to.

        ``path`` is where the page stands by itself, if not where it was asked for: its other languages are there.
        Empty, it stands nowhere, and names none.
        """
        language = self.language(call)
        cookie = call.cookies.get(COOKIE, "")
        fresh = not 40 <= len(cookie) <= 64
        if fresh:
            cookie = new_secret()
        # Two slashes at its beginning would be another host.
        address = quote("/" + (call.path if path is None else path).lstrip("/"), safe="/%")
        switches = [
            (LANGUAGES[tag], tag, f"{address}?{urlencode({**call.query, 'lang': tag})}")
            for tag in (() if path == "" else spoken_at(call))
        ]
        html = (
            self._environments[language]
            .get_template(template)
            .render(
                language=language,
                switches=switches,
                form_token=self._strongroom.mark("form", cookie),
                money=lambda amount: languages.money_text(amount, language),
                percent=lambda rate: languages.percent_text(rate, language),
                moment=lambda at, zone: languages.moment_text(at, zone, language),
                **values,
            )
        )
        policy = (
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self'{' ' + form_targets if form_targets else ''}"
        )
        response = HTMLResponse(
            html,
            status,
            {"Content-Security-Policy": policy, "Content-Language": language, "Vary": "Accept-Language, Cookie"},
        )
        if fresh:
            response.set_cookie(COOKIE, cookie, httponly=True, samesite="lax", secure=self._secure, path="/")
        if "lang" in call.query or "ui_locales" in call.query:
            response.set_cookie(LANGUAGE_COOKIE, language, httponly=True, samesite="lax", secure=self._secure, path="/")
        return response

    def refuse(self, call: Call, which: str, status: int) -> Response:
        """The message of that name, whatever was asked for: what only takes forms has no page to show again."""
        path = None if call.method in {"GET", "HEAD"} else ""
        return self.show(call, "message.html", {"which": which}, status=status, path=path)

    def form(self, call: Call) -> dict[str, str]:
        """The submitted form. Raises `HttpProblem` 403 when it does not come from a page of ours."""
        return self.checked(call, call.form())

    def checked(self, call: Call, values: dict[str, str]) -> dict[str, str]:
        """A form's values. Raises `HttpProblem` 403 when they do not come from a page of ours."""
        cookie = call.cookies.get(COOKIE, "")
        if not cookie or not self._strongroom.is_marked("form", cookie, values.get("form_token", "")):
            raise HttpProblem(403, Code.REFUSED, "The form has run out. Go back, reload the page and try again.")
        return values

    def style(self, _call: Call) -> Response:
        """The one style sheet."""
        return Response(self._style, headers={"Cache-Control": "public, max-age=3600"}, media_type="text/css")


def spoken_at(call: Call) -> Collection[str]:
    """The languages of the page that is asked for: fewer where only staff read it."""
    return languages.STAFF if call.path.startswith("/console") else LANGUAGES


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(languages.words(language), newstyle=True)  # type: ignore[attr-defined]
    return environment
