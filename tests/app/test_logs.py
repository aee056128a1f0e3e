import logging
from pathlib import Path

import pytest

from app import logs


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: DPoP Kz8mPq2xW9sT4vB7nL3c",
        "GET /oauth/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj2",
        '{"access_token": "mF_9.B5f-4.1JqM", "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA"}',
        "password=correct-horse",
        "gateway at /" + "a9Z_" * 11 + "/play/1",
        "voucher: LANTERN-7788-AB",
    ],
)
def test_credentials_are_struck_out(line: str) -> None:
    kept = logs.redact(line)
    assert "[struck out]" in kept
    for secret in ("Kz8mPq2x", "SplxlOBe", "af0ifj", "mF_9", "tGzv3", "correct-horse", "a9Z_a9Z_", "LANTERN-7788"):
        assert secret not in kept


def test_ordinary_lines_stay_readable() -> None:
    line = "2026-11-23 service answered 503 for /v1/catalogue after 12 ms"
    assert logs.redact(line) == line


def test_a_traceback_is_struck_out_too(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        logs.set_up(tmp_path, verbose=False)
        try:
            raise ValueError("refresh_token=tGzv3JOkF0XG5Qx2TlKWIA")
        except ValueError:
            logging.getLogger("x").exception("failed")
        text = (tmp_path / "smart-cinema.log").read_text(encoding="utf-8")
        assert "ValueError" in text
        assert "tGzv3" not in text
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
