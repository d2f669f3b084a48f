"""A store of data that is destroyed.

What: the plan destroys, or replaces, a bucket, a log group, a disk, a database, a secret or an AMI.
Why: its content goes with it, and no later apply brings it back: build logs, exported disks, documents that recipes
read. AWS refuses to delete a bucket that holds something, unless `force_destroy` was on when it was applied.
Bad:
    # module.log_bucket.aws_s3_bucket.this will be destroyed
Good:
    # what is in it has been moved; or `terraform state rm`, a `removed` block, where somebody else keeps it
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, is_true, word

TYPES = {
    "aws_ami": "AMI",
    "aws_ami_copy": "AMI",
    "aws_backup_vault": "vault of backups",
    "aws_cloudwatch_log_group": "log group",
    "aws_db_instance": "database",
    "aws_dynamodb_table": "table",
    "aws_ebs_snapshot": "snapshot",
    "aws_ebs_volume": "volume",
    "aws_efs_file_system": "file system",
    "aws_rds_cluster": "database",
    "aws_s3_bucket": "bucket",
    "aws_secretsmanager_secret": "secret",
}


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of(*TYPES):
        if subject.ends:
            name = word(subject.before, "bucket", "name", "id")
            again = " and made anew" if subject.what == "replace" else ""
            emptied = (
                " It is emptied first: force_destroy is on." if is_true(subject.before.get("force_destroy")) else ""
            )
            message = f"{TYPES[subject.type]} {name}".rstrip()
            yield Finding(subject.address, f"{message} is destroyed{again}.{emptied}")


RULE = RiskRule("R105", "data-destroyed", "block", __doc__, _find)
