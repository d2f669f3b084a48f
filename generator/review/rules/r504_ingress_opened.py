"""A security group that lets in the whole internet.

What: a rule for incoming traffic newly has all addresses as its source: 0.0.0.0/0, ::/0, or halves of them.
Why: build and test instances need nobody to come in; Session Manager goes out. What listens meanwhile is tried within
minutes.
Bad:
    cidr_ipv4 = "0.0.0.0/0"
Good:
    referenced_security_group_id = aws_security_group.bastion.id
Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from generator.review.policies import listed
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Subject, Tree, texts

PLACES: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws_default_security_group": (("ingress", "cidr_blocks"), ("ingress", "ipv6_cidr_blocks")),
    "aws_security_group": (("ingress", "cidr_blocks"), ("ingress", "ipv6_cidr_blocks")),
    "aws_security_group_rule": (("cidr_blocks",), ("ipv6_cidr_blocks",)),
    "aws_vpc_security_group_ingress_rule": (("cidr_ipv4",), ("cidr_ipv6",)),
}


def _find(scene: Scene) -> Iterator[Finding]:
    for type_, paths in PLACES.items():
        for subject in scene.changed_of(type_):
            new = _open(subject.after, paths) - _open(subject.before, paths)
            if new and _is_ingress(subject):
                yield Finding(subject.address, f"lets in {listed(new)}.")


def _is_ingress(subject: Subject) -> bool:
    return subject.type != "aws_security_group_rule" or subject.after.get("type") == "ingress"


def _open(tree: Tree, paths: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    return frozenset(each for path in paths for each in texts(tree, *path) if _is_everywhere(each))


def _is_everywhere(block: str) -> bool:
    """At least half of all addresses."""
    try:
        return ip_network(block, strict=False).prefixlen <= 1
    except ValueError:
        return False


RULE = RiskRule("R504", "ingress-opened", "block", __doc__, _find)
