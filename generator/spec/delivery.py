"""What receivers get of an image in an environment: the image's own words, and those at its place, resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from generator.source.report import Report, did_you_mean, quoted
from generator.source.yaml import Document, Path
from generator.spec.chains import bases_of, is_encrypted
from generator.spec.distribute import PUBLIC
from generator.spec.distribution import DistributionWritten, ParameterWritten, RegionWritten
from generator.spec.environments import Shared
from generator.spec.files import Source, Sources
from generator.spec.launch_places import TemplatePlace, resolve_fast_launch, resolve_launch_templates
from generator.spec.model import Environment, Image, Organization
from generator.spec.model_distribution import AmiSettings, Delivery, OutputParameter, RegionSettings
from generator.spec.owners import Owners
from generator.spec.written import EnvironmentWritten, ImageUseWritten

OWN_PARAMETERS = "/goldsmith/"  # what the names of Goldsmith's own begin with
OWN_TAGS = ("Environment", "Image", "ManagedBy")  # Goldsmith's, on every AMI
MAX_TAGS = 50  # of an AMI: botocore imagebuilder TagMap
MAX_RESOURCE_TAGS = 30  # of what a build makes besides: botocore imagebuilder ResourceTagMap
MAX_COPIES = 50  # at once into an account and Region: https://docs.aws.amazon.com/general/latest/gr/ec2-service.html


def with_delivery(
    environment: Environment, source: Source[EnvironmentWritten], shared: Shared, report: Report
) -> Environment:
    """The environment with what its images' receivers get; what is wrong with it is reported."""
    places = dict(_places(source, shared))
    images = tuple(
        replace(image, delivery=_Resolver(environment, image, places[image.name], shared, report).resolve())
        for image in environment.images
    )
    whole = replace(environment, images=images)
    _check_public(whole, source, report)
    _check_copies(whole, source.document, report)
    return whole


@dataclass(frozen=True)
class _Place:
    """Where an image's distribution is written: in its own file, and at its place in the environment."""

    image: tuple[Document, Path, DistributionWritten]
    use: tuple[Document, Path, DistributionWritten]

    def at(self, key: str) -> tuple[Document, Path]:
        """Where a key's value stands that counts: the place's wins."""
        for document, path, written in (self.use, self.image):
            if getattr(written, key) is not None:
                return document, (*path, key)
        document, path, _ = self.image
        return document, path

    @property
    def written(self) -> DistributionWritten:
        """What the image's file says, with each key that the place says too replaced by that."""
        image, use = (written.model_dump(exclude_unset=True) for _, _, written in (self.image, self.use))
        return DistributionWritten.model_validate(image | use)


def _places(source: Source[EnvironmentWritten], shared: Shared) -> Iterator[tuple[str, _Place]]:
    for index, written in enumerate(source.written.images):
        use = written if isinstance(written, ImageUseWritten) else ImageUseWritten(image=str(written))
        image = shared.sources.images.get(use.image)
        if image is not None:
            yield (
                use.image,
                _Place(
                    (image.document, ("distribution",), image.written.distribution or DistributionWritten()),
                    (source.document, ("images", index, "distribution"), use.distribution or DistributionWritten()),
                ),
            )


