"""Each account has the AWS-managed policies that machine images have to do with, not all 1,500 of them.

Why: moto builds every AWS-managed policy anew for each account and partition, which costs a second and 33
MB the first time that an account is seen. An organization has hundreds. With these few it costs
milliseconds. Attaching a policy that is not among them fails as one that does not exist does in AWS; add
its name here.
"""

from __future__ import annotations

import json

NAMES = (
    "AWSImageBuilderFullAccess",
    "AWSImageBuilderReadOnlyAccess",
    "AWSKeyManagementServicePowerUser",
    "AWSServiceRoleForImageBuilder",
    "AdministratorAccess",
    "AmazonEC2FullAccess",
    "AmazonEC2ReadOnlyAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSSMFullAccess",
    "AmazonSSMManagedInstanceCore",
    "AmazonSSMPatchAssociation",
    "AmazonSSMReadOnlyAccess",
    "CloudWatchAgentAdminPolicy",
    "CloudWatchAgentServerPolicy",
    "CloudWatchLogsFullAccess",
    "EC2ImageBuilderExecutionPolicy",
    "EC2ImageBuilderLifecycleExecutionPolicy",
    "EC2InstanceProfileForImageBuilder",
    "EC2InstanceProfileForImageBuilderECRContainerBuilds",
    "Ec2ImageBuilderCrossAccountDistributionAccess",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecurityAudit",
    "ViewOnlyAccess",
)


def apply() -> None:
    from moto.iam import models

    known = json.loads(models.aws_managed_policies_data)
    models.aws_managed_policies_data = json.dumps({name: known[name] for name in NAMES if name in known})
