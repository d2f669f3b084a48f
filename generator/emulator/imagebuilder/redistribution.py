"""DistributeImage: an AMI that is there already goes where a distribution configuration says, without a build.

Source: DistributeImageRequest in the model, and the example of `aws imagebuilder distribute-image`, whose new image is
named after the source AMI and has version 1.0.0. In the Region of the source the AMI stays what it is: it is shared,
and copied only where that Region's settings name another key.
"""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import timedelta

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import workflows
from generator.emulator.imagebuilder.amis import built
from generator.emulator.imagebuilder.bases import Base, ec2_of, resolve_base
from generator.emulator.imagebuilder.builds import Build
from generator.emulator.imagebuilder.errors import InvalidParameterValue, InvalidRequest
from generator.emulator.imagebuilder.permissions import SERVICE_LINKED_ROLE, find_role, trusts_service
from generator.emulator.imagebuilder.state import Record, Request, State, chosen, find, timestamp

VERSION = "1.0.0"
TIME = timedelta(seconds=270)  # as DISTRIBUTING of a build


def _image_name(ami_name: str) -> str:
    """What the pattern of image names leaves of it: ResourceName in the model. A guess at what AWS calls it."""
    return re.sub(r"[^-_A-Za-z0-9 ]", "-", ami_name)


class RedistributionOperations(State):
    def distribute_image(self, request: Request) -> Record:
        arn = self.once("DistributeImage", request, lambda: self._redistributed(request))
        return {"imageBuildVersionArn": arn}

    def _redistributed(self, request: Request) -> str:
        distribution = find(self.distributions, request["distributionConfigurationArn"])
        self._check_distribution_role(request["executionRole"])
        base = self._source(request["sourceImage"])
        ami = built(ec2_of(self), base.ami_id)
        version_arn = str(self.arn("image", ami.name or base.ami_id, VERSION))
        number = self.next_build(version_arn)
        arn = f"{version_arn}/{number}"
        self.images[arn] = {
            "arn": arn,
            "name": _image_name(ami.name or base.ami_id),
            "type": "AMI",
            "platform": base.platform,
            "osVersion": base.os_version,
            "version": f"{VERSION}/{number}",
            "owner": self.account_id,
            "buildType": "USER_INITIATED",
            "imageSource": "CUSTOM",
            "keepsSource": True,  # not in the model, so never answered
            "distributionConfiguration": deepcopy(distribution),
            **chosen(request, "executionRole", "loggingConfiguration"),
            "imageTestsConfiguration": {"imageTestsEnabled": False},
            "state": {"status": "DISTRIBUTING"},
            "outputResources": {"amis": []},
            "dateCreated": timestamp(),
            "tags": dict(request.get("tags") or {}),
        }
        self.builds[arn] = Build(arn, "DISTRIBUTING", CLOCK.now() + TIME, base_ami=ami.id, ami_id=ami.id)
        workflows.begin(self.builds[arn], "DISTRIBUTING")
        return arn

    def _source(self, text: str) -> Base:
        """The AMI that is meant, which the account has to own. Raises InvalidRequest."""
        try:
            base = resolve_base(self, text)
        except InvalidParameterValue as error:
            raise InvalidRequest(f"The source image '{text}' cannot be distributed. {error.problem}") from None
        if base.ami_id not in ec2_of(self).amis or ec2_of(self).amis[base.ami_id].owner_id != self.account_id:
            raise InvalidRequest(f"The source image '{text}' is no AMI of the account {self.account_id}.")
        return base

    def _check_distribution_role(self, name: str) -> None:
        """The service-linked role is there whenever the service is used."""
        role = find_role(self.account_id, self.partition, name)
        if name.rsplit("/", 1)[-1] == SERVICE_LINKED_ROLE:
            return
        if role is None or not trusts_service(role, self.account_id):
            raise InvalidRequest("The provided role does not exist or does not have sufficient permissions.")
