"""The state of License Manager by account and Region: license configurations, and the AMIs that bear them.

Sources: the model of botocore, and https://docs.aws.amazon.com/license-manager/latest/userguide/license-configurations.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend

from generator.emulator.imagebuilder.errors import ImageBuilderError
from generator.emulator.imagebuilder.regions import ec2_regions

Record = dict[str, Any]
SETTINGS = (
    "Name",
    "Description",
    "LicenseCountingType",
    "LicenseRules",
    "LicenseCount",
    "LicenseCountHardLimit",
    "DisassociateWhenNotFound",
    "ProductInformationList",
    "LicenseExpiry",
)


class InvalidParameterValue(ImageBuilderError):
    code = "InvalidParameterValueException"


class LicenseManagerBackend(BaseBackend):  # type: ignore[misc]
    """One account in one Region; requests and answers in the shapes of the model."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.configurations: dict[str, Record] = {}

    def create_license_configuration(self, request: Record) -> Record:
        number = f"lic-{uuid.uuid4().hex}"
        arn = (
            f"arn:{self.partition}:license-manager:{self.region_name}:{self.account_id}:license-configuration:{number}"
        )
        self.configurations[arn] = {
            **{name: request[name] for name in SETTINGS if name in request},
            "LicenseConfigurationId": number,
            "LicenseConfigurationArn": arn,
            "LicenseCountHardLimit": request.get("LicenseCountHardLimit") or False,
            "ConsumedLicenses": 0,
            "Status": "AVAILABLE",
            "OwnerAccountId": self.account_id,
            "Tags": list(request.get("Tags") or []),
        }
        return {"LicenseConfigurationArn": arn}

    def get_license_configuration(self, request: Record) -> Record:
        return self._found(request["LicenseConfigurationArn"])

    def list_license_configurations(self, request: Record) -> Record:
        wanted = request.get("LicenseConfigurationArns")
        found = [record for arn, record in self.configurations.items() if not wanted or arn in wanted]
        return {"LicenseConfigurations": found}

    def update_license_configuration(self, request: Record) -> Record:
        record = self._found(request["LicenseConfigurationArn"])
        record.update({name: request[name] for name in SETTINGS if name in request})
        record["Status"] = request.get("LicenseConfigurationStatus") or record["Status"]
        return {}

    def delete_license_configuration(self, request: Record) -> Record:
        arn = request["LicenseConfigurationArn"]
        self._found(arn)
        if list(self._images(arn)):
            raise InvalidParameterValue(f"The license configuration '{arn}' is associated with resources.")
        del self.configurations[arn]
        return {}

    def list_associations_for_license_configuration(self, request: Record) -> Record:
        self._found(request["LicenseConfigurationArn"])
        return {"LicenseConfigurationAssociations": list(self._images(request["LicenseConfigurationArn"]))}

    def _images(self, arn: str) -> Iterator[Record]:
        """The AMIs of the account and Region that Image Builder associated with it."""
        from moto.ec2.models import ec2_backends

        for ami in ec2_backends[self.account_id][self.region_name].amis.values():
            if arn in getattr(ami, "licenses", ()):
                image = f"arn:{self.partition}:ec2:{self.region_name}::image/{ami.id}"
                yield {"ResourceArn": image, "ResourceType": "EC2_AMI", "ResourceOwnerId": self.account_id}

    def list_tags_for_resource(self, request: Record) -> Record:
        return {"Tags": self._found(request["ResourceArn"])["Tags"]}

    def tag_resource(self, request: Record) -> Record:
        record, keys = self._found(request["ResourceArn"]), [tag["Key"] for tag in request["Tags"]]
        record["Tags"] = [tag for tag in record["Tags"] if tag["Key"] not in keys] + list(request["Tags"])
        return {}

    def untag_resource(self, request: Record) -> Record:
        record = self._found(request["ResourceArn"])
        record["Tags"] = [tag for tag in record["Tags"] if tag["Key"] not in request["TagKeys"]]
        return {}

    def _found(self, arn: str) -> Record:
        if arn not in self.configurations:
            raise InvalidParameterValue(f"Invalid license configuration ARN: {arn}")
        return self.configurations[arn]


licensemanager_backends = BackendDict(
    LicenseManagerBackend, "license-manager", use_boto3_regions=False, additional_regions=list(ec2_regions())
)