@dataclass(frozen=True)
class _Resolver:
    """Resolves the distribution of one image in one environment."""

    environment: Environment
    image: Image
    place: _Place
    shared: Shared
    report: Report

    @property
    def organization(self) -> Organization:
        return self.shared.organization

    @property
    def owners(self) -> Owners:
        return Owners(self.environment, self.image.name, self.organization, self.report)

    def resolve(self) -> Delivery:
        written = self.place.written
        self._check_resource_tags()
        self._check_tags(written)
        return Delivery(
            ami=AmiSettings(written.ami_name, written.ami_description, dict(written.ami_tags or {})),
            regions=self._regions(written.regions or {}),
            parameters=self._parameters(written.parameters or []),
            launch_templates=resolve_launch_templates(
                written.launch_templates or [],
                self.owners,
                TemplatePlace(*self.place.at("launch_templates"), self.shared.sources.template_ids),
            ),
            fast_launch=resolve_fast_launch(
                written.fast_launch or [], self.owners, self.image.base.platform, *self.place.at("fast_launch")
            ),
        )

    def _check_resource_tags(self) -> None:
        """Of instances and volumes, for which an infrastructure configuration takes fewer than an AMI may have."""
        count = len({*OWN_TAGS, *self.organization.tags, *self.environment.tags, *self.image.tags})
        if count > MAX_RESOURCE_TAGS:
            message = (
                f"the image {self.image.name} gives build instances {count} tags, with those of the organization, the "
                f"environment and the image, and {', '.join(OWN_TAGS)}; AWS takes {MAX_RESOURCE_TAGS} there. "
                "Remove some, or give them to AMIs alone (ami_tags)."
            )
            self.report.error(self.place.use[0], self.place.use[1][:2], message, code="G312")

    def _check_tags(self, written: DistributionWritten) -> None:
        everywhere = {*self.organization.tags, *self.environment.tags, *self.image.tags, *(written.ami_tags or {})}
        counts: dict[tuple[str, ...], int] = {
            ("regions", region): len({*OWN_TAGS, *everywhere, *(each.ami_tags or {})})
            for region, each in (written.regions or {}).items()
        }
        counts[("ami_tags",)] = len({*OWN_TAGS, *everywhere})
        for (key, *rest), count in counts.items():
            if count > MAX_TAGS:
                document, path = self.place.at(key)
                message = (
                    f"gives AMIs {count} tags, with those of the organization, the environment and the image, and "
                    f"{', '.join(OWN_TAGS)}; AWS takes {MAX_TAGS}. Remove some."
                )
                self.report.error(document, (*path, *rest), message, code="G312")

    def _regions(self, written: Mapping[str, RegionWritten]) -> dict[str, RegionSettings]:
        """Of those that an image's file names, the ones that this environment ships to."""
        document, path = self.place.at("regions")
        receiving = sorted({target.region for target in self.environment.targets})
        if document == self.place.use[0]:
            for region in set(written) - set(receiving):
                message = (
                    f"{self.image.name} goes to {quoted(receiving, 'and')} in {self.environment.name}. "
                    "Add the Region to distribute, or remove it here."
                )
                self.report.error(document, (*path, region), message, at_key=True, code="G305")
        return {region: self._region(region, written[region]) for region in receiving if region in written}

    def _region(self, region: str, written: RegionWritten) -> RegionSettings:
        document, path = self.place.at("regions")
        for index, arn in enumerate(written.licenses or []):
            _, partition, _, place, *_ = arn.split(":")
            if (partition, place) != (self.organization.partition, region):
                message = f"is a license configuration of {place}; one of {region} is needed. Change it."
                if partition != self.organization.partition:
                    message = f"is of the partition {partition}; {self.organization.partition} is needed. Change it."
                self.report.error(document, (*path, region, "licenses", index), message)
        tags = dict(written.ami_tags or {})
        ami = AmiSettings(written.ami_name, written.ami_description, tags)
        return RegionSettings(ami, tuple(sorted(written.licenses or [])))

    def _parameters(self, written: list[ParameterWritten]) -> tuple[OutputParameter, ...]:
        document, path = self.place.at("parameters")
        found: dict[tuple[str, str, str], OutputParameter] = {}
        for index, each in enumerate(written):
            where: Path = (*path, index)
            data_type = each.data_type or "aws:ec2:image"
            if each.make and data_type != "text":
                message = (
                    "needs `data_type: text`; Systems Manager takes no parameter of the type aws:ec2:image without an "
                    "AMI, and before the first build there is none. Add it, or remove make."
                )
                self.report.error(document, (*where, "make"), message)
            if each.name.startswith(OWN_PARAMETERS):
                message = (
                    f"{each.name} is not allowed; names below {OWN_PARAMETERS} are those of Goldsmith's own "
                    "parameters, one for each image, and this AMI would land in another's. Take another name."
                )
                self.report.error(document, (*where, "name"), message)
            for account, region in self.owners.named(document, where, each.accounts, each.regions):
                key = (account.name, region, each.name)
                if key in found:
                    message = (
                        f"{each.name} of {account.name} in {region} stands in an earlier entry already. Remove one."
                    )
                    self.report.error(document, (*where, "name"), message)
                found[key] = OutputParameter(account, region, each.name, data_type, bool(each.make))
        return tuple(found[key] for key in sorted(found))


