"""What a build root says of disk images: where they are exported to, what is imported, and with which roles."""

from __future__ import annotations

from collections.abc import Sequence

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.network_view import subnet
from generator.render.root_view import default_tags, in_order
from generator.render.roots import Root
from generator.spec.model import Image
from generator.spec.model_vm import Export, Import


def vm_view(root: Root) -> dict[str, object]:
    """For main.tf of a build root; [] stands for nothing to export."""
    exports = exports_of(root)
    return {"vm_exports": [_exports(root, exports)] if exports else [], **imports_view(root)}


def imports_view(root: Root) -> dict[str, object]:
    """What imports need; [] for what none of them does."""
    imports = root.environment.operations.imports
    tasks = [each for each in imports if not each.is_iso and each.role is None]
    isos = [each for each in imports if each.is_iso]
    return {
        "iso_imports": [_iso(root, each) for each in isos],
        "iso_profiles": [_iso_profile(root, isos)] if isos else [],
        "vm_import_roles": [_import_role(root, tasks)] if tasks else [],
    }


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


def _import_role(root: Root, imports: Sequence[Import]) -> dict[str, Hcl]:
    objects: dict[str, set[str]] = {}
    for each in imports:
        bucket, key = _place(root, each)
        objects.setdefault(bucket, set()).add(key)
    keys: Value = [names.image_key(root, root.region)] if any(each.encrypted for each in imports) else []
    ordered: Value = {bucket: sorted(found) for bucket, found in sorted(objects.items())}
    return {
        "account_id": hcl.encode(root.account.id),
        "key_arns": hcl.encode(keys, depth=1),
        "name": hcl.encode(names.vm_import_role(root.environment)),
        "objects": hcl.encode(ordered, depth=1),
    }


def _iso_profile(root: Root, imports: Sequence[Import]) -> dict[str, Hcl]:
    """The instances that install from ISO files read those and nothing else."""
    places = sorted(_place(root, each) for each in imports)
    objects = [f"arn:{root.organization.partition}:s3:::{bucket}/{key}" for bucket, key in places]
    return {
        "name": hcl.encode(names.iso_instance_profile(root.environment)),
        "objects": hcl.encode(objects, depth=1),
    }


def _iso(root: Root, each: Import) -> dict[str, Hcl]:
    tags = dict(each.tags)
    made = in_order({**default_tags(root), **tags, "Image": each.name})
    return {
        "description": hcl.encode(each.description),
        "instance_types": hcl.encode(each.instance_types, depth=1),
        "label": Hcl(hcl.label(each.name)),
        "log_prefix": hcl.encode(each.name),
        "made_tags": hcl.encode(made, depth=1),
        "name": hcl.encode(names.in_environment(root.environment, each.name)),
        "subnet": hcl.encode(subnet(root)),
        "tags": hcl.encode(in_order(tags), depth=1),
    }


def _place(root: Root, each: Import) -> tuple[str, str]:
    """Bucket and key of the file for the build Region, which a checked spec has."""
    source = each.source(root.region)
    if source is None:
        raise ValueError(f"the import {each.name} has no file for {root.region}")
    bucket, _, key = source.removeprefix("s3://").partition("/")
    return bucket, key
