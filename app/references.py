"""The references below docs/, written from what they describe: ``python -m app.references`` writes them anew."""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.cli import parser
from app.examples import EXAMPLES, EXIT_STATUS, commands, does_something

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTION = ROOT / "boxoffice" / "service" / "openapi.json"
EVERYWHERE = ("help", "json", "home", "verbose")
"""Options of every command, told once."""
GROUPS = (
    ("Signing in", ("/oauth/", "/.well-known/", "/device")),
    ("What is on, and films", ("/v1/catalogue", "/v1/media/", "/v1/signed/")),
    ("Orders, vouchers, passes, gifts", ("/v1/orders", "/v1/vouchers/", "/v1/passes", "/v1/gifts", "/v1/payments/")),
    ("Tickets and watching", ("/v1/tickets", "/v1/plays/")),
    ("The viewer's account", ("/v1/account/",)),
    ("Venues", ("/v1/venue/",)),
    ("Pages for people", ("/checkout/", "/test-provider/", "/assets/")),
    ("Running it", ("/healthz", "/readyz", "/metrics", "/openapi.json")),
)


def references() -> dict[Path, str]:
    """Every reference by its file."""
    return {
        ROOT / "docs" / "commands.md": command_reference(parser()),
        ROOT / "docs" / "api.md": api_reference(json.loads(DESCRIPTION.read_text(encoding="utf-8"))),
    }


def command_reference(top: argparse.ArgumentParser) -> str:
    """Every command, its options and examples."""
    lines = [
        "# Commands",
        "",
        "Written by `python -m app.references` from what `--help` says; do not edit. From the sources the program is",
        "called `./cinema` (or `python main.py`), where it is installed `smart-cinema`.",
        "",
        EXIT_STATUS.capitalize() + ".",
        "",
        "Every command takes these, before it or after it:",
        "",
        *(
            line
            for line in _options(top)
            if line.startswith(tuple(f"- `{name}" for name in ("-h", "--json", "--home", "--verbose")))
        ),
    ]
    for words, command in commands(top):
        if words and not does_something(command):
            continue
        lines += ["", f"## {words or 'smart-cinema'}", "", _about(top, words), ""]
        lines += ["```sh", *EXAMPLES.get(words, ()), "```", ""]
        lines += list(_options(command, shown_before=True))
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _about(top: argparse.ArgumentParser, words: str) -> str:
    if not words:
        return top.description or ""
    *above, name = words.split()
    parent = dict(commands(top))[" ".join(above)]
    for action in parent._actions:  # noqa: SLF001 - argparse shows its parsers nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for choice in action._choices_actions:  # noqa: SLF001
                if choice.dest == name and choice.help:
                    return choice.help[:1].upper() + choice.help[1:] + "."
    return ""


def _options(command: argparse.ArgumentParser, *, shown_before: bool = False) -> Iterator[str]:
    formatter = command._get_formatter()  # noqa: SLF001
    for action in command._actions:  # noqa: SLF001
        steps = isinstance(action, argparse._SubParsersAction)  # noqa: SLF001
        if steps or action.help == argparse.SUPPRESS or (shown_before and action.dest in EVERYWHERE):
            continue
        usual = action.dest.upper() if action.option_strings else action.dest
        values = "" if action.nargs == 0 else formatter._format_args(action, usual)  # noqa: SLF001
        name = " ".join(part for part in (", ".join(action.option_strings), values) if part)
        said = formatter._expand_help(action) if action.help else ""  # noqa: SLF001
        yield f"- `{name}` {said}{' (needed)' if action.option_strings and action.required else ''}".rstrip()


def api_reference(description: Mapping[str, Any]) -> str:
    """Every address of the service: what it is for, what it takes, what it answers."""
    info = description["info"]
    lines = [
        "# The box office's API",
        "",
        "Written by `python -m app.references` from `boxoffice/service/openapi.json`, which the service gives at",
        "`/openapi.json` and its tests hold it to; do not edit.",
        "",
        info["description"],
        "",
        "*dpop* after an address: it takes an access token bound to the device's key (RFC 9449),",
        "`Authorization: DPoP TOKEN` with a fresh `DPoP` proof.",
    ]
    left = set(description["paths"])
    for title, beginnings in GROUPS:
        lines += ["", f"## {title}"]
        for path, operations in description["paths"].items():
            if path.startswith(beginnings):
                left.discard(path)
                for method, operation in operations.items():
                    lines += ["", *_operation(method, path, operation)]
    if left:
        msg = f"no group of the reference has {sorted(left)}"
        raise ValueError(msg)
    lines += ["", "## What is sent"]
    for name, schema in description["components"]["schemas"].items():
        lines += ["", f"### {name}", ""]
        lines += [schema["description"], ""] if schema.get("description") else []
        lines += list(_fields(schema))
    return "\n".join(lines).rstrip() + "\n"


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    security = operation.get("security", [])
    token = "" if not security else " *dpop, where it is needed*" if {} in security else " *dpop*"
    yield f"### `{method.upper()} {path}`{token}"
    yield ""
    yield operation["summary"].rstrip(".") + "."
    yield ""
    for parameter in operation.get("parameters", ()):
        needed = ", needed" if parameter.get("required") and parameter["in"] != "path" else ""
        about = f": {parameter['description']}" if parameter.get("description") else ""
        yield f"- `{parameter['name']}` ({parameter['in']}{needed}) {_type(parameter['schema'])}{about}"
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"- body `{kind}`: {_type(content.get('schema', {}))}"
    answers: dict[str, list[str]] = {}
    for status, answer in operation["responses"].items():
        content = "; ".join(
            f"`{kind}`{' ' + what if (what := _type(body.get('schema', {}))) else ''}"
            for kind, body in answer.get("content", {}).items()
        )
        answers.setdefault(content or "nothing in the body", []).append(status)
    for content, statuses in answers.items():
        yield f"- {', '.join(statuses)}: {content}"


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    needed = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        optional = "" if name in needed else ", may be absent"
        about = f": {field['description']}" if field.get("description") else ""
        yield f"- `{name}` {_type(field)}{optional}{about}"
    if "properties" not in schema:
        yield _type(schema)


def _type(schema: Mapping[str, Any]) -> str:  # noqa: PLR0911 - one answer a kind of schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(_type(choice) for choice in schema.get("anyOf") or schema["oneOf"])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    match schema.get("type"):
        case "array":
            return f"list of {_type(schema.get('items', {}))}"
        case "object" if schema.get("properties"):
            needed = set(schema.get("required", ()))
            inner = (
                f"`{name}`{'' if name in needed else '?'} {_type(field)}"
                for name, field in schema["properties"].items()
            )
            return "{ " + ", ".join(inner) + " }"
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return f"object of {_type(schema['additionalProperties'])} by name"
        case list() as kinds:
            return " or ".join(kinds)
        case kind:
            return str(schema.get("format") or kind or "")


def main() -> None:
    """Write every reference anew."""
    for path, text in references().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
