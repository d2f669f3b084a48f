"""In which accounts and Regions an environment has a root of its own, besides the one that builds."""

from __future__ import annotations

from generator.spec.model import Account, Environment


def home_region(environment: Environment, account: Account) -> str | None:
    """Where the role of an account that owns copies belongs, None for one that owns none.

    IAM is global, so the role belongs to one root: that of the build's Region where the account receives there, else of
    the first Region that it receives in. Container images stay in the build account, which others pull from.
    """
    if not environment.amis:
        return None
    regions = [each.region for each in environment.targets if each.account == account and each.mode == "copy"]
    return min(regions, key=lambda region: (region != environment.build.region, region), default=None)


def target_places(environment: Environment) -> list[tuple[Account, str]]:
    """The build account has one in each Region that images go to (key, repositories); any other one for its role.

    Either has one more wherever a launch template or a parameter is made.
    """
    build = environment.build
    needs_roots = not environment.keys or any(image.container.repository.is_made for image in environment.containers)
    places = {(build.account, target.region) for target in environment.targets} if needs_roots else set()
    for account in {target.account for target in environment.targets if target.account != build.account}:
        home = home_region(environment, account)
        if home is not None:
            places.add((account, home))
    places |= {
        (template.account, template.region)
        for image in environment.images
        for template in image.delivery.launch_templates
        if template.new is not None
    }
    places |= {
        (parameter.account, parameter.region)
        for image in environment.images
        for parameter in image.delivery.parameters
        if parameter.is_made
    }
    places.discard((build.account, build.region))
    return sorted(places, key=lambda place: (place[0].name, place[1]))
