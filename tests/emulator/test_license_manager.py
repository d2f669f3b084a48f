"""License configurations: made, read, changed, tagged, refused, and kept while AMIs bear them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from workshop import (
    BUILD,
    HOME,
    client,
    make_distribution,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    region_block,
    run,
    workshop,
)

from generator.emulator import licensemanager

ABSENT = f"arn:aws:license-manager:{HOME}:{BUILD}:license-configuration:lic-{'0' * 32}"


@pytest.fixture
def licenses() -> Iterator[Any]:
    licensemanager.register()
    with workshop():
        yield client("license-manager")


def make(licenses: Any, **members: Any) -> str:
    made = licenses.create_license_configuration(Name="windows", LicenseCountingType="Socket", **members)
    return str(made["LicenseConfigurationArn"])


def test_a_license_configuration_is_answered_as_it_was_given(licenses: Any) -> None:
    arn = make(licenses, LicenseCount=3, Tags=[{"Key": "Team", "Value": "images"}])
    found = licenses.get_license_configuration(LicenseConfigurationArn=arn)
    assert (found["LicenseConfigurationId"], found["OwnerAccountId"]) == (arn.rsplit(":", 1)[1], BUILD)
    assert (found["Name"], found["LicenseCount"], found["LicenseCountHardLimit"]) == ("windows", 3, False)
    assert found["Tags"] == [{"Key": "Team", "Value": "images"}]


def test_it_is_changed_listed_and_deleted(licenses: Any) -> None:
    arn = make(licenses)
    licenses.update_license_configuration(
        LicenseConfigurationArn=arn, Name="sql", LicenseConfigurationStatus="DISABLED"
    )
    [listed] = licenses.list_license_configurations()["LicenseConfigurations"]
    assert (listed["Name"], listed["Status"]) == ("sql", "DISABLED")
    licenses.delete_license_configuration(LicenseConfigurationArn=arn)
    assert licenses.list_license_configurations()["LicenseConfigurations"] == []


def test_its_tags_come_and_go(licenses: Any) -> None:
    arn = make(licenses, Tags=[{"Key": "a", "Value": "1"}])
    licenses.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    licenses.untag_resource(ResourceArn=arn, TagKeys=["b"])
    assert licenses.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}]


def test_what_is_not_there_and_what_is_not_valid_is_refused(licenses: Any) -> None:
    with pytest.raises(ClientError, match="InvalidParameterValueException"):
        licenses.get_license_configuration(LicenseConfigurationArn=ABSENT)
    with pytest.raises(ClientError, match="must be one of"):
        licenses.create_license_configuration(Name="windows", LicenseCountingType="Seat")


def test_an_image_of_it_keeps_it(licenses: Any) -> None:
    arn = make(licenses)
    distribution = make_distribution(region_block(HOME, licenseConfigurationArns=[arn]))
    infrastructure = make_infrastructure(make_profile())
    built = run(make_pipeline(make_recipe(), infrastructure, distributionConfigurationArn=distribution))
    [ami] = built["outputResources"]["amis"]
    found = licenses.list_associations_for_license_configuration(LicenseConfigurationArn=arn)
    [association] = found["LicenseConfigurationAssociations"]
    assert association["ResourceArn"] == f"arn:aws:ec2:{HOME}::image/{ami['image']}"
    with pytest.raises(ClientError, match="is associated with resources"):
        licenses.delete_license_configuration(LicenseConfigurationArn=arn)
