"""The whole road: sign in, buy, be admitted, get keys, watch."""

from typing import Any


def test_from_an_account_to_a_watched_film(office: Any) -> None:
    viewer = office.newcomer()
    assert viewer.tokens["token_type"] == "DPoP"
    who = viewer.ask("GET", "/oauth/userinfo").json()
    assert (who["email"], who["name"]) == (viewer.email, "Mei")
    catalogue = viewer.http.get(office.base_url + "/v1/catalogue?territory=DE", timeout=10).json()
    offers = {title["id"]: title["offer"]["state"] for title in catalogue["titles"]}
    assert offers == {"paper-moon": "on-sale", "coming-soon": "pre-order", "long-gone": "ended"}

    order = viewer.buy()
    (ticket,) = viewer.tickets()
    assert (ticket["id"], ticket["state"], ticket["allowed"]) == (order["ticket_id"], "unused", True)
    play = viewer.ask("POST", f"/v1/tickets/{ticket['id']}/admission").json()
    key = viewer.ask("GET", f"/v1/plays/{play['id']}/keys/2k-1")
    assert (key.content, key.headers["Cache-Control"]) == (b"K" * 16, "no-store")

    progress = f"/v1/plays/{play['id']}/progress"
    started = viewer.ask("POST", progress, {"position_ms": 9000, "seen": [[0, 9000]]}).json()["ticket"]
    assert (started["state"], started["seen_ms"], started["device"]["this"]) == ("started", 9000, True)
    seen = viewer.ask("POST", progress, {"position_ms": 42000, "seen": [[5000, 42000]]}).json()["ticket"]
    assert (seen["state"], seen["seen_ms"]) == ("watched", 42000)
    assert viewer.ask("GET", f"/v1/orders/{order['id']}").json()["state"] == "used"
