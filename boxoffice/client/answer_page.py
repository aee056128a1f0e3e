"""The page that the browser shows after signing in: calm, whole in itself, in the viewer's language."""

import html
from typing import Literal

from core import pick_language

Outcome = Literal["signed-in", "denied", "failed"]

_HEADINGS = {
    "signed-in": {
        "en": "You are signed in.",
        "zh-Hans": "登录成功。",
        "zh-Hant": "登入成功。",
        "es": "Has iniciado sesión.",
        "it": "Accesso eseguito.",
        "ko": "로그인되었습니다.",
        "fr-CA": "Vous êtes connecté.",
    },
    "denied": {
        "en": "You did not sign in.",
        "zh-Hans": "您没有登录。",
        "zh-Hant": "您沒有登入。",
        "es": "No has iniciado sesión.",
        "it": "Non hai eseguito l'accesso.",
        "ko": "로그인하지 않았습니다.",
        "fr-CA": "Vous ne vous êtes pas connecté.",
    },
    "failed": {
        "en": "Signing in did not work.",
        "zh-Hans": "登录未成功。",
        "zh-Hant": "登入未成功。",
        "es": "No se pudo iniciar sesión.",
        "it": "Accesso non riuscito.",
        "ko": "로그인하지 못했습니다.",
        "fr-CA": "La connexion a échoué.",
    },
}
_LINES = {
    "signed-in": {
        "en": "Go back to Smart Cinema. You can close this page.",
        "zh-Hans": "请回到 Smart Cinema。此页可以关闭。",
        "zh-Hant": "請回到 Smart Cinema。此頁可以關閉。",
        "es": "Vuelve a Smart Cinema. Puedes cerrar esta página.",
        "it": "Torna a Smart Cinema. Puoi chiudere questa pagina.",
        "ko": "Smart Cinema로 돌아가세요. 이 페이지는 닫아도 됩니다.",
        "fr-CA": "Retournez à Smart Cinema. Vous pouvez fermer cette page.",
    },
    "denied": {
        "en": "Nothing was changed. Go back to Smart Cinema.",
        "zh-Hans": "没有任何更改。请回到 Smart Cinema。",
        "zh-Hant": "沒有任何變更。請回到 Smart Cinema。",
        "es": "No se ha cambiado nada. Vuelve a Smart Cinema.",
        "it": "Non è cambiato nulla. Torna a Smart Cinema.",
        "ko": "바뀐 것은 없습니다. Smart Cinema로 돌아가세요.",
        "fr-CA": "Rien n'a été modifié. Retournez à Smart Cinema.",
    },
    "failed": {
        "en": "Go back to Smart Cinema and try again.",
        "zh-Hans": "请回到 Smart Cinema 再试一次。",
        "zh-Hant": "請回到 Smart Cinema 再試一次。",
        "es": "Vuelve a Smart Cinema e inténtalo de nuevo.",
        "it": "Torna a Smart Cinema e riprova.",
        "ko": "Smart Cinema로 돌아가 다시 시도하세요.",
        "fr-CA": "Retournez à Smart Cinema et réessayez.",
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
    headings = _HEADINGS[outcome]
    tag = pick_language(list(headings), language) or "en"
    heading, line = headings[tag], _LINES[outcome][tag]
    return (
        f'<!doctype html><html lang="{tag}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Smart Cinema</title>'
        f"<style>{_STYLE}</style><main><h1>{html.escape(heading)}</h1><p>{html.escape(line)}</p></main></html>"
    ).encode()
