"""A spec of one root, and what somebody does to it by hand in a console."""

from __future__ import annotations

import json
from collections.abc import Mapping

from specs import SMALL

from generator.aws import AccountClients
from generator.spec.model import Spec

ONE_ROOT: Mapping[str, str] = {
    "organization.yaml": SMALL["organization.yaml"] + "tags: {Owner: platform}\n",
    "prod.yaml": SMALL["prod.yaml"].partition("distribute:")[0],
    "images/web.yaml": SMALL["images/web.yaml"] + "tags: {Owner: web-team}\n",
}
GRANT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shared/*"}
MORE = json.dumps({"Version": "2012-10-17", "Statement": [GRANT]})
KEPT = (
    *("imageRecipeArn", "infrastructureConfigurationArn", "distributionConfigurationArn", "executionRole"),
    *("enhancedImageMetadataEnabled", "imageTestsConfiguration", "description"),
)


def change_by_hand(spec: Spec, environment: Mapping[str, str]) -> None:
    """A tag and a schedule are others, a role may do more, an alias is gone."""
    clients = AccountClients(spec.organization, spec.organization.roles.apply, environment)
    account = spec.organization.accounts["images-prod"]
    builder, iam, kms = (clients(name, account, "us-east-1") for name in ("imagebuilder", "iam", "kms"))
    (pipeline,) = builder.list_image_pipelines()["imagePipelineList"]
    builder.update_image_pipeline(
        imagePipelineArn=pipeline["arn"],
        clientToken="changed-by-hand",
        status="ENABLED",
        schedule={**pipeline["schedule"], "scheduleExpression": "cron(0 3 ? * * *)"},
        **{name: pipeline[name] for name in KEPT if name in pipeline},
    )
    (recipe,) = builder.list_image_recipes()["imageRecipeSummaryList"]
    builder.tag_resource(resourceArn=recipe["arn"], tags={"Owner": "somebody else"})
    iam.put_role_policy(RoleName="goldsmith-prod-instance", PolicyName="by-hand", PolicyDocument=MORE)
    kms.delete_alias(AliasName="alias/goldsmith-prod")
