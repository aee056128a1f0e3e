"""The page that the browser shows after signing in: calm, whole in itself, in the viewer's language."""

import html
from typing import Literal

from core import pick

Outcome = Literal["signed-in", "denied", "failed"]

_HEADINGS = {
    "signed-in": {"en": "You are signed in.", "zh-Hans": "登录成功。"},
    "denied": {"en": "You did not sign in.", "zh-Hans": "您没有登录。"},
    "failed": {"en": "Signing in did not work.", "zh-Hans": "登录未成功。"},
}
_LINES = {
    "signed-in": {
        "en": "Go back to Smart Cinema. You can close this page.",
        "zh-Hans": "请回到 Smart Cinema。此页可以关闭。",
    },
    "denied": {
        "en": "Nothing was changed. Go back to Smart Cinema.",
        "zh-Hans": "没有任何更改。请回到 Smart Cinema。",
    },
    "failed": {
        "en": "Go back to Smart Cinema and try again.",
        "zh-Hans": "请回到 Smart Cinema 再试一次。",
    },
}
_STYLE = (
    "html{color-scheme:dark}body{margin:0;min-height:100vh;display:grid;place-items:center;"
    "background:#14110f;color:#f3ece2;font:18px/1.6 system-ui,'Noto Sans CJK SC',sans-serif}"
    "main{max-width:32rem;padding:2rem;text-align:center}h1{font-size:1.6rem;font-weight:600;margin:0 0 .5rem}"
    "p{margin:0;color:#c9bfb2}"
)


def answer_page(outcome: Outcome, language: str) -> bytes:
    """A complete HTML document that loads nothing."""
    heading, line = pick(_HEADINGS[outcome], language), pick(_LINES[outcome], language)
    tag = "zh-Hans" if heading == _HEADINGS[outcome]["zh-Hans"] else "en"
    return (
        f'<!doctype html><html lang="{tag}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Smart Cinema</title>'
        f"<style>{_STYLE}</style><main><h1>{html.escape(heading)}</h1><p>{html.escape(line)}</p></main></html>"
    ).encode()
