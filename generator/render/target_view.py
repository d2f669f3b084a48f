"""What a root says that receives images: the image key of its Region, or the role that copies to its account."""

from __future__ import annotations

from generator.render import hcl, names
from generator.render.container_view import repositories_view
from generator.render.hcl import Hcl
from generator.render.launch_view import launch_view, parameters_view
from generator.render.lifecycle_view import lifecycle_target_view
from generator.render.root_view import View, distinct, heading
from generator.render.roots import Root


def target_view(root: Root) -> View:
    """For the files of a target root, of the build account or of another."""
    roles = [_distribution_role(root)] if root.is_home else []
    return heading("organization.yaml", f"{root.environment.name}.yaml") | {
        **launch_view(root),
        **parameters_view(root),
        **lifecycle_target_view(root),
        **repositories_view(root),
        "distribution_role_arn": hcl.reference("module.target_account.role_arn") if roles else hcl.encode(None),
        "distribution_roles": roles,
        "key_alias_arn": hcl.encode(names.image_key(root, root.region) if root.is_build_account else None),
        "keys": image_keys(root),
        "partition": hcl.encode(root.organization.partition),
        "permissions_boundaries": boundaries(root),
        "region": hcl.encode(root.region),
    }


def boundaries(root: Root) -> list[Hcl]:
    """The ARN of the boundary of the root's roles; none where they have none."""
    arn = names.permissions_boundary(root)
    return [hcl.encode(arn)] if arn else []


def image_keys(root: Root) -> list[dict[str, Hcl | list[dict[str, Hcl]]]]:
    """Arguments of the module image-key in the root's Region; none where the environment has keys of others."""
    if not root.is_build_account or root.environment.keys:
        return []
    return [
        {
            "account_id": hcl.encode(root.account.id),
            "alias": hcl.encode(names.key_alias(root.environment)),
            "audiences": _key_audiences(root),
            "description": hcl.encode(f"Encrypts the machine images of {root.environment.name} in {root.region}."),
            "target_account_ids": hcl.encode(_users(root), depth=1),
        }
    ]


def _distribution_role(root: Root) -> View:
    """What the role that copies to the account may use there, and where its images come from."""
    environment = root.environment
    regions = [target.region for target in environment.targets if target.account == root.account]
    named = [each for image in environment.images for each in image.delivery.parameters]
    parameters = distinct(
        [names.parameter(environment, image) for image in environment.amis]
        + [each.name for each in named if each.account == root.account]
    )
    keys = distinct(names.image_key_arn(root, region) for region in (environment.build.region, *regions))
    encrypts = any(image.is_encrypted for image in environment.images)
    deliveries = [image.delivery for image in environment.images]
    launched = [each.account for delivery in deliveries for each in delivery.fast_launch]
    updated = [each.account for delivery in deliveries for each in delivery.launch_templates]
    rights = {"enables_fast_launch": root.account in launched, "updates_launch_templates": root.account in updated}
    return {
        "rights": [{"name": Hcl(name), "value": hcl.encode(True)} for name, given in rights.items() if given],
        "key_arns": hcl.encode(keys if encrypts else [], depth=1),
        "parameters": hcl.encode(parameters, depth=1),
        "source_account_id": hcl.encode(environment.build.account.id),
    }


def _users(root: Root) -> list[str]:
    """The accounts, besides the key's own, that use it: those that receive in its Region.

    Copies are made from the build Region, so its key is for all that own one:
    https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html
    """
    build = root.environment.build
    return distinct(
        target.account.id
        for target in root.environment.targets
        if root.environment.amis
        and target.account != build.account
        and (root.region == target.region or (root.region == build.region and target.mode == "copy"))
    )


def _key_audiences(root: Root) -> list[dict[str, Hcl]]:
    """Who else may launch what the key encrypts. Nobody does so in public: such images are not encrypted."""
    here = [audience for audience in root.environment.audiences if audience.region == root.region]
    arns = {
        "organization_arns": [arn for audience in here for arn in audience.organizations],
        "organizational_unit_arns": [arn for audience in here for arn in audience.organizational_units],
    }
    return [
        {"name": hcl.reference(name), "value": hcl.encode(distinct(given), depth=1)}
        for name, given in arns.items()
        if given
    ]
