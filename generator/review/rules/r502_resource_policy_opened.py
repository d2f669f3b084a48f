"""A policy that lets everybody at a bucket, a topic, a queue, a secret or a repository.

What: the policy of a thing newly allows something to any principal, and no condition says who that is; or the ACL of a
bucket or an object does.
Why: what is in it is public, or may be filled by anybody: build logs, exported disks, container images, events that
start something.
Bad:
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-exports/*"}
Good:
    # the same, with
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.conditions import restricts_callers
from generator.review.policies import Grant, is_everybody, listed
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Tree, texts, word

PUBLIC_ACLS = ("authenticated-read", "public-read", "public-read-write")
PUBLIC_GROUPS = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")


def is_public(grant: Grant) -> bool:
    return is_everybody(grant.principal) and not restricts_callers(grant.conditions)


def _has_public_acl(tree: Tree) -> bool:
    """By its canned name, or by a grant: https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"""
    grantees = texts(tree, "access_control_policy", "grant", "grantee", "uri") | texts(tree, "grant", "uri")
    return word(tree, "acl") in PUBLIC_ACLS or any(each.endswith(PUBLIC_GROUPS) for each in grantees)


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "resource"):
        found = [grant for grant in change.grants if is_public(grant)]
        if found:
            yield Finding(change.subject.address, f"everybody may {listed(each.action for each in found)}.")
    for subject in scene.changed_of("aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_object"):
        if _has_public_acl(subject.after) and not _has_public_acl(subject.before):
            yield Finding(subject.address, "its ACL lets in everybody.")
    for subject in scene.changed_of("aws_lambda_permission"):
        anybody = subject.is_new and subject.after.get("principal") == "*"
        if anybody and not any(subject.after.get(key) for key in ("principal_org_id", "source_account", "source_arn")):
            yield Finding(subject.address, "everybody may call the function.")


RULE = RiskRule("R502", "resource-policy-opened", "block", __doc__, _find)
