"""What a build root says of disk images: where they are exported to, and with which role."""

from __future__ import annotations

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.roots import Root
from generator.spec.model import Image
from generator.spec.model_vm import Export


def vm_view(root: Root) -> dict[str, object]:
    """For main.tf of a build root; [] stands for nothing to export."""
    exports = exports_of(root)
    return {"vm_exports": [_exports(root, exports)] if exports else []}


def exports_of(root: Root) -> list[Export]:
    return [image.pipeline.export for image in root.environment.images if image.pipeline.export]


def s3_export(image: Image) -> Value:
    """The `s3_export` of the build Region in the module distribution; None where nothing is exported."""
    export = image.pipeline.export
    if export is None:
        return None
    settings: dict[str, Value] = {
        "bucket": export.bucket or hcl.reference("module.vm_export.bucket_name"),
        "format": export.format,
        "prefix": export.prefix,
        "role_name": hcl.reference("module.vm_export.role_name"),
    }
    return {name: value for name, value in settings.items() if value}


def _exports(root: Root, exports: list[Export]) -> dict[str, Hcl]:
    own = names.export_bucket(root) if any(export.bucket is None for export in exports) else None
    return {
        "account_id": hcl.encode(root.account.id),
        "bucket_name": hcl.encode(own),
        "existing_buckets": hcl.encode(_existing(exports), depth=1),
        "name": hcl.encode(names.vm_export_role(root.environment)),
    }


def _existing(exports: list[Export]) -> Value:
    """The buckets that are named, each with the prefixes that are written below."""
    prefixes: dict[str, set[str]] = {}
    for export in exports:
        if export.bucket is not None:
            prefixes.setdefault(export.bucket, set()).add(export.prefix)
    return {bucket: sorted(found) for bucket, found in sorted(prefixes.items())}
