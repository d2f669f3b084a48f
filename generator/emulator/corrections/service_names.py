"""The service-linked role of Image Builder is called AWSServiceRoleForImageBuilder.

Why: moto makes the name from the service's own, `AWSServiceRoleForimagebuilder`.
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-builder-service-linked-role.html
"""

from __future__ import annotations


def apply() -> None:
    from moto.iam import models

    models.SERVICE_NAME_CONVERSION["imagebuilder"] = "ImageBuilder"