def _check_public(environment: Environment, source: Source[EnvironmentWritten], report: Report) -> None:
    """Nothing encrypted, and nothing with a product code of AWS Marketplace, is made public.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html
    """
    sold = [
        image.name
        for image in environment.images
        if any(each.base.product for each in (image, *bases_of(image, environment.images)))
    ]
    encrypted = [image.name for image in environment.images if is_encrypted(image, environment.images)]
    containers = [image.name for image in environment.containers]
    for index, written in enumerate(source.written.distribute or []):
        if written.public == PUBLIC and containers:
            message = (
                f"a private registry has no public, and {quoted(containers, 'and')} would be in one. Build what is "
                "public in an environment of its own, or remove public."
            )
            report.error(source.document, ("distribute", index, "public"), message)
        if written.public == PUBLIC and sold:
            message = (
                f"no AMI that is built on a product of AWS Marketplace can be public: {quoted(sold, 'and')}. "
                "Take another base, or remove public."
            )
            report.error(source.document, ("distribute", index, "public"), message)
        if written.public == PUBLIC and encrypted:
            message = (
                f"AMIs with encrypted volumes cannot be public, and {quoted(encrypted, 'and')} "
                f"{'have' if len(encrypted) > 1 else 'has'} such. "
                "Set `encrypted: false` for its volumes, or remove public."
            )
            report.error(source.document, ("distribute", index, "public"), message)


def _check_copies(environment: Environment, document: Document, report: Report) -> None:
    count = len(environment.amis)
    if count > MAX_COPIES and len(environment.targets) > 1:
        message = (
            f"{count} images may be copied to an account and Region at once, and EC2 copies {MAX_COPIES}: builds that "
            "find no room fail. Give them different schedules."
        )
        report.warning(document, ("images",), message, "G209")


def check_regions_of_images(sources: Sources, environments: Mapping[str, Environment], report: Report) -> None:
    """A Region in an image's file that no environment ships it to is a slip."""
    for name, source in sources.images.items():
        places = [each for each in environments.values() if name in {image.name for image in each.images}]
        known = sorted({target.region for environment in places for target in environment.targets})
        written = source.written.distribution
        for region in (written.regions or {}) if written and places else ():
            if region not in known:
                hint = did_you_mean(region, known)
                message = f"no environment ships {name} there; it goes to {quoted(known, 'and')}.{hint}"
                report.error(source.document, ("distribution", "regions", region), message, at_key=True, code="G305")


def check_parameters_across(sources: Sources, environments: Mapping[str, Environment], report: Report) -> None:
    """A parameter holds one AMI: two images that write the same one would take turns."""
    writers: dict[tuple[str, str, str], str] = {}
    for environment in environments.values():
        for image in environment.images:
            for each in image.delivery.parameters:
                key, writer = (each.account.name, each.region, each.name), f"{environment.name}/{image.name}"
                if key in writers:
                    message = (
                        f"the parameter {each.name} of {each.account.name} in {each.region} is written for "
                        f"{writers[key]} and for {writer}; it holds one AMI. Give them different names."
                    )
                    report.error(sources.environments[environment.name].document, ("images",), message)
                writers.setdefault(key, writer)
