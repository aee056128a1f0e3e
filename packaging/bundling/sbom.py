"""The bill of materials: CycloneDX, as JSON, the same for the same contents."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid5

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component as Entry
from cyclonedx.model.component import ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from bundling.contents import Component

SPACE = UUID("6f0f3f1e-6a0f-5b0e-9a5c-0f7d2c1b8e44")


def bill(components: Iterable[Component], version: str, epoch: int) -> str:
    """The bill of a bundle of this version, built at ``epoch`` (s since 1970). Raises `ValueError` where it is none."""
    listed = sorted(components)
    told = "\n".join(f"{item.purl} {item.licence}" for item in listed)
    bom = Bom(serial_number=uuid5(SPACE, f"{version}\n{told}"))
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    bom.metadata.component = Entry(
        name="smart-cinema",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref="smart-cinema",
        licenses=[DisjunctiveLicense(id="GPL-3.0-or-later")],
    )
    for item in listed:
        bom.components.add(
            Entry(
                name=item.name,
                version=item.version,
                type=ComponentType.LIBRARY,
                bom_ref=item.purl,
                purl=PackageURL.from_string(item.purl),
                licenses=[DisjunctiveLicense(name=item.licence)],
            )
        )
    bom.register_dependency(bom.metadata.component, bom.components)
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        raise ValueError(f"no CycloneDX: {fault}")
    return text + "\n"
