"""The OpenAPI description and the service say the same."""

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.routing import Route

from boxoffice.service import ServiceConfig, create_app, migrate
from boxoffice.service.server import OPENAPI

schemathesis.checks.load_all_checks()
CHECKS = [
    schemathesis.checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
DESCRIPTION = json.loads(OPENAPI.read_bytes())


def test_every_route_is_described_and_everything_described_is_routed(config: ServiceConfig) -> None:
    migrate(config.database_url)
    app = create_app(config)
    routed = {
        (route.path.replace(":path", ""), method)
        for route in app.routes
        if isinstance(route, Route) and not route.path.startswith("/console")  # pages for staff, no interface
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {(path, method.upper()) for path, item in DESCRIPTION["paths"].items() for method in item}
    assert described == routed


@pytest.fixture
def signed_in(office: Any) -> Any:
    return office.newcomer()


def test_generated_requests_are_answered_as_described(office: Any, signed_in: Any) -> None:
    schema = schemathesis.openapi.from_dict(DESCRIPTION)
    for result in schema.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=4, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        def check(case: Any) -> None:
            secure = "security" in case.operation.definition.raw
            path = case.formatted_path
            headers = {}
            if secure:
                token = signed_in.tokens["access_token"]
                headers = {"Authorization": f"DPoP {token}", "DPoP": signed_in.proof(case.method, path, token)}
            case.headers.pop("Device-Name", None)
            case.query.pop("wait_s", None)
            response = case.call(base_url=office.base_url, headers=headers, allow_redirects=False, timeout=20)
            case.validate_response(response, checks=CHECKS)

        given(case=operation.as_strategy())(check)()
